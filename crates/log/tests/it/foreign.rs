//! Logs that others have written: without a word of the application, or of the transport.

use core::time::Duration;

use tress_log::proto::{Direction, StreamId};
use tress_log::{Cause, Conversation, Detail, Entry, Event, FrameEntry, Trace};

use crate::laws::one_cause_at_a_time;

fn frame(
    at: Duration,
    direction: Direction,
    stream: u32,
    octets: u64,
    detail: Detail<'_>,
) -> Entry<'_> {
    let frame = FrameEntry {
        stream_id: StreamId::from_wire(stream),
        octets: octets + 9,
        detail,
    };
    Entry {
        connection: 1,
        at,
        event: Event::Frame { direction, frame },
    }
}

const HEAD: Detail<'_> = Detail::Headers {
    end_stream: false,
    end_headers: true,
};
const WHOLE: Detail<'_> = Detail::Headers {
    end_stream: true,
    end_headers: true,
};

const fn data(content: u64, end_stream: bool) -> Detail<'static> {
    Detail::Data {
        content,
        end_stream,
    }
}

/// Frames alone, as seen by a server: two streams use up the window of the connection, and credit
/// comes after so long.
pub(crate) fn shut_connection(stall: Duration) -> Conversation {
    use Direction::{Received, Sent};
    let ms = Duration::from_millis;
    let preface = Entry {
        connection: 1,
        at: ms(0),
        event: Event::Preface {
            direction: Received,
        },
    };
    let credit = Detail::WindowUpdate { increment: 100_000 };
    let entries = [
        preface,
        frame(ms(1), Received, 1, 20, WHOLE),
        frame(ms(1), Received, 3, 20, WHOLE),
        frame(ms(1), Sent, 1, 20, HEAD),
        frame(ms(1), Sent, 3, 20, HEAD),
        frame(ms(1), Received, 1, 4, credit),
        frame(ms(1), Received, 3, 4, credit),
        frame(ms(2), Sent, 1, 35_535, data(35_535, false)),
        frame(ms(2), Sent, 3, 30_000, data(30_000, false)),
        frame(ms(2) + stall, Received, 0, 4, credit),
        frame(ms(2) + stall, Sent, 1, 10_000, data(10_000, true)),
        frame(ms(2) + stall, Sent, 3, 10_000, data(10_000, true)),
    ];
    let trace = Trace::of(entries);
    one_cause_at_a_time(&trace);
    trace.conversations.into_iter().next().unwrap()
}

#[test]
fn frames_alone_are_enough_for_the_windows_and_their_causes() {
    let stall = Duration::from_millis(300);
    let conversation = shut_connection(stall);
    assert_eq!(
        conversation.send_window.at(Duration::from_millis(2)),
        Some(0)
    );
    assert_eq!(
        conversation.send_window.at(Duration::from_secs(1)),
        Some(80_000)
    );
    for stream in &conversation.streams {
        assert_eq!(stream.totals()[0], (Cause::ConnectionWindow, stall));
    }
}

#[test]
fn a_client_sees_that_its_own_credit_is_used_up() {
    use Direction::{Received, Sent};
    let ms = Duration::from_millis;
    let entries = [
        frame(ms(0), Sent, 1, 20, WHOLE),
        frame(ms(1), Received, 1, 20, HEAD),
        frame(ms(2), Received, 1, 65_535, data(65_535, false)),
        frame(ms(202), Sent, 1, 4, Detail::WindowUpdate { increment: 10 }),
        frame(ms(202), Sent, 0, 4, Detail::WindowUpdate { increment: 10 }),
        frame(ms(203), Received, 1, 10, data(10, true)),
    ];
    let trace = Trace::of(entries);
    one_cause_at_a_time(&trace);
    let stream = &trace.conversations[0].streams[0];
    assert_eq!(stream.totals()[0], (Cause::StreamWindow, ms(200)));
    assert_eq!(stream.content.received, 65_545);
}

#[test]
fn a_head_that_the_transport_does_not_take_is_blocked_on_the_socket_and_not_on_its_way() {
    for (wait, expected) in [(1, Cause::Headers), (300, Cause::Socket)] {
        let wait = Duration::from_millis(wait);
        let written = Entry {
            connection: 1,
            at: wait,
            event: Event::Written { octets: 29 },
        };
        let trace = Trace::of([
            frame(Duration::ZERO, Direction::Sent, 1, 20, WHOLE),
            written,
            frame(wait * 2, Direction::Received, 1, 20, WHOLE),
        ]);
        one_cause_at_a_time(&trace);
        let stream = &trace.conversations[0].streams[0];
        let totals = stream.totals();
        let spent = |cause| totals.iter().find(|(its, _)| *its == cause);
        assert_eq!(spent(expected), Some(&(expected, wait)), "{totals:?}");
        assert_eq!(spent(Cause::Peer), Some(&(Cause::Peer, wait)), "{totals:?}");
    }
}
