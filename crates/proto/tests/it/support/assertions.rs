//! What octets of the other end do to the end under test.

use core::time::Duration;

use runtime::Runtime;
use testkit::{Seen, Wire, data, kind, ping};
use tress_proto::{ConnectionError, ErrorCode, Event, Stage, StreamError, StreamId};

use super::{End, Ends};

impl<R: Ends> End<R> {
    /// The last that these octets bring about is GOAWAY with this code, a reason, and the last of so many
    /// streams. Returns all that was sent.
    #[track_caller]
    fn hears_goaway(&mut self, wire: impl Wire, code: u32, opened: u32) -> Vec<Seen> {
        self.peer.feed(wire);
        let sent = self.sent();
        let last = sent.last().expect("GOAWAY is said");
        let wanted = (kind::GOAWAY, Some(code), Some(R::last(opened)));
        assert_eq!(
            (last.kind, last.code(), last.last_stream()),
            wanted,
            "{:?}: {sent:#?}",
            R::SIDE
        );
        assert!(!last.debug_data().is_empty(), "a reason for the debugger");
        sent
    }

    /// These octets end the connection with this code. `after` more streams were opened by them.
    #[track_caller]
    pub(crate) fn dies_after(mut self, wire: impl Wire, code: u32, after: u32) {
        let sent = self.hears_goaway(wire, code, self.opened + after);
        let earlier = sent.iter().filter(|seen| seen.kind == kind::GOAWAY).count();
        assert_eq!(earlier, 1, "{sent:#?}");
        self.is_over(code);
    }

    /// These octets end the connection with this code.
    #[track_caller]
    pub(crate) fn dies(self, wire: impl Wire, code: u32) {
        self.dies_after(wire, code, 0);
    }

    /// These octets end the connection with this code, and what was begun may finish for five seconds.
    #[track_caller]
    pub(crate) fn closes(mut self, wire: impl Wire, code: u32) {
        self.quiet();
        self.hears_goaway(wire, code, self.opened);
        self.is_unharmed();
        assert_eq!(self.machine().stage(), Stage::GoingAway);
        let day = Duration::from_secs(86_400);
        self.peer.tick(day);
        self.peer.tick(day + Duration::from_millis(4999));
        assert_eq!(self.machine().stage(), Stage::GoingAway);
        self.peer.tick(day + Duration::from_secs(5));
        self.is_over(code);
    }

    /// The connection has ended because of the other end, which was said once and is the end.
    #[track_caller]
    fn is_over(&mut self, code: u32) {
        let mut events = self.events();
        let last = events.pop();
        let Some(Event::Closed(Err(error @ ConnectionError::Violation(_)))) = last else {
            panic!("{last:?} is not the violation");
        };
        assert_eq!(error.code(), Some(ErrorCode(code)));
        let closed = |event: &Event| matches!(event, Event::Closed(_));
        assert!(!events.iter().any(closed), "{events:?}");
        assert!(
            events.iter().any(is_lost),
            "the streams hear of it: {events:?}"
        );
        assert!(self.peer.is_closed(), "both halves are closed");
        let hello = (ping(*b"anybody?"), R::head(self.next_id()).end());
        let hello = hello.octets();
        assert_eq!(self.peer.machine.read(&hello), hello.len());
        assert!(self.sent().is_empty(), "nothing is said after GOAWAY");
        assert!(self.events().is_empty(), "nothing happens after the end");
    }

    /// These octets reset this stream with this code, and harm no other.
    #[track_caller]
    pub(crate) fn resets(&mut self, id: u32, wire: impl Wire, code: u32) {
        let stream = self.peer.machine.stream(StreamId::from_wire(id));
        let was_running = stream.is_some_and(|stream| stream.result().is_none());
        self.peer.feed(wire);
        let sent = self.sent();
        let resets: Vec<_> = sent
            .iter()
            .filter(|seen| seen.kind == kind::RST_STREAM)
            .map(|seen| (seen.stream, seen.code().unwrap()))
            .collect();
        assert_eq!(resets, [(id, code)], "{:?}: {sent:#?}", R::SIDE);
        let finished: Vec<_> = self
            .events()
            .into_iter()
            .filter_map(|event| match event {
                Event::Finished { stream_id, result } => {
                    Some((stream_id.value(), result.unwrap_err().code()))
                }
                _ => None,
            })
            .collect();
        let wanted = vec![(id, Some(ErrorCode(code))); usize::from(was_running)];
        assert_eq!(finished, wanted, "the application hears of it once");
        self.is_unharmed();
    }

    /// These octets are taken without a word, and change nothing.
    #[track_caller]
    pub(crate) fn tolerates(&mut self, wire: impl Wire) {
        self.quiet();
        self.peer.feed(wire);
        let sent = self.said();
        assert!(sent.is_empty(), "{:?}: {sent:#?}", R::SIDE);
        let events = self.event_lines();
        assert!(events.is_empty(), "{:?}: {events:#?}", R::SIDE);
        self.is_unharmed();
    }

    /// These octets bring something on this stream, and are taken without a word.
    #[track_caller]
    pub(crate) fn brings(&mut self, id: u32, wire: impl Wire) {
        self.quiet();
        self.peer.feed(wire);
        let sent = self.said();
        assert!(sent.is_empty(), "{:?}: {sent:#?}", R::SIDE);
        let events = self.event_lines();
        assert_eq!(events, [format!("readable {id}")], "{:?}", R::SIDE);
    }

    /// The first stream goes on both ways, as far as the tables of field blocks.
    #[track_caller]
    pub(crate) fn is_unharmed(&mut self) {
        self.take(1);
        self.quiet();
        self.feed((data(1, "still here"), ping(*b"and you?")));
        assert_eq!(self.take(1), ["1: \"still here\""], "{:?}", R::SIDE);
        self.send(1, b"so am I");
        let said = self.said();
        assert!(
            said.contains(&"PING stream 0 ACK \"and you?\"".to_owned()),
            "{said:?}"
        );
        assert!(
            said.contains(&"DATA stream 1 \"so am I\"".to_owned()),
            "{said:?}"
        );
        self.quiet();
    }
}

const fn is_lost(event: &Event) -> bool {
    matches!(
        event,
        Event::Finished {
            stream_id: _,
            result: Err(StreamError::ConnectionLost),
        }
    )
}
