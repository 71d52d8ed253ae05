//! One end under test, as both roles know it, and what is asked of it.

use testkit::{
    PREFACE, Peer, Seen, Subject, Wire, code, data, headers, kind, ping, settings, settings_ack,
};
use tress_proto::{
    Bytes, Client, Config, Connection, ConnectionError, ErrorCode, Event, Fields, Part, Request,
    Response, Role, Server, StreamError, StreamId, StreamMut,
};

/// Does the same to a server and to a client.
macro_rules! both {
    ($role:ident => $($body:tt)*) => {{
        { type $role = tress_proto::Server; $($body)* }
        { type $role = tress_proto::Client; $($body)* }
    }};
}
pub(crate) use both;

/// What differs between the ends.
pub(crate) trait Ends: Role {
    /// What the other end says first.
    fn hello() -> Vec<u8>;
    /// Opens a stream: both heads are said, and neither side has ended.
    fn open(end: &mut End<Self>) -> u32;
    /// The head of the other end's message.
    fn head(id: u32) -> testkit::Frame<testkit::Headers>;
    /// The last stream that the other end opened, if it opened this many.
    fn last(opened: u32) -> u32;
    /// A line of what a head says.
    fn tell(head: &Self::Head) -> String;
}

/// One end past its preface, whose first stream runs beside all that a test does.
pub(crate) struct End<R: Role> {
    pub(crate) peer: Peer<Connection<R>>,
    /// The streams that were opened.
    opened: u32,
}

