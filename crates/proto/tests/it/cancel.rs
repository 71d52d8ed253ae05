//! A stream is canceled at any point of its life, by either end (RFC 9113 §6.4, RFC 9113 §8.7).

use testkit::{code, data, headers, kind, window_update};
use tress_proto::{
    Bytes, Client, ErrorCode, Event, Response, Server, StreamError, StreamId, Trailers,
};

use crate::support::{End, Ends, post};

/// What an end does, step by step, on a stream that it may cancel after any of them.
type Steps<R> = &'static [fn(&mut End<R>, u32)];

const CLIENT: Steps<Client> = &[
    |_, _| {},
    |end, _| end.quiet(),
    |end, id| {
        end.stream(id)
            .send_data(Bytes::from_static(&[0; 100_000]))
            .unwrap()
    },
    |end, _| end.quiet(),
    |end, id| {
        end.stream(id)
            .send_trailers(Trailers::new().field("x", "y"))
            .unwrap()
    },
    |end, id| {
        end.feed(headers(id).status(103));
    },
    |end, id| {
        end.feed(headers(id).status(200));
    },
    |end, id| {
        end.feed(data(id, vec![0; 10_000]));
    },
    |end, id| drop(end.take(id)),
];

const SERVER: Steps<Server> = &[
    |end, id| {
        end.opened();
        end.feed(headers(id).post("/"));
    },
    |end, id| drop(end.take(id)),
    |end, id| {
        end.feed(data(id, vec![0; 10_000]));
    },
    |end, id| end.stream(id).inform(Response::new(103)).unwrap(),
    |end, id| end.stream(id).respond(Response::new(200)).unwrap(),
    |end, _| end.quiet(),
    |end, id| {
        end.stream(id)
            .send_data(Bytes::from_static(&[0; 100_000]))
            .unwrap()
    },
    |end, _| end.quiet(),
    |end, id| {
        end.feed(data(id, "").end());
    },
    |end, id| end.stream(id).end().unwrap(),
];

/// Cancels after each of the steps; `is_said` tells whether the other end has heard of the stream.
fn cancels<R: Ends>(steps: Steps<R>, begin: fn(&mut End<R>) -> u32, is_said: fn(usize) -> bool) {
    for count in 1..=steps.len() {
        let mut end = End::<R>::new();
        let id = begin(&mut end);
        for step in &steps[..count] {
            step(&mut end, id);
        }
        end.stream(id).reset(ErrorCode::CANCEL).unwrap();
        let sent = end.sent();
        let resets: Vec<_> = sent.iter().filter(|seen| seen.stream == id).collect();
        if is_said(count) {
            let [.., last] = &resets[..] else {
                panic!("nothing was said after {count} steps");
            };
            assert_eq!(
                (last.kind, last.code()),
                (kind::RST_STREAM, Some(code::CANCEL))
            );
            assert!(
                resets.iter().all(|seen| seen.kind != kind::DATA),
                "{count}: {sent:?}"
            );
        } else {
            assert!(resets.is_empty(), "{count}: {sent:?}");
        }
        let finished = end.events().into_iter().filter_map(|event| match event {
            Event::Finished { stream_id, result } if stream_id.value() == id => Some(result),
            _ => None,
        });
        assert_eq!(
            finished.collect::<Vec<_>>(),
            [Err(StreamError::Canceled)],
            "{count}"
        );
        end.stream(id).release();
        assert!(
            end.machine().stream(StreamId::from_wire(id)).is_none(),
            "{count}"
        );
        assert_eq!(end.machine().queued(), 0, "{count}");
        // What was sent has used the window that all share.
        end.feed(window_update(0, 100_000));
        end.is_unharmed();
    }
}

#[test]
fn a_client_cancels_a_request_at_any_point() {
    let begin = |end: &mut End<Client>| {
        end.opened();
        end.machine().request(post()).unwrap().value()
    };
    // Before the driver asks for output, nobody has heard of it.
    cancels(CLIENT, begin, |count| count > 1);
}

#[test]
fn a_server_cancels_a_response_at_any_point() {
    cancels(SERVER, |end| end.next_id(), |_| true);
}

/// What the other end canceled is over at once, whatever had been said.
#[test]
fn what_the_client_cancels_is_over_at_any_point() {
    for count in 2..=SERVER.len() {
        let mut end = End::<Server>::new();
        let id = end.next_id();
        for step in &SERVER[..count] {
            step(&mut end, id);
        }
        end.quiet();
        end.feed(testkit::rst_stream(id, code::CANCEL));
        let finished = end.events().into_iter().filter_map(|event| match event {
            Event::Finished { stream_id, result } if stream_id.value() == id => Some(result),
            _ => None,
        });
        let reset = StreamError::Reset(ErrorCode::CANCEL);
        assert_eq!(finished.collect::<Vec<_>>(), [Err(reset)], "{count}");
        assert!(
            end.stream(id)
                .send_data(Bytes::from_static(b"late"))
                .is_err()
        );
        assert!(end.sent().iter().all(|seen| seen.stream != id), "{count}");
        end.stream(id).release();
        assert_eq!(end.machine().queued(), 0, "{count}");
        // What was sent has used the window that all share.
        end.feed(window_update(0, 100_000));
        end.is_unharmed();
    }
}
