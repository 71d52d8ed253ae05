//! The laws on seeded random octets, and for each law a fault that it finds.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use tress_frame::{Decoder, Frame, Headers, StreamId};

use super::{
    are_read, block_is_whole, chunks_do_not_matter, heads_alone_say_the_same, heads_say_the_same,
    made_parses_back, no_octets_panic, same_in_chunks, shape, splitting_loses_nothing,
    survives_writing, what_was_made_parses_back, what_was_read_reads_the_same_when_written,
};

/// Random octets, the same on every run.
fn random_inputs() -> impl Iterator<Item = Vec<u8>> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[1]
    };
    (0..2000).map(move |_| {
        let len = usize::from(next()) * 2;
        (0..len).map(|_| next()).collect()
    })
}

fn holds(law: impl Fn(&[u8])) {
    for input in random_inputs() {
        law(&input);
    }
}

/// Whether the law notices the fault on any of the inputs.
fn is_found(law: impl Fn(&[u8])) -> bool {
    random_inputs().any(|input| catch_unwind(AssertUnwindSafe(|| law(&input))).is_err())
}

#[test]
fn no_octets_panic_holds() {
    holds(no_octets_panic);
    holds(|data| no_octets_panic(&shape(data)));
}

#[test]
fn an_octet_that_is_skipped_is_found() {
    assert!(is_found(|data| are_read(&shape(data), |decoder, input| {
        let found = decoder.decode(input)?;
        Ok(found.map(|(frame, consumed)| (frame, input.len().min(consumed + 1))))
    })));
}

#[test]
fn what_was_read_reads_the_same_when_written_holds() {
    holds(what_was_read_reads_the_same_when_written);
}

#[test]
fn what_was_made_parses_back_holds() {
    holds(what_was_made_parses_back);
}

#[test]
fn an_encoder_that_forgets_padding_is_found() {
    let forgetful = |frame: &Frame<'_>, out: &mut Vec<u8>| {
        let mut frame = *frame;
        if let Frame::Data(data) = &mut frame {
            data.pad_length = None;
        }
        frame.encode(out);
    };
    assert!(is_found(|data| survives_writing(data, forgetful)));
    assert!(is_found(|data| made_parses_back(data, forgetful)));
}

#[test]
fn chunks_do_not_matter_holds() {
    holds(chunks_do_not_matter);
}

#[test]
fn a_decoder_that_does_not_wait_is_found() {
    assert!(is_found(|data| same_in_chunks(data, |decoder, input| {
        let Some(head) = decoder.decode_head(input)? else {
            return Ok(None);
        };
        let end = input.len().min(head.frame_len());
        Ok(Some((Frame::parse(head, &input[9..end])?, end)))
    })));
}

#[test]
fn heads_alone_say_the_same_holds() {
    holds(heads_alone_say_the_same);
}

#[test]
fn a_head_of_the_wrong_stream_is_found() {
    assert!(is_found(|data| heads_say_the_same(
        data,
        |decoder, input| {
            let mut found = decoder.decode_head(input)?;
            if let Some(head) = &mut found {
                head.stream_id = StreamId::from_wire(head.stream_id.value() & 3);
            }
            Ok(found)
        }
    )));
}

#[test]
fn splitting_loses_nothing_holds() {
    holds(splitting_loses_nothing);
}

#[test]
fn a_block_that_loses_its_end_is_found() {
    assert!(is_found(|data| {
        let frames = Headers::new(StreamId::from_wire(1), data).split(20);
        let count = frames.clone().count();
        block_is_whole(data, 20, frames.take(count.max(2) - 1));
    }));
}

#[test]
fn the_shaped_octets_hold_frames_of_every_type() {
    let mut seen = [false; 20];
    for input in random_inputs() {
        let wire = shape(&input);
        for frame in super::read_all(&wire, Decoder::decode).0 {
            let is_unknown = matches!(frame, Frame::Unknown(_));
            let is_extension = matches!(frame.frame_type().0, 10 | 12);
            seen[usize::from(frame.frame_type().0)] |= !(is_unknown && is_extension);
        }
    }
    assert_eq!(seen, [true; 20]);
}