impl<R: Ends> End<R> {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        Self::greeted_with(config, settings_ack())
    }

    /// The other end has not acknowledged our settings.
    pub(crate) fn unacknowledged(config: Config) -> Self {
        Self::greeted_with(config, ping(*b"not yet!"))
    }

    fn greeted_with(config: Config, answer: impl Wire) -> Self {
        let mut end = Self {
            peer: Peer::new(Connection::new(config)),
            opened: 0,
        };
        end.peer.feed((R::hello(), answer));
        end.open();
        end
    }

    pub(crate) fn machine(&mut self) -> &mut Connection<R> {
        &mut self.peer.machine
    }

    /// The stream that is opened next.
    pub(crate) const fn next_id(&self) -> u32 {
        2 * self.opened + 1
    }

    /// A stream on which both sides are in the middle of their messages.
    pub(crate) fn open(&mut self) -> u32 {
        let id = R::open(self);
        self.quiet();
        id
    }

    /// A stream on which only the other end may still send.
    pub(crate) fn half_closed_local(&mut self) -> u32 {
        let id = self.open();
        self.stream(id).end().unwrap();
        self.peer.run();
        self.quiet();
        id
    }

    /// A stream on which only this end may still send.
    pub(crate) fn half_closed_remote(&mut self) -> u32 {
        let id = self.open();
        self.peer.feed(data(id, "").end());
        self.quiet();
        id
    }

    /// A stream that both sides have ended, and that has left.
    pub(crate) fn closed(&mut self) -> u32 {
        let id = self.half_closed_local();
        self.peer.feed(data(id, "").end());
        self.take(id);
        self.quiet();
        assert!(self.peer.machine.stream(StreamId::from_wire(id)).is_none());
        id
    }

    /// A stream that this end has reset, and that has left.
    pub(crate) fn reset_by_us(&mut self) -> u32 {
        let id = self.open();
        self.stream(id).reset(ErrorCode::CANCEL).unwrap();
        self.stream(id).release();
        self.peer.run();
        self.quiet();
        assert!(self.peer.machine.stream(StreamId::from_wire(id)).is_none());
        id
    }

    /// A stream that the other end has reset, and that has left.
    pub(crate) fn reset_by_peer(&mut self) -> u32 {
        let id = self.open();
        self.peer.feed(testkit::rst_stream(id, code::CANCEL));
        self.stream(id).release();
        self.quiet();
        assert!(self.peer.machine.stream(StreamId::from_wire(id)).is_none());
        id
    }

    /// Takes note that the next stream was opened by hand.
    pub(crate) const fn opened(&mut self) {
        self.opened += 1;
    }

    /// Forgets what was said and what happened.
    pub(crate) fn quiet(&mut self) {
        self.sent();
        self.events();
    }

    pub(crate) fn stream(&mut self, id: u32) -> StreamMut<'_, R> {
        let id = StreamId::from_wire(id);
        self.peer.machine.stream_mut(id).unwrap()
    }

    pub(crate) fn feed(&mut self, wire: impl Wire) -> &mut Self {
        self.peer.feed(wire);
        self
    }

    /// Lets what was commanded leave; returns the frames.
    pub(crate) fn sent(&mut self) -> Vec<Seen> {
        self.peer.run();
        self.peer.sent()
    }

    /// The same, one line for each frame.
    pub(crate) fn said(&mut self) -> Vec<String> {
        self.sent().iter().map(|seen| format!("{seen:?}")).collect()
    }

    pub(crate) fn events(&mut self) -> Vec<Event> {
        core::iter::from_fn(|| self.peer.machine.poll_event()).collect()
    }

    /// What has happened, one line for each event.
    pub(crate) fn told(&mut self) -> Vec<String> {
        self.events().iter().map(tell).collect()
    }

    /// Takes everything that has arrived on a stream, one line for each part.
    pub(crate) fn take(&mut self, id: u32) -> Vec<String> {
        take(&mut self.peer.machine, StreamId::from_wire(id))
    }

    /// Sends on a stream, as far as it may.
    pub(crate) fn send(&mut self, id: u32, content: &'static [u8]) {
        let content = Bytes::from_static(content);
        self.stream(id).send_data(content).unwrap();
    }

    /// These octets end the connection with this code. `after` more streams were opened by them.
    #[track_caller]
    pub(crate) fn dies_after(mut self, wire: impl Wire, code: u32, after: u32) {
        self.peer.feed(wire);
        let sent = self.peer.sent();
        let last = sent.last().expect("GOAWAY is said");
        let wanted = (kind::GOAWAY, Some(code), Some(R::last(self.opened + after)));
        assert_eq!(
            (last.kind, last.code(), last.last_stream()),
            wanted,
            "{:?}: {sent:#?}",
            R::SIDE
        );
        assert!(!last.debug_data().is_empty(), "a reason for the debugger");
        let earlier = sent.iter().filter(|seen| seen.kind == kind::GOAWAY).count();
        assert_eq!(earlier, 1, "{sent:#?}");
        self.is_over(code);
    }

    /// These octets end the connection with this code.
    #[track_caller]
    pub(crate) fn dies(self, wire: impl Wire, code: u32) {
        self.dies_after(wire, code, 0);
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
        self.peer.machine.recv_all(&hello.octets());
        assert!(self.sent().is_empty(), "nothing is said after GOAWAY");
        assert!(self.events().is_empty(), "nothing happens after the end");
    }

    /// These octets reset this stream with this code, and harm no other.
    #[track_caller]
    pub(crate) fn resets(&mut self, id: u32, wire: impl Wire, code: u32) {
        self.peer.feed(wire);
        let sent = self.peer.sent();
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
        let wanted = (id, Some(ErrorCode(code)));
        assert!(finished.iter().all(|end| *end == wanted), "{finished:?}");
        assert!(finished.len() <= 1, "{finished:?}");
        self.is_unharmed();
    }

    /// These octets are taken without a word, and change nothing.
    #[track_caller]
    pub(crate) fn bears(&mut self, wire: impl Wire) {
        self.quiet();
        self.peer.feed(wire);
        let sent = self.said();
        assert!(sent.is_empty(), "{:?}: {sent:#?}", R::SIDE);
        let events = self.told();
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
        let events = self.told();
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

impl Ends for Server {
    fn hello() -> Vec<u8> {
        (PREFACE, settings()).octets()
    }

    fn open(end: &mut End<Self>) -> u32 {
        let id = end.next_id();
        end.opened();
        end.peer.feed(Self::head(id));
        end.quiet();
        end.take(id);
        end.stream(id).respond(Response::new(200)).unwrap();
        end.peer.run();
        id
    }

    fn head(id: u32) -> testkit::Frame<testkit::Headers> {
        headers(id).post("/")
    }

    fn last(opened: u32) -> u32 {
        (2 * opened).saturating_sub(1)
    }

    fn tell(head: &Request) -> String {
        let text = |value| String::from_utf8_lossy(value).into_owned();
        let path = head.path().or(head.authority()).unwrap_or_default();
        format!("{} {}", text(head.method()), text(path)) + &tell_fields(head.fields())
    }
}

impl Ends for Client {
    fn hello() -> Vec<u8> {
        settings().octets()
    }

    fn open(end: &mut End<Self>) -> u32 {
        let id = end.next_id();
        end.opened();
        assert_eq!(end.peer.machine.request(post()).unwrap().value(), id);
        end.peer.run();
        end.peer.feed(Self::head(id));
        end.quiet();
        end.take(id);
        id
    }

    fn head(id: u32) -> testkit::Frame<testkit::Headers> {
        headers(id).status(200)
    }

    fn last(_: u32) -> u32 {
        0
    }

    fn tell(head: &Response) -> String {
        tell_response(head)
    }
}

/// Gives a machine octets that it is not asked to read any more.
trait RecvAll {
    fn recv_all(&mut self, octets: &[u8]);
}

impl<R: Role> RecvAll for Connection<R> {
    fn recv_all(&mut self, octets: &[u8]) {
        let consumed = runtime::Runtime::read(self, octets);
        assert_eq!(consumed, octets.len());
    }
}

pub(crate) fn get() -> Request {
    Request::get("https", "a", "/")
}

pub(crate) fn post() -> Request {
    Request::post("https", "a", "/")
}

/// A server, as scripts play with it: whatever is readable is taken.
pub(crate) fn serving() -> Subject<Connection<Server>> {
    Subject::new(
        testkit::Side::Server,
        Connection::new(Config::default()),
        happened,
    )
}

/// A client, as scripts play with it: whatever is readable is taken.
pub(crate) fn asking() -> Subject<Connection<Client>> {
    Subject::new(
        testkit::Side::Client,
        Connection::new(Config::default()),
        happened,
    )
}

/// What has happened: the parts of readable streams, and all events but those of settings.
pub(crate) fn happened<R: Ends>(connection: &mut Connection<R>) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(event) = connection.poll_event() {
        match event {
            Event::Readable { stream_id } => lines.extend(take(connection, stream_id)),
            Event::SettingsChanged | Event::SettingsAcked => {}
            event => lines.push(tell(&event)),
        }
    }
    lines
}

