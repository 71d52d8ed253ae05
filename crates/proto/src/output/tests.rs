//! Tokens, and output that moves or does not.

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use bytes::Bytes;
use frame::StreamId;

use super::Output;
use crate::limits::Limits;
use crate::stream::{Pool, Queued, Store, Stream};
use crate::violation::Limit;

fn stream() -> Stream {
    Stream::new(Store::new().next_key(), StreamId::from_wire(1), 0)
}

fn append(output: &mut Output, octets: usize) {
    assert_eq!(output.append(|out| out.extend(vec![0; octets])), octets);
}

#[test]
fn a_token_is_resolved_when_its_content_was_handed_out_and_written() {
    let (mut output, mut stream, mut pool) = (Output::new(), stream(), Pool::new());
    stream.queue(&mut pool, Queued::Data(Bytes::from_static(b"content")));
    let token = output.flush(&stream);
    assert!(output.has_flushes() && output.handed_out(&stream));
    assert_eq!(output.next_flushed(), None, "it is not handed out");
    stream.take_data(&mut pool, 7).unwrap();
    append(&mut output, 16);
    output.handed_out(&stream);
    output.written(15, false);
    assert_eq!(output.next_flushed(), None, "an octet is left");
    output.written(1, false);
    assert_eq!(output.next_flushed(), Some(token));
    assert!(!output.has_flushes() && !output.handed_out(&stream));
}

#[test]
fn tokens_are_cut_with_their_stream_or_lost_with_the_transport() {
    let (mut output, mut stream, mut pool) = (Output::new(), stream(), Pool::new());
    stream.queue(&mut pool, Queued::Data(Bytes::from_static(b"content")));
    let tokens = [output.flush(&stream), output.flush(&stream)];
    assert_eq!(output.next_cut(StreamId::from_wire(3)), None);
    assert_eq!(output.next_cut(stream.id()), Some(tokens[0]));
    let lost: Vec<_> = output.lose_flushes().collect();
    assert_eq!(lost, [tokens[1]]);
    assert!(
        !tokens.contains(&output.flush(&stream)),
        "no token comes again"
    );
}

#[test]
fn output_that_was_shown_and_is_not_taken_passes_its_limits() {
    let limits = Limits::server();
    let mut output = Output::new();
    append(&mut output, 100_000);
    assert!(
        !output.has_capacity() && !output.is_stuck(),
        "nobody was shown it"
    );
    output.show();
    assert!(output.is_stuck());
    let start = Duration::from_secs(1);
    assert_eq!(output.look(start, &limits), None);
    let idle = start + limits.transport_idle;
    assert_eq!(output.deadline(&limits), Some(idle));
    assert_eq!(output.look(idle, &limits), Some(Limit::TransportIdle));
    output.shut();
    assert_eq!((output.lost(), output.octets()), (100_000, 0));
    assert!(!output.is_stuck() && output.look(idle, &limits).is_none());
}

#[test]
fn progress_is_counted_from_when_output_began_to_wait() {
    let mut output = Output::new();
    append(&mut output, 10_000);
    output.show();
    let at = Duration::from_secs;
    output.note_moved(true, at(1), 1000);
    output.written(999, false);
    output.note_moved(true, at(2), 1000);
    assert_eq!(output.progress(), Some((at(1), 999)));
    output.written(1, false);
    output.note_moved(true, at(3), 1000);
    assert_eq!(output.progress(), Some((at(3), 0)));
    output.written(9000, true);
    assert_eq!(
        output.progress(),
        Some((at(3), 9000)),
        "something waits for credit"
    );
    output.note_moved(false, at(4), 1000);
    assert_eq!(output.progress(), None);
}

#[test]
fn a_batch_is_full_to_the_octet() {
    let mut output = Output::new();
    append(&mut output, super::BATCH - 1);
    assert!(output.has_capacity());
    append(&mut output, 1);
    assert!(
        !output.has_capacity(),
        "whatever comes now waits for the next write"
    );
    output.written(1, false);
    assert!(output.has_capacity());
}
