//! Messages, whole and in pieces.

use super::{Messages, content};

#[test]
fn a_message_has_five_octets_ahead_of_it() {
    let framed = content(b"abc", 2);
    assert_eq!(
        framed.as_deref(),
        Some(&b"\0\0\0\0\x03abc\0\0\0\0\x03abc"[..])
    );
    assert_eq!(content(b"", 1).as_deref(), Some(&[0; 5][..]));
}

#[test]
fn messages_are_counted_however_the_content_is_cut() {
    let mut octets = content(b"hello", 3).unwrap_or_default();
    octets.extend(content(b"", 2).unwrap_or_default());
    for size in 1..octets.len() {
        let mut messages = Messages::default();
        for piece in octets.chunks(size) {
            messages.take(piece);
        }
        assert_eq!(messages.count(), 5, "in pieces of {size}");
    }
    let mut cut = Messages::default();
    cut.take(&octets[..octets.len() - 1]);
    assert_eq!(cut.count(), 4);
}