fn take<R: Ends>(connection: &mut Connection<R>, id: StreamId) -> Vec<String> {
    let mut lines = Vec::new();
    while let Ok(mut stream) = connection.stream_mut(id) {
        lines.push(match stream.recv() {
            Ok(Some(part)) => format!("{id}: {}", tell_part(&part)),
            Ok(None) => break,
            Err(error) => {
                lines.push(format!("{id}: {error}"));
                break;
            }
        });
    }
    lines
}

fn tell_part<R: Ends>(part: &Part<R>) -> String {
    match part {
        Part::Informational(response) => tell_response(response),
        Part::Head(head) => R::tell(head),
        Part::Data(data) if data.len() > 64 => format!("{} octets", data.len()),
        Part::Data(data) => format!("\"{}\"", data.escape_ascii()),
        Part::Trailers(trailers) => "trailers".to_owned() + &tell_fields(trailers.fields()),
        Part::End => "end".to_owned(),
        part => format!("{part:?}"),
    }
}

fn tell_response(response: &Response) -> String {
    response.status().to_string() + &tell_fields(response.fields())
}

fn tell_fields(fields: Fields<'_>) -> String {
    let text = |value| String::from_utf8_lossy(value).into_owned();
    fields
        .map(|field| format!(" {}={}", text(field.name), text(field.value)))
        .collect()
}

fn tell(event: &Event) -> String {
    match event {
        Event::Opened { stream_id } => format!("opened {stream_id}"),
        Event::Readable { stream_id } => format!("readable {stream_id}"),
        Event::Writable { stream_id } => format!("writable {stream_id}"),
        Event::Finished { stream_id, result } => match result {
            Ok(()) => format!("finished {stream_id}"),
            Err(error) => format!("finished {stream_id}: {error}"),
        },
        Event::GoAway {
            last_stream_id,
            code,
        } => format!("goaway {last_stream_id} {code}"),
        Event::Pong { payload } => format!("pong {}", payload.escape_ascii()),
        Event::PingLost { payload } => format!("ping lost {}", payload.escape_ascii()),
        Event::Closed(Ok(())) => "closed".to_owned(),
        Event::Closed(Err(error)) => format!("closed: {error}"),
        event => format!("{event:?}"),
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
