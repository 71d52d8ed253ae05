//! What holds for all octets; plain functions, so that a fuzzer can call them.

use alloc::vec::Vec;

use testkit::{Rng, Side};
use tress_proto::{Client, Config, Connection, Server};

// The paths are spelled out, so that they are also right where this file is included by path.
#[path = "laws/app.rs"]
mod app;
#[path = "laws/checks.rs"]
mod checks;
#[path = "conversations.rs"]
mod conversations;
#[path = "laws/costs.rs"]
mod costs;
#[path = "laws/habits.rs"]
mod habits;
#[path = "laws/heard.rs"]
mod heard;
#[path = "laws/honest.rs"]
mod honest;
#[path = "laws/machine.rs"]
mod machine;
#[path = "laws/numbers.rs"]
mod numbers;
#[path = "laws/play.rs"]
mod play;
#[path = "laws/replay.rs"]
mod replay;
#[path = "laws/says.rs"]
mod says;
#[cfg(test)]
#[path = "laws/tests.rs"]
mod tests;
#[path = "laws/transcript.rs"]
mod transcript;
#[path = "laws/visit.rs"]
mod visit;
#[path = "laws/wire.rs"]
mod wire;

use self::conversations::Conversation;
use self::heard::Heard;
use self::machine::Machine;
use self::numbers::Numbers;
use self::play::Play;
use self::replay::{Looks, feed, same_in_pieces};
use self::visit::{Visit, visit};

/// No octets make a client panic: it ends once, returns all credit and keeps no stream.
pub(crate) fn a_client_takes_any_octets(data: &[u8]) {
    holds_its_own(&visit_a_client(data, Connection::new));
}

/// No octets make a server panic: it ends once, returns all credit and keeps no stream.
pub(crate) fn a_server_takes_any_octets(data: &[u8]) {
    holds_its_own(&visit_a_server(data, Connection::new));
}

fn visit_a_client<M: Machine<Role = Client>>(data: &[u8], make: fn(Config) -> M) -> Visit {
    visit(data, make, habits::of_a_client(), Side::Client)
}

fn visit_a_server<M: Machine<Role = Server>>(data: &[u8], make: fn(Config) -> M) -> Visit {
    visit(data, make, habits::of_a_server(), Side::Server)
}

fn holds_its_own(visit: &Visit) {
    ends_once(visit);
    credit_is_conserved(visit);
    nothing_is_left(visit);
}

/// Every conversation ends with exactly one `Closed`, and no stream finishes twice.
fn ends_once(visit: &Visit) {
    let (heard, frames) = (&visit.heard, &visit.received.census);
    assert_eq!(heard.closed.len(), 1, "{heard:?} of {frames}");
    assert_eq!(heard.late, 0, "events after the last one: {heard:?}");
    for (id, stream) in &heard.streams {
        assert!(stream.finished.len() <= 1, "{id:?} finished {stream:?}");
    }
}

/// When everything was taken, credit for all but half a window was returned, and windows are what
/// the wire says they are.
fn credit_is_conserved(visit: &Visit) {
    assert!(visit.owed.is_empty(), "{:#?}", visit.owed);
}

/// When a connection has ended and everything was taken, no stream is left, and neither half runs.
fn nothing_is_left(visit: &Visit) {
    assert!(visit.left.is_empty(), "still known: {:?}", visit.left);
    assert!(visit.is_closed, "the driver goes on: {:?}", visit.heard);
}

/// Whatever two of our ends do to each other over a bad wire: nothing is stuck, nothing is lost or
/// out of order, nobody is blamed, and all of it ends once.
pub(crate) fn a_pair_comes_to_its_end(data: &[u8]) {
    comes_to_its_end(data, Connection::new, Connection::new);
}

fn comes_to_its_end<A, B>(
    data: &[u8],
    client: fn(Config) -> A,
    server: fn(Config) -> B,
) -> Play<A, B>
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    let mut numbers = Numbers(data);
    let seed = u64::from(numbers.octet());
    let client = client(play::config(&mut numbers));
    let server = server(play::config(&mut numbers));
    let mut play = Play::new(client, server, seed);
    while !numbers.is_empty() {
        play.turn(&mut numbers);
    }
    play.finish();
    checks::nothing_is_stuck(&mut play);
    play.pair.a.connection().go_away();
    play.finish();
    checks::all_ends_once(&play);
    checks::all_arrives_in_order(&play);
    if !play.is_disturbed {
        checks::nobody_is_blamed(&play);
    }
    play
}

