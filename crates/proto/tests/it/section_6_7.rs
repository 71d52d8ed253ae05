//! PING (RFC 9113 §6.7).

use runtime::{ReadOperation, Runtime};
use testkit::{Peer, Wire, code, kind, ping, rst_stream, unknown};
use tress_proto::{Bytes, Config, Connection, UserError};

use crate::support::{End, Ends, both};

#[test]
fn a_ping_is_answered_with_the_same_payload() {
    both!(R => {
        let mut end = End::<R>::new();
        end.feed((ping([0; 8]), ping([0xff; 8]), ping(*b"in order")));
        let acks = [[0; 8], [0xff; 8], *b"in order"].map(|payload| ping(payload).ack());
        assert_eq!(end.peer.sent_octets(), acks.to_vec().octets());
        end.is_unharmed();
    });
}

#[test]
fn an_answer_goes_before_content() {
    both!(R => {
        let mut end = End::<R>::new();
        end.stream(1).send_data(Bytes::from_static(b"content")).unwrap();
        end.machine().read(&ping(*b"question").octets());
        assert_eq!(end.said(), ["PING stream 0 ACK \"question\"", "DATA stream 1 \"content\""]);
    });
}

#[test]
fn an_answer_is_not_answered() {
    both!(R => {
        let mut end = End::<R>::new();
        end.machine().ping(*b"question").unwrap();
        assert_eq!(end.said(), ["PING stream 0 \"question\""]);
        end.feed(ping(*b"question").ack());
        assert!(end.sent().is_empty());
        assert_eq!(end.event_lines(), ["pong question"]);
        // Nor one that nothing asked for.
        end.tolerates((ping(*b"question").ack(), ping([1; 8]).ack()));
    });
}

#[test]
fn a_ping_on_a_stream_is_a_connection_error() {
    both!(R => for id in [1, 2, 3] {
        End::<R>::new().dies(ping(*b"question").stream(id), code::PROTOCOL_ERROR);
        End::<R>::new().dies(ping(*b"question").ack().stream(id), code::PROTOCOL_ERROR);
    });
}

#[test]
fn a_ping_of_another_length_is_a_connection_error_of_its_size() {
    both!(R => for octets in [0, 7, 9, 16] {
        let wrong = unknown(kind::PING, 0, 0, vec![0; octets]);
        End::<R>::new().dies(wrong, code::FRAME_SIZE_ERROR);
    });
}

#[test]
fn pings_may_be_answered_in_any_order() {
    both!(R => {
        let mut end = End::<R>::new();
        for payload in [*b"first...", *b"second..", *b"first..."] {
            end.machine().ping(payload).unwrap();
        }
        end.sent();
        end.feed((ping(*b"second..").ack(), ping(*b"first...").ack(), ping(*b"first...").ack()));
        assert_eq!(end.event_lines(), ["pong second..", "pong first...", "pong first..."]);
    });
}

#[test]
fn pings_that_nobody_answers_are_bounded() {
    both!(R => {
        let mut end = End::<R>::new();
        let mut count = 0;
        while end.machine().ping([0; 8]).is_ok() {
            count += 1;
        }
        assert_eq!(count, 64);
        assert_eq!(end.machine().ping([0; 8]), Err(UserError::TooManyPings));
        end.sent();
        end.feed(ping([0; 8]).ack());
        assert_eq!(end.machine().ping([0; 8]), Ok(()));
    });
}

#[test]
fn a_ping_is_lost_with_the_connection() {
    both!(R => {
        let mut end = End::<R>::new();
        end.machine().ping(*b"question").unwrap();
        end.quiet();
        end.peer.eof();
        assert!(end.event_lines().contains(&"ping lost question".to_owned()));
    });
}

/// Flaw 19 of the reference: queued answers without limit.
#[test]
fn answers_that_nobody_reads_stop_the_reader_and_a_write_wakes_it() {
    both!(R => {
        let peer = Peer::new(Connection::<R>::new(Config::default()));
        let mut peer = peer.undrained();
        peer.feed(R::hello());
        assert_eq!(peer.machine.next_read_operation(), ReadOperation::Read);
        peer.feed(ping(*b"question").octets().repeat(5000));
        assert_eq!(peer.machine.next_read_operation(), ReadOperation::Yield);
        assert!(peer.held() > 0, "it has stopped reading");
        peer.drain();
        assert_eq!((peer.held(), peer.machine.next_read_operation()), (0, ReadOperation::Read));
        let answers = peer.sent().iter().filter(|seen| seen.kind == kind::PING).count();
        assert_eq!(answers, 5000, "each was answered");
    });
}

#[test]
fn answers_pile_up_to_a_bound_even_if_the_driver_goes_on_reading() {
    both!(R => {
        let mut machine = Connection::<R>::new(Config::default());
        machine.read(&R::hello());
        let flood = ping(*b"question").octets().repeat(100);
        let mut read = 0;
        while !machine.is_closed() && read < 1000 {
            machine.read(&flood);
            read += 1;
            if machine.next_read_operation() == ReadOperation::Close {
                break;
            }
        }
        assert!(read <= 20, "{read}");
        let mut peer = Peer::new(machine);
        peer.run();
        let goaway = peer.sent().pop().unwrap();
        assert_eq!((goaway.kind, goaway.code()), (kind::GOAWAY, Some(code::ENHANCE_YOUR_CALM)));
    });
}

#[test]
fn answers_that_nothing_asked_for_are_bounded() {
    both!(R => {
        let limits = tress_proto::Limits::default().suspicious_frames(20, 0);
        let mut end = End::<R>::with(Config::default().limits(limits).unwrap());
        for _ in 0..20 {
            end.tolerates(ping(*b"question").ack());
        }
        end.dies(ping(*b"question").ack(), code::ENHANCE_YOUR_CALM);
        let mut end = End::<R>::with(Config::default().limits(limits).unwrap());
        let id = end.reset_by_peer();
        for _ in 0..20 {
            end.tolerates(rst_stream(id, code::CANCEL));
        }
        end.dies(rst_stream(id, code::CANCEL), code::ENHANCE_YOUR_CALM);
    });
}
