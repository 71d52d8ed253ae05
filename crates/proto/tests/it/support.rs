//! One end under test, as both roles know it, and what is asked of it.

mod assertions;
mod tell;
pub(crate) mod way;

use testkit::{
    PREFACE, Peer, Seen, Wire, code, data, headers, ping, rst_stream, settings, settings_ack,
};
use tress_proto::{
    Bytes, Client, Config, Connection, ErrorCode, Event, Limits, Request, Response, Role, Server,
    StreamId, StreamMut,
};

pub(crate) use self::tell::{asking, serving};
use self::tell::{take, tell, tell_fields, tell_response};

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
    /// What it says is read when the test looks, and not before.
    is_read_late: bool,
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
        let way = way::current();
        let mut end = Self {
            peer: Peer::new(Connection::new(config)).chunks(way.piece),
            opened: 0,
            is_read_late: way.is_read_late,
        };
        end.peer.feed((R::hello(), answer));
        end.open();
        end.hold();
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
        self.peer.feed(rst_stream(id, code::CANCEL));
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
        self.peer.drain();
        let sent = self.peer.sent();
        self.hold();
        sent
    }

    fn hold(&mut self) {
        if self.is_read_late {
            self.peer.hold();
        }
    }

    /// The same, one line for each frame.
    pub(crate) fn said(&mut self) -> Vec<String> {
        self.sent().iter().map(|seen| format!("{seen:?}")).collect()
    }

    pub(crate) fn events(&mut self) -> Vec<Event> {
        core::iter::from_fn(|| self.peer.machine.poll_event()).collect()
    }

    /// What has happened, one line for each event.
    pub(crate) fn event_lines(&mut self) -> Vec<String> {
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
}

/// As narrow a connection as so many streams can have: its window is 65,535 octets for each, as much
/// as the stream's own.
pub(crate) fn narrow(streams: u32) -> Config {
    Config::default()
        .window_growth(0)
        .and_then(|config| config.initial_window(65_535))
        .and_then(|config| config.limits(Limits::server().concurrent_streams(streams)))
        .and_then(|config| config.concurrent_requests(streams))
        .unwrap()
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

pub(crate) fn get() -> Request {
    Request::get("https", "a", "/")
}

pub(crate) fn post() -> Request {
    Request::post("https", "a", "/")
}

/// The octets of content that were sent on a stream.
pub(crate) fn content_of<R: Ends>(end: &mut End<R>, id: u32) -> usize {
    let sent = end.sent();
    let frames = sent
        .iter()
        .filter(|seen| seen.stream == id && seen.kind == testkit::kind::DATA);
    frames.map(|seen| seen.content().len()).sum()
}

/// What has been granted for the connection.
pub(crate) fn increments_of_connection<R: Ends>(end: &mut End<R>) -> u32 {
    let sent = end.sent();
    let grants = sent.iter().filter(|seen| seen.stream == 0);
    grants.filter_map(Seen::increment).sum()
}
