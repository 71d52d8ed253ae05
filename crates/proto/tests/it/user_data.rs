//! The word that an application leaves with a stream, and for as long as which the stream stays.

use core::num::NonZeroU32;

use testkit::{Wire, code, data, headers, priority, rst_stream, window_update};
use tress_proto::{Credit, ErrorCode, Role, Server, StreamError, StreamId, UserError};

use crate::support::{End, Ends, both, narrow};

const WORD: NonZeroU32 = NonZeroU32::new(7).unwrap();

fn at(id: u32) -> StreamId {
    StreamId::from_wire(id)
}

/// The word of a stream that can be found.
fn word<R: Role>(end: &End<R>, id: u32) -> Option<NonZeroU32> {
    end.peer.machine.stream(at(id))?.user_data()
}

/// Ends a stream on both sides, and takes all that came.
fn end_whole<R: Ends>(end: &mut End<R>, id: u32) {
    end.stream(id).end().unwrap();
    end.feed(data(id, "").end());
    end.take(id);
    end.quiet();
}

#[test]
fn a_stream_with_a_word_can_be_found_until_the_word_is_taken_back() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        assert_eq!(word(&end, id), None);
        assert_eq!(end.stream(id).set_user_data(WORD), None);
        end_whole(&mut end, id);
        assert_eq!(word(&end, id), Some(WORD));
        for _ in 0..2 {
            assert_eq!(end.machine().stream(at(id)).unwrap().result(), Some(Ok(())));
            assert_eq!(end.stream(id).end(), Err(UserError::StreamClosed));
        }
        assert_eq!(end.stream(id).take_user_data(), Some(WORD));
        assert!(end.machine().stream(at(id)).is_none());
    });
}

#[test]
fn a_stream_whose_word_is_taken_back_before_its_end_leaves_as_if_there_had_been_none() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).set_user_data(WORD);
        let next = WORD.checked_add(1).unwrap();
        assert_eq!(end.stream(id).set_user_data(next), Some(WORD));
        assert_eq!(end.stream(id).take_user_data(), Some(next));
        assert_eq!(end.stream(id).take_user_data(), None);
        assert!(end.machine().stream(at(id)).is_some(), "it runs");
        end_whole(&mut end, id);
        assert!(end.machine().stream(at(id)).is_none());
    });
}

#[test]
fn an_error_is_there_for_as_long_as_the_word_is() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.stream(id).set_user_data(WORD);
        end.feed(rst_stream(id, code::CANCEL));
        let error = StreamError::Reset(ErrorCode::CANCEL);
        for _ in 0..3 {
            assert_eq!(end.stream(id).recv().map(|_| ()), Err(error));
        }
        end.stream(id).release();
        assert_eq!(end.machine().stream(at(id)).unwrap().result(), Some(Err(error)));
        end.stream(id).take_user_data();
        assert!(end.machine().stream(at(id)).is_none());
    });
}

#[test]
fn a_stream_that_stays_for_its_word_alone_counts_for_nothing() {
    both!(R => {
        let mut end = End::<R>::new();
        let before = end.machine().streams().count();
        let memory = end.machine().memory();
        let id = end.open();
        end.stream(id).set_user_data(WORD);
        assert_eq!(end.machine().streams().count(), before + 1);
        end_whole(&mut end, id);
        assert_eq!(end.machine().streams().count(), before);
        assert!(end.machine().memory() <= memory + 200, "no more than what the tables of fields took");
    });
}

#[test]
fn the_next_request_does_not_wait_for_a_word() {
    let mut end = End::<Server>::with(narrow(2));
    let id = end.open();
    end.stream(id).set_user_data(WORD);
    // The first runs for as long as the test; with this one, as many are reported as may run.
    end_whole(&mut end, id);
    let next = end.next_id();
    end.feed(headers(next).get("/").end());
    assert_eq!(word(&end, id), Some(WORD));
    let event_lines = end.event_lines();
    assert!(
        event_lines.iter().any(|line| line.contains("opened")),
        "{next}: {event_lines:?}"
    );
}

#[test]
fn credit_that_was_held_goes_back_before_the_word_does() {
    let mut end = End::<Server>::with(narrow(2).credit(Credit::Manual).unwrap());
    let id = end.open();
    end.stream(id).set_user_data(WORD);
    let before = end.machine().recv_window();
    for _ in 0..4 {
        end.feed(data(id, [0; 16_000]));
    }
    end.feed(data(id, "").end());
    assert_eq!(end.machine().recv_window(), before - 64_000);
    end.stream(id).end().unwrap();
    end.take(id);
    end.quiet();
    assert_eq!(
        end.stream(id).release_credit(1),
        Err(UserError::UnknownStream)
    );
    let due = before - end.machine().recv_window();
    assert_eq!(word(&end, id), Some(WORD));
    end.stream(id).take_user_data();
    end.quiet();
    assert_eq!(
        before - end.machine().recv_window(),
        due,
        "not a second time"
    );
}

#[test]
fn what_comes_late_is_met_as_if_there_were_no_word() {
    both!(R => {
        for way in 0..3 {
            for number in 0..5 {
                let said = [false, true].map(|has_word| {
                    let mut end = End::<R>::new();
                    let id = end.open();
                    if has_word {
                        end.stream(id).set_user_data(WORD);
                    }
                    match way {
                        0 => {
                            end.stream(id).end().unwrap();
                            end.feed(data(id, "").end());
                        }
                        1 => {
                            end.stream(id).reset(ErrorCode::CANCEL).unwrap();
                        }
                        _ => {
                            end.feed(rst_stream(id, code::CANCEL));
                        }
                    }
                    end.take(id);
                    if let Ok(stream) = end.machine().stream_mut(at(id)) {
                        stream.release();
                    }
                    end.quiet();
                    assert_eq!(word(&end, id).is_some(), has_word);
                    end.feed(late(id, number));
                    (end.said(), end.event_lines(), end.machine().recv_window())
                });
                assert_eq!(said[0], said[1], "{way} {number}");
            }
        }
    });
}

/// A frame that comes late.
fn late(id: u32, number: usize) -> Vec<u8> {
    match number {
        0 => data(id, "late").octets(),
        1 => headers(id).field("x", "y").trailers().octets(),
        2 => window_update(id, 1).octets(),
        3 => rst_stream(id, code::CANCEL).octets(),
        _ => priority(id, 0, 15).octets(),
    }
}
