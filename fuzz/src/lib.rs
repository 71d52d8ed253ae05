//! The bodies of the fuzz targets: laws of the crates, included by path, each under the target's name.

extern crate alloc;

pub mod corpus;

// The crates format their own files.
#[rustfmt::skip]
#[path = "../../crates/frame/tests/it/laws.rs"]
mod frame;
#[rustfmt::skip]
#[path = "../../crates/hpack/tests/it/laws.rs"]
mod hpack;
#[rustfmt::skip]
#[path = "../../crates/log/tests/it/laws.rs"]
mod log;
#[rustfmt::skip]
#[path = "../../crates/pool/tests/it/laws.rs"]
mod pool;
#[rustfmt::skip]
#[path = "../../crates/proto/tests/it/laws.rs"]
mod proto;
#[rustfmt::skip]
#[path = "../../crates/runtime/tests/it/laws.rs"]
mod runtime;
#[rustfmt::skip]
#[path = "../../crates/session/tests/it/laws.rs"]
mod session;
#[rustfmt::skip]
#[path = "../../crates/upgrade/tests/it/laws.rs"]
mod upgrade;

/// A target: its name, and what it does with any octets.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, as `fuzz_targets/` lists them.
pub const TARGETS: [Target; 19] = [
    ("frame_decode", frame_decode),
    ("frame_roundtrip", frame_roundtrip),
    ("frame_split", frame_split),
    ("hpack_decode", hpack_decode),
    ("hpack_differential", hpack_differential),
    ("hpack_roundtrip", hpack_roundtrip),
    ("log_read", log_read),
    ("log_roundtrip", log_roundtrip),
    ("pool_inputs", pool_inputs),
    ("proto_client_octets", proto_client_octets),
    ("proto_costs", proto_costs),
    ("proto_honest", proto_honest),
    ("proto_pair", proto_pair),
    ("proto_pieces", proto_pieces),
    ("proto_server_octets", proto_server_octets),
    ("runtime_steps", runtime_steps),
    ("session_steps", session_steps),
    ("upgrade_client_octets", upgrade_client_octets),
    ("upgrade_server_octets", upgrade_server_octets),
];

/// No octets panic, and the path that reads only heads sees the same frames.
pub fn frame_decode(data: &[u8]) {
    frame::no_octets_panic(data);
    frame::heads_alone_say_the_same(data);
}

/// Frames that were read or made survive writing and reading.
pub fn frame_roundtrip(data: &[u8]) {
    frame::what_was_read_reads_the_same_when_written(data);
    frame::what_was_made_parses_back(data);
}

/// Neither the pieces that octets come in nor those that they leave in matter.
pub fn frame_split(data: &[u8]) {
    frame::chunks_do_not_matter(data);
    frame::splitting_loses_nothing(data);
}

/// No octets panic; neither the pieces they come in nor the caller's limits change the outcome.
pub fn hpack_decode(data: &[u8]) {
    hpack::no_octets_panic(data);
    hpack::pieces_do_not_matter(data);
    hpack::limits_leave_the_tables_in_step(data);
}

/// A slow decoder, written from the RFC alone, agrees on everything.
pub fn hpack_differential(data: &[u8]) {
    hpack::the_slow_decoder_agrees(data);
    hpack::the_slow_huffman_code_agrees(data);
}

/// What was encoded decodes to itself.
pub fn hpack_roundtrip(data: &[u8]) {
    hpack::what_was_encoded_decodes_to_itself(data);
}

/// No octets panic as a log, and what was read of them is written as it was.
pub fn log_read(data: &[u8]) {
    log::any_octets_are_read(data);
}

/// Events read as they were written, and each instant of a stream has one cause.
pub fn log_roundtrip(data: &[u8]) {
    log::what_was_written_reads_the_same(data);
}

/// A pool tolerates any order of inputs.
pub fn pool_inputs(data: &[u8]) {
    pool::any_order_of_inputs_is_tolerated(data);
}

/// A client keeps its word, whatever octets come.
pub fn proto_client_octets(data: &[u8]) {
    proto::a_client_takes_any_octets(data);
}

/// No peer costs a server more than its bound for longer than its time.
pub fn proto_costs(data: &[u8]) {
    proto::no_peer_costs_more_than_its_bound(data);
}

/// No honest peer is cut off, in the story that eight octets tell.
pub fn proto_honest(data: &[u8]) {
    proto::no_honest_peer_is_cut_off(data);
}

/// Two of our ends come to a good end over any wire.
pub fn proto_pair(data: &[u8]) {
    proto::a_pair_comes_to_its_end(data);
}

/// The pieces that octets come in do not matter, be they made or recorded.
pub fn proto_pieces(data: &[u8]) {
    proto::a_client_takes_any_pieces(data);
    proto::a_server_takes_any_pieces(data);
    proto::recorded_servers_may_come_in_pieces(data);
    proto::recorded_clients_may_come_in_pieces(data);
}

/// A server keeps its word, whatever octets come.
pub fn proto_server_octets(data: &[u8]) {
    proto::a_server_takes_any_octets(data);
}

/// The steps of a driver lose nothing, whatever the cuts and whoever owns the buffers.
pub fn runtime_steps(data: &[u8]) {
    runtime::the_steps_lose_nothing(data);
}

/// Neither pieces nor failed writes of a transport change what those get who use a session.
pub fn session_steps(data: &[u8]) {
    session::pieces_do_not_matter(data);
    session::failed_writes_lose_no_answer(data);
}

/// A client that asks for an upgrade takes any answer, in any pieces.
pub fn upgrade_client_octets(data: &[u8]) {
    upgrade::a_client_takes_any_octets(data);
}

/// A server that may upgrade takes any request, in any pieces.
pub fn upgrade_server_octets(data: &[u8]) {
    upgrade::a_server_takes_any_octets(data);
}
