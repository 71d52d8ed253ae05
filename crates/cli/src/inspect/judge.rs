//! One side of a connection, judged by the rule table: by the machine that would be its peer.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::{Mutex, PoisonError};

use blocking::proto::frame::{PREFACE, Scope};
use blocking::proto::runtime::{Runtime, WriteOperation, WriteResult};
use blocking::proto::{
    Client, Config, ConfigError, Connection, ErrorCode, Limits, Observe, Part, Record, Request,
    Role, Server, SettingsChange, State, StreamId, Violation,
};

use super::item::{Broken, Item};

/// How many streams there may be at once.
const STREAMS: u32 = 1000;

/// The rules that were broken since the last time that somebody looked.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Violation>>>);

impl Observe for Seen {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Violation { violation, .. } = record {
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(violation);
        }
    }
}

/// Judges the items of one side's octets.
pub(super) fn judge(octets: &[u8], items: &mut [Item]) {
    if octets.starts_with(PREFACE.get(..3).unwrap_or_default()) {
        // Whether the server takes extended CONNECT is the server's to say.
        let config = Config::default().allow_extended_connect();
        let config = config.limits(limits(Limits::server()));
        each(Connection::<Server>::new(valid(config)), items, |_, _| {});
    } else {
        let config = Config::default()
            .allow_push()
            .limits(limits(Limits::client()));
        let mut next = 1;
        each(
            Connection::<Client>::new(valid(config)),
            items,
            |machine, stream| {
                ask(machine, stream, &mut next);
            },
        );
    }
}

/// A configuration that does not depend on what is judged.
fn valid(config: Result<Config, ConfigError>) -> Config {
    debug_assert!(config.is_ok(), "{config:?}");
    config.unwrap_or_default()
}

/// Rules are judged, and not what a side costs.
const fn limits(limits: Limits) -> Limits {
    limits
        .concurrent_streams(STREAMS)
        .resets(u32::MAX, u32::MAX)
        .resets_sent(u32::MAX, u32::MAX)
        .replies(u32::MAX)
}

/// Shows every item to the machine, after `before` has made it ready for its stream.
fn each<R: Role>(
    mut machine: Connection<R>,
    items: &mut [Item],
    mut before: impl FnMut(&mut Connection<R>, u32),
) {
    let seen = Seen::default();
    machine.observe(Box::new(seen.clone()));
    drain(&mut machine);
    for item in items {
        before(&mut machine, item.stream.unwrap_or(0));
        if item.what.starts_with("SETTINGS ACK") {
            // Whether the other side has asked for it is not known.
            let _ = machine.update_settings(SettingsChange::default());
            drain(&mut machine);
        }
        let consumed = machine.read(&item.octets);
        let is_whole = consumed == item.octets.len();
        take(&mut machine);
        drain(&mut machine);
        let mut seen = seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        item.broken.extend(seen.drain(..).map(broken));
        drop(seen);
        if machine.is_closed() || !is_whole {
            break;
        }
    }
}

/// A client whose requests these are: GET, as many as the server speaks of.
fn ask(machine: &mut Connection<Client>, stream: u32, next: &mut u32) {
    while stream % 2 == 1 && *next <= stream {
        let Ok(id) = machine.request(Request::get("https", "unknown", "/")) else {
            return;
        };
        *next = id.value() + 2;
        if let Ok(mut stream) = machine.stream_mut(id) {
            let _ = stream.end();
        }
        drain(machine);
        // The server takes no more at once: the oldest are over by now.
        let is_idle = |machine: &Connection<Client>| {
            machine
                .stream(id)
                .is_some_and(|stream| stream.state() == State::Idle)
        };
        while is_idle(machine) {
            let ids: Vec<StreamId> = machine.streams().map(|stream| stream.id()).collect();
            let oldest = ids.into_iter().filter(|its| *its < id).min();
            let Some(mut oldest) = oldest.and_then(|id| machine.stream_mut(id).ok()) else {
                return;
            };
            let _ = oldest.reset(ErrorCode::CANCEL);
            oldest.release();
            drain(machine);
        }
    }
}

/// Writes what the machine has to say to nobody.
fn drain(machine: &mut impl Runtime) {
    while let WriteOperation::Write(chunks) = machine.next_write_operation() {
        let octets = chunks.octets();
        machine.report_write_result(WriteResult::Ok(octets));
    }
}

/// Takes all that has arrived, so that it holds up nothing.
fn take<R: Role>(machine: &mut Connection<R>) {
    while machine.poll_event().is_some() {}
    let ids: Vec<StreamId> = machine.streams().map(|stream| stream.id()).collect();
    for id in ids {
        if let Ok(mut stream) = machine.stream_mut(id) {
            while let Ok(Some(part)) = stream.recv() {
                if matches!(part, Part::End) {
                    break;
                }
            }
        }
    }
}

fn broken(violation: Violation) -> Broken {
    let (scope, code) = violation.scope_and_code();
    let rule = match violation {
        Violation::Frame(error) => format!("{:?}", error.kind()),
        Violation::Compression(error) => format!("{error:?}"),
        Violation::Connection(rule) => format!("{rule:?}"),
        Violation::Stream(rule) => format!("{rule:?}"),
        Violation::Message(rule) => format!("{rule:?}"),
        violation => format!("{violation:?}"),
    };
    Broken {
        rule,
        says: violation.to_string(),
        section: violation.section().to_string(),
        then: match scope {
            Scope::Connection => format!("the connection ends with {code}"),
            Scope::Stream => format!("the stream is reset with {code}"),
        },
    }
}
