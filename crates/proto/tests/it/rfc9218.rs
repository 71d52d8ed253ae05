//! Priorities (RFC 9218), for both roles.

mod client;
mod field;
pub(crate) mod law;
mod schedule;
mod update;

use testkit::{PREFACE, Peer, Seen, Wire, code, headers, kind, settings, settings_ack};
use tress_proto::{Config, Connection, Priority, Server, StreamId, StreamMut};

/// A server whose client has said hello, and lets it send as much as it likes.
fn server(config: Config) -> Peer<Connection<Server>> {
    let mut peer = Peer::new(Connection::new(config));
    let windows = (
        settings().set(4, 0x7fff_ffff),
        testkit::window_update(0, 0x7fff_0000),
    );
    peer.feed((PREFACE, windows, settings_ack()));
    quiet(&mut peer);
    peer
}

/// A request with this field `priority`, if any.
fn asks(id: u32, priority: &str) -> testkit::Frame<testkit::Headers> {
    let request = headers(id).get("/").end();
    match priority {
        "" => request,
        value => request.field("priority", value),
    }
}

fn quiet(peer: &mut Peer<Connection<Server>>) {
    peer.run().sent();
    while peer.machine.poll_event().is_some() {}
}

fn stream(peer: &mut Peer<Connection<Server>>, id: u32) -> StreamMut<'_, Server> {
    peer.machine.stream_mut(StreamId::from_wire(id)).unwrap()
}

/// What a stream's priority is, as a field value.
fn priority_of(peer: &Peer<Connection<Server>>, id: u32) -> String {
    let stream = peer.machine.stream(StreamId::from_wire(id)).unwrap();
    stream.priority().to_string()
}

fn priority(value: &str) -> Priority {
    Priority::parse(value.as_bytes()).unwrap()
}

/// These octets end a server's connection with this code, whatever the pieces in which they come.
#[track_caller]
fn dies(wire: impl Wire, wanted: u32) {
    for octets in [1, 9, 100, 16_384] {
        let mut peer = Peer::new(Connection::<Server>::new(Config::default())).chunks(octets);
        peer.feed((PREFACE, settings(), settings_ack(), wire.octets()));
        let last = peer.sent().pop().unwrap();
        assert_eq!((last.kind, last.code()), (kind::GOAWAY, Some(wanted)));
        assert!(peer.is_closed());
    }
}

/// Says that nothing was said that is an error.
#[track_caller]
fn is_unharmed(peer: &mut Peer<Connection<Server>>) {
    let errors: Vec<Seen> = peer
        .run()
        .sent()
        .into_iter()
        .filter(|seen| matches!(seen.kind, kind::GOAWAY | kind::RST_STREAM))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!peer.is_closed());
}

const PROTOCOL_ERROR: u32 = code::PROTOCOL_ERROR;
