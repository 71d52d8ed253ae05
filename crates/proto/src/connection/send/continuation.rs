//! CONTINUATION leaves, where a field block is too long for one frame (RFC 9113 §6.10).

use alloc::vec::Vec;

use frame::{Head, Headers};

/// Writes the head of a frame before the block that follows it, or makes several frames of a block
/// that is too long for one.
pub(super) fn frame_block(octets: &mut Vec<u8>, start: usize, most: u32, headers: Headers<'_>) {
    let (_, frame) = octets.split_at_mut_checked(start).unwrap_or_default();
    let Some((mut head, block)) = frame.split_at_mut_checked(Head::LEN) else {
        return;
    };
    if block.len() <= most as usize {
        let fragment = &*block;
        let whole = Headers {
            fragment,
            ..headers
        };
        return whole.head().encode(&mut head);
    }
    // RFC 9113 §4.3: the frames of a field block follow each other with nothing in between.
    let block = block.to_vec();
    octets.truncate(start);
    let fragment = &block;
    for frame in (Headers {
        fragment,
        ..headers
    })
    .split(most)
    {
        frame.encode(octets);
    }
}
