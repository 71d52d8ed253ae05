//! Words of peers stay words.

use super::word;

#[test]
fn what_a_peer_says_is_one_word_on_one_line() {
    assert_eq!(word(b"/a?b=c"), "/a?b=c");
    assert_eq!(word(b"/a b\n200 0"), r"/a\x20b\n200\x200");
    assert_eq!(word("/ü".as_bytes()), "/ü");
}
