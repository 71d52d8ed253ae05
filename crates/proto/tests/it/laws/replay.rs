//! Feeds one half of a conversation to one of our ends, in pieces.

use testkit::Peer;
use tress_proto::{
    Bytes, Client, ErrorCode, Request, Response, Server, SettingsChange, StreamError, StreamId,
    Trailers, UserError,
};

use super::conversations::{Conversation, RecordedRequest};
use super::heard::Heard;
use super::machine::Machine;

/// When the application looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    /// After each piece.
    Often,
    /// Once all has arrived.
    Last,
}

/// Feeds octets in pieces, then the end; `answer` is what a server says to what it was asked.
pub(crate) fn feed<M: Machine>(
    machine: M,
    pieces: &[&[u8]],
    looks: Looks,
    answer: fn(&mut M, StreamId),
) -> Heard {
    let mut peer = Peer::new(machine).read_buffer(1 << 20);
    let mut heard = Heard::default();
    peer.run();
    for piece in pieces {
        peer.feed(*piece);
        if looks == Looks::Often {
            heard.poll(&mut peer.machine);
            heard.take_all(&mut peer.machine);
        }
    }
    heard.poll(&mut peer.machine);
    for id in heard.opened.clone() {
        answer(&mut peer.machine, id);
    }
    heard.take_all(&mut peer.machine);
    peer.run().eof();
    heard.poll(&mut peer.machine);
    heard.take_all(&mut peer.machine);
    heard
}

/// In pieces of these lengths the same comes of octets as of all of them at once.
pub(crate) fn same_in_pieces(
    name: &str,
    wire: &[u8],
    lengths: &[usize],
    whole: &Heard,
    hear: impl Fn(&[&[u8]], Looks) -> Heard,
) {
    for looks in [Looks::Last, Looks::Often] {
        let mut found = hear(&pieces(wire, lengths), looks);
        if looks == Looks::Often {
            forget_withdrawn(&mut found, whole);
        }
        assert_eq!(
            found, *whole,
            "{name} in pieces of {lengths:?}, looking {looks:?}"
        );
    }
    assert_eq!(whole.closed.len(), 1, "{whole:?}");
}

/// A stream that was reset before anyone heard of it is withdrawn; who looks often hears of more
/// of these.
fn forget_withdrawn(found: &mut Heard, whole: &Heard) {
    found.streams.retain(|id, stream| {
        let is_reset = matches!(stream.finished[..], [Err(StreamError::Reset(_))]);
        whole.streams.contains_key(id) || !is_reset
    });
    found.opened.retain(|id| whole.opened.contains(id));
}

/// The length of a piece: mostly short, at times long.
pub(crate) fn length(octet: u8) -> usize {
    match octet {
        0..=127 => usize::from(octet % 16) + 1,
        128..=223 => usize::from(octet),
        _ => usize::from(octet) * 32,
    }
}

/// Cuts octets into pieces: each length in turn, then again from the first.
pub(crate) fn pieces<'a>(octets: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut lengths = lengths.iter().copied().cycle();
    let (mut rest, mut pieces) = (octets, Vec::new());
    while !rest.is_empty() {
        let length = lengths.next().unwrap_or(rest.len()).clamp(1, rest.len());
        let (piece, others) = rest.split_at(length);
        pieces.push(piece);
        rest = others;
    }
    pieces
}

/// Answers in short whatever was asked.
pub(crate) fn no_content<M: Machine<Role = Server>>(server: &mut M, id: StreamId) {
    if let Ok(mut stream) = server.connection().stream_mut(id) {
        // A stream that is over takes no answer.
        let _ = stream.respond(Response::new(204));
        let _ = stream.end();
    }
}

/// Answers nothing, as clients do.
pub(crate) fn nothing<M>(_: &mut M, _: StreamId) {}

/// Makes a client ask for what the client of a conversation asked for.
pub(crate) fn ask<M: Machine<Role = Client>>(client: &mut M, conversation: &Conversation) {
    announce(client, conversation.acknowledged(testkit::Side::Server));
    for recorded in conversation.recorded() {
        open(client, &recorded).expect("what was asked can be asked");
    }
}

/// Announces settings as often as the peer is going to acknowledge them.
pub(crate) fn announce<M: Machine>(machine: &mut M, times: usize) {
    for _ in 1..times {
        let change = SettingsChange::default();
        let _ = machine.connection().update_settings(change);
    }
}

fn open<M: Machine<Role = Client>>(
    client: &mut M,
    recorded: &RecordedRequest,
) -> Result<(), UserError> {
    let connection = client.connection();
    // Some clients skip identifiers; taking a request back before it was sent does the same.
    let id = loop {
        let id = connection.request(request(recorded))?;
        if id.value() >= recorded.id {
            break id;
        }
        connection.stream_mut(id)?.reset(ErrorCode::CANCEL)?;
        connection.stream_mut(id)?.release();
    };
    assert_eq!(id.value(), recorded.id);
    let mut stream = connection.stream_mut(id)?;
    if !recorded.content.is_empty() {
        stream.send_data(Bytes::copy_from_slice(&recorded.content))?;
    }
    if !recorded.trailers.is_empty() {
        let fields = recorded.trailers.iter();
        let trailers = Trailers::new();
        return stream.send_trailers(fields.fold(trailers, |trailers, (name, value)| {
            trailers.field(name, value)
        }));
    }
    if recorded.is_ended {
        stream.end()
    } else {
        Ok(())
    }
}

fn request(recorded: &RecordedRequest) -> Request {
    let control = |wanted: &str| {
        let mut fields = recorded.head.iter();
        let found = fields.find(|(name, _)| name == wanted.as_bytes());
        found.map_or(&b""[..], |(_, value)| value)
    };
    let [method, scheme] = [control(":method"), control(":scheme")];
    let head = Request::new(method, scheme, control(":authority"), control(":path"));
    let fields = recorded
        .head
        .iter()
        .filter(|(name, _)| !name.starts_with(b":"));
    fields.fold(head, |head, (name, value)| head.field(name, value))
}
