//! What holds whatever is said, in any order: the body of a fuzz target.

use alloc::collections::BTreeSet;
use core::time::Duration;

use tress_pool::{
    Action, Config, ConnectFailure, ConnectionId, Content, Decision, GoAway, Origin, Outcome,
    Request, RequestId, Stall,
};

#[cfg(test)]
#[path = "laws/tests.rs"]
mod tests;

/// The requests and connections that were ever named, and those that have not ended.
#[derive(Default)]
struct Seen {
    requests: Vec<RequestId>,
    waiting_or_running: BTreeSet<RequestId>,
    connections: Vec<ConnectionId>,
    alive: BTreeSet<ConnectionId>,
}

/// No order of inputs panics, ends a request twice, names one that has ended, or makes more
/// connections than may be; and the time that is asked for lies ahead.
pub(crate) fn any_order_of_inputs_is_tolerated(data: &[u8]) {
    let mut octets = data.iter().copied();
    let seed = octets.next().unwrap_or(0);
    let config = match seed % 3 {
        0 => Config::default(),
        1 => Config::default().single_connection(),
        _ => Config::default()
            .waiting(3)
            .max_age(Some(Duration::from_secs(20))),
    };
    let mut origin = Origin::new(config, seed.into());
    let (mut seen, mut now) = (Seen::default(), Duration::ZERO);
    while let (Some(what), Some(which)) = (octets.next(), octets.next()) {
        if what & 0x80 > 0 {
            now += Duration::from_millis(1 << (which % 17));
            let next = origin.tick(now);
            assert!(
                next.is_none_or(|next| next > now),
                "{next:?} is not ahead of {now:?}"
            );
            obey(&mut origin, &mut seen);
        }
        say(&mut origin, &mut seen, what & 0x7f, which.into());
        obey(&mut origin, &mut seen);
    }
}

fn say(origin: &mut Origin<u8>, seen: &mut Seen, what: u8, which: usize) {
    let request = seen
        .requests
        .get(which % seen.requests.len().max(1))
        .copied();
    let line = seen
        .connections
        .get(which % seen.connections.len().max(1))
        .copied();
    match (what % 17, request, line) {
        (0..=2, _, _) => {
            let wish = if which % 2 == 0 {
                Request::new()
            } else {
                Request::new().repeatable()
            };
            if let Ok(id) = origin.request(wish) {
                seen.requests.push(id);
                assert!(seen.waiting_or_running.insert(id), "{id:?} is used twice");
            }
        }
        (3, Some(id), _) => {
            origin.dropped(id);
            seen.waiting_or_running.remove(&id);
        }
        (4..=6, Some(id), _) => finish(origin, seen, id, which),
        (7, _, _) => origin.resolved((0..u8::try_from(which % 5).unwrap_or(0)).collect()),
        (8 | 9, _, Some(id)) => origin.opened(id),
        (10, _, Some(id)) => {
            origin.connect_failed(id, ConnectFailure::Transport);
            seen.alive.remove(&id);
        }
        (11, _, Some(id)) => origin.announced(id, u32::try_from(which % 9).unwrap_or(0)),
        (12, _, Some(id)) => {
            let reasons = [GoAway::Graceful, GoAway::Calm, GoAway::Error];
            origin.going_away(id, reasons[which % 3]);
        }
        (13, _, Some(id)) => origin.heard(id),
        (14, _, Some(id)) => origin.stalled(id, (which % 2 == 0).then_some(Stall::Transport)),
        (15, _, Some(id)) => {
            origin.closed(id);
            seen.alive.remove(&id);
        }
        (16, Some(id), _) => origin.answered(id),
        _ => {}
    }
}

/// Ends a request that may not even run.
fn finish(origin: &mut Origin<u8>, seen: &mut Seen, id: RequestId, which: usize) {
    let outcomes = [
        Outcome::Answered,
        Outcome::Failed,
        Outcome::TimedOut,
        Outcome::Refused,
        Outcome::Unprocessed { graceful: true },
        Outcome::Unprocessed { graceful: false },
        Outcome::Misdirected,
    ];
    let content = if which % 8 == 0 {
        Content::Spent
    } else {
        Content::Again
    };
    let running = origin.stats().running;
    match origin.finished(id, outcomes[which % 7], content) {
        Decision::Again => assert!(seen.waiting_or_running.contains(&id), "{id:?} is back"),
        Decision::Done { .. } if origin.stats().running < running => {
            seen.waiting_or_running.remove(&id);
        }
        Decision::Done { .. } => {}
    }
}

fn obey(origin: &mut Origin<u8>, seen: &mut Seen) {
    while let Some(action) = origin.poll() {
        match action {
            Action::Connect { connection, .. } => {
                assert!(
                    !seen.connections.contains(&connection),
                    "{connection:?} is used twice"
                );
                seen.connections.push(connection);
                seen.alive.insert(connection);
            }
            Action::Fail { request, .. } => {
                let was_there = seen.waiting_or_running.remove(&request);
                assert!(was_there, "{request:?} ended twice");
            }
            Action::Close { connection } => {
                assert!(seen.alive.remove(&connection), "{connection:?} ended twice");
            }
            _ => {}
        }
    }
    let stats = origin.stats();
    let all = stats.connecting + stats.open + stats.retiring;
    assert!(
        stats.connecting + stats.open <= 16 && all <= 32,
        "{stats:?}"
    );
    assert_eq!(all, seen.alive.len(), "{stats:?}");
}
