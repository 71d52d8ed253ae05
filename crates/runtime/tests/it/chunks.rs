//! Output in pieces.

use tress_runtime::Chunks;

#[test]
fn pieces_keep_their_order_and_empty_ones_are_left_out() {
    let mut chunks = Chunks::new();
    for piece in [b"ab".as_slice(), b"", b"c"] {
        chunks.push(piece).unwrap();
    }
    assert_eq!(chunks.as_slices(), [b"ab".as_slice(), b"c"]);
    assert_eq!(chunks.octets(), 3);
    assert!(!chunks.is_empty());
}

#[test]
fn a_seventeenth_piece_is_refused_and_the_sixteen_stay() {
    let mut chunks: Chunks<'_> = core::iter::repeat_n(b"x".as_slice(), 20).collect();
    assert!(chunks.is_full());
    assert!(chunks.push(b"y").is_err());
    assert_eq!(chunks.octets(), Chunks::MAX);
    assert!(chunks.push(b"").is_ok());
}

#[cfg(feature = "std")]
#[test]
fn io_slices_show_the_same_octets() {
    let chunks: Chunks<'_> = [b"ab".as_slice(), b"c"].into_iter().collect();
    let (slices, count) = chunks.io_slices();
    let octets: Vec<u8> = slices[..count]
        .iter()
        .flat_map(|slice| slice.to_vec())
        .collect();
    assert_eq!(octets, b"abc");
    assert_eq!(count, 2);
}