/// No peer costs either end more than its bound for longer than its time: memory, handlers, output that
/// waits, work.
pub(crate) fn no_peer_costs_more_than_its_bound(data: &[u8]) {
    let of_server = costs::a_server_besieged(data, Connection::new, honest::Service::default());
    let of_client = costs::a_client_besieged(data, Connection::new);
    for costs in [of_server, of_client] {
        let faults = &costs.faults;
        assert!(faults.is_empty(), "{faults:?}: {}", costs.describe());
    }
}

/// Honest peers are served as by a server without limits, whatever story eight octets tell.
pub(crate) fn no_honest_peer_is_cut_off(data: &[u8]) {
    let seed = data
        .iter()
        .take(8)
        .fold(0, |seed, octet| seed << 8 | u64::from(*octet));
    let story = honest::Story::of(seed, &honest::Model::ALL);
    let judge = |story: &_| honest::judged(story, Connection::new, Connection::new);
    let checks = judge(&story);
    if !checks.faults.is_empty() {
        let least = story.least(|story| !judge(story).faults.is_empty());
        let (faults, time, octets) = (checks.faults, checks.time, checks.octets);
        panic!("{faults:?} in {time:?}, with {octets} octets; least of it: {least:#?}");
    }
}

/// In whatever pieces any octets reach a client, the same comes of them.
pub(crate) fn a_client_takes_any_pieces(data: &[u8]) {
    let (lengths, wire) = lengths(data);
    let hear = |pieces: &[&[u8]], looks| {
        let mut client = Connection::new(Config::default().allow_push());
        (habits::of_a_client().begin)(&mut client, &mut Rng::new(0));
        feed(client, pieces, looks, replay::nothing)
    };
    same_in_pieces("made", wire, &lengths, &hear(&[wire], Looks::Last), hear);
}

/// In whatever pieces any octets reach a server, the same comes of them.
pub(crate) fn a_server_takes_any_pieces(data: &[u8]) {
    let (lengths, wire) = lengths(data);
    let is_told = data.first().is_some_and(|first| first % 2 == 1);
    let hear = |pieces: &[&[u8]], looks| {
        let config = match is_told {
            true => Config::default().receive_malformed(),
            false => Config::default(),
        };
        let server = Connection::new(config);
        feed(server, pieces, looks, replay::no_content)
    };
    same_in_pieces("made", wire, &lengths, &hear(&[wire], Looks::Last), hear);
}

/// In whatever pieces a recorded server's half reaches a client, the same comes of it.
pub(crate) fn recorded_servers_may_come_in_pieces(data: &[u8]) {
    let (lengths, rest) = lengths(data);
    recorded_for_a_client(&recording(rest), &lengths, |client| client);
}

/// In whatever pieces a recorded client's half reaches a server, the same comes of it.
pub(crate) fn recorded_clients_may_come_in_pieces(data: &[u8]) {
    let (lengths, rest) = lengths(data);
    recorded_for_a_server(&recording(rest), &lengths, |server| server);
}

fn recording(data: &[u8]) -> Conversation {
    Conversation::read(Numbers(data).pick(conversations::ALL))
}

/// The lengths of pieces, as the first octets say, and the rest.
fn lengths(data: &[u8]) -> (Vec<usize>, &[u8]) {
    let (first, rest) = data.split_at(data.len().min(3));
    (first.iter().copied().map(replay::length).collect(), rest)
}

fn recorded_for_a_client<M: Machine<Role = Client>>(
    conversation: &Conversation,
    lengths: &[usize],
    tamper: fn(Connection<Client>) -> M,
) -> Heard {
    let begin = || {
        let mut client = Connection::new(Config::default().allow_push());
        replay::ask(&mut client, conversation);
        client
    };
    let said = conversation.said(Side::Server);
    let whole = feed(begin(), &[said], Looks::Last, replay::nothing);
    same_in_pieces(conversation.name, said, lengths, &whole, |pieces, looks| {
        feed(tamper(begin()), pieces, looks, replay::nothing)
    });
    whole
}

fn recorded_for_a_server<M: Machine<Role = Server>>(
    conversation: &Conversation,
    lengths: &[usize],
    tamper: fn(Connection<Server>) -> M,
) -> Heard {
    let begin = || {
        let mut server = Connection::new(Config::default());
        replay::announce(&mut server, conversation.acknowledged(Side::Client));
        server
    };
    let said = conversation.said(Side::Client);
    let whole = feed(begin(), &[said], Looks::Last, replay::no_content);
    same_in_pieces(conversation.name, said, lengths, &whole, |pieces, looks| {
        feed(tamper(begin()), pieces, looks, replay::no_content)
    });
    whole
}
