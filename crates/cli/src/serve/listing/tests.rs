//! Names of files are text, never HTML.

use super::{Entry, escape, page};

#[test]
fn a_name_cannot_become_a_tag_or_leave_its_quotes() {
    let entries = [Entry {
        name: "<script>alert('1')</script>\"&.txt".into(),
        is_folder: false,
    }];
    let page = page("/a<b>/", &entries);
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains(
        "<li><a href=\"./%3Cscript%3Ealert%28%271%27%29%3C%2Fscript%3E%22%26.txt\">\
         &lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;.txt</a>\n"
    ));
    assert!(page.contains("<title>/a&lt;b&gt;/</title>"), "{page}");
}

#[test]
fn every_character_with_a_meaning_is_escaped() {
    assert_eq!(escape("<>&\"'x"), "&lt;&gt;&amp;&quot;&#39;x");
}

#[test]
fn folders_end_with_a_slash_and_the_top_has_no_way_up() {
    let entries = [Entry {
        name: "javascript:x".into(),
        is_folder: true,
    }];
    let page = page("/", &entries);
    assert!(
        page.contains("<a href=\"./javascript%3Ax/\">javascript:x/</a>"),
        "{page}"
    );
    assert!(!page.contains("../"), "{page}");
    assert!(super::page("/x/", &[]).contains("<a href=\"../\">"));
}
