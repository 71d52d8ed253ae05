//! `tress hpack`: stories in and out.

use crate::support::{Folder, tress};

/// The requests of RFC 7541, Appendix C.3.
const STORY: &str = r#"{"cases":[
{"seqno":0,"headers":[{":method":"GET"},{":scheme":"http"},{":path":"/"},{":authority":"www.example.com"}]},
{"seqno":1,"headers":[{":method":"GET"},{":scheme":"http"},{":path":"/"},{":authority":"www.example.com"},{"cache-control":"no-cache"}]}
]}"#;
const BLOCKS: &str = "828684410f7777772e6578616d706c652e636f6d\n828684be58086e6f2d6361636865\n";

fn story(args: &[&str]) -> serde_json::Value {
    let finished = tress(args);
    assert_eq!(finished.code, Some(0), "{args:?}: {finished:?}");
    serde_json::from_slice(&finished.stdout).unwrap()
}

#[test]
fn blocks_of_the_rfc_decode_to_its_fields() {
    let folder = Folder::new();
    let file = folder.write("blocks", BLOCKS);
    let decoded = story(&["hpack", "decode", file.to_str().unwrap()]);
    let expected: serde_json::Value = serde_json::from_str(STORY).unwrap();
    for case in 0..2 {
        assert_eq!(
            decoded["cases"][case]["headers"],
            expected["cases"][case]["headers"]
        );
    }
}

#[test]
fn what_was_encoded_decodes_to_itself() {
    let folder = Folder::new();
    let file = folder.write("story", STORY);
    let encoded = story(&["hpack", "encode", file.to_str().unwrap()]);
    let wire = encoded["cases"][1]["wire"].as_str().unwrap();
    assert!(
        wire.starts_with("828684be"),
        "the second takes from the table: {wire}"
    );
    let file = folder.write("encoded", encoded.to_string());
    let decoded = story(&["hpack", "decode", file.to_str().unwrap()]);
    let expected: serde_json::Value = serde_json::from_str(STORY).unwrap();
    assert_eq!(
        decoded["cases"][1]["headers"],
        expected["cases"][1]["headers"]
    );
}

#[test]
fn the_table_shows_entries_by_their_index_and_evictions() {
    let folder = Folder::new();
    let file = folder.write("blocks", BLOCKS);
    let finished = tress(&["hpack", "table", file.to_str().unwrap()]);
    let text = String::from_utf8(finished.stdout).unwrap();
    // RFC 7541, Appendix C.3.2: 110 octets in two entries.
    assert!(
        text.contains("table: 2 entries, 110 of 4096 octets, 0 evicted"),
        "{text}"
    );
    assert!(
        text.contains("     62  cache-control: no-cache\n     63  :authority: www.example.com\n"),
        "{text}"
    );
    assert!(
        text.contains("indexed 62: :authority: www.example.com"),
        "{text}"
    );
    // Index 62 of nothing, and a table without space.
    let file = folder.write("small", "2040017801790\n");
    assert_eq!(
        tress(&["hpack", "table", file.to_str().unwrap()]).code,
        Some(2)
    );
    let file = folder.write("small", "40017801793f0940017a0179\n");
    let finished = tress(&["hpack", "table", file.to_str().unwrap()]);
    assert_eq!(
        finished.code,
        Some(3),
        "a size update behind a field: {finished:?}"
    );
    assert!(finished.stderr.contains("case 0: "), "{finished:?}");
}

#[test]
fn a_story_that_lacks_what_is_asked_for_is_2_and_a_wrong_block_3() {
    let folder = Folder::new();
    for (content, action, code, said) in [
        ("{", "decode", 2, "no JSON"),
        ("{}", "decode", 2, "no cases"),
        (r#"{"cases":[{"headers":[]}]}"#, "decode", 2, "no wire"),
        (r#"{"cases":[{"wire":"82"}]}"#, "encode", 2, "no headers"),
        (r#"{"cases":[{"wire":"8"}]}"#, "decode", 2, "case 0"),
        ("be", "decode", 3, "index 62"),
        ("zz", "table", 2, "no pairs"),
    ] {
        let file = folder.write("story", content);
        let finished = tress(&["hpack", action, file.to_str().unwrap()]);
        assert_eq!(finished.code, Some(code), "{content}: {finished:?}");
        assert!(finished.stderr.contains(said), "{content}: {finished:?}");
        assert_eq!(finished.stdout, b"");
    }
}
