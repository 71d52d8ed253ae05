//! The same kind of traffic through a plain round robin: one connection a server, each request to the next
//! one, nothing sent again. For comparison only: no law holds for it.

use alloc::collections::BTreeMap;
use core::time::Duration;

use fastrand::Rng;
use tress_pool::Outcome;

use crate::world::{Health, PEACE, Play, Server};

/// When a caller gives up who hears nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) requests: u64,
    pub(crate) answered: u64,
    pub(crate) failed: u64,
    /// Of those that failed, how many no server has processed: they could have been sent again.
    pub(crate) unprocessed: u64,
    /// How many failed only after as long as a caller waits.
    pub(crate) timed_out: u64,
}

impl Shares {
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.answered += other.answered;
        self.failed += other.failed;
        self.unprocessed += other.unprocessed;
        self.timed_out += other.timed_out;
    }
}

/// What runs at a server.
struct Running {
    server: usize,
    ends: Duration,
}

/// Plays servers that turn as often and in the same ways as those of a play, for as many requests.
pub(crate) fn shares(play: &Play) -> Shares {
    let mut rng = Rng::with_seed(play.seed);
    let mut servers: Vec<_> = (0..play.servers)
        .map(|_| Server::new(&mut rng, play.is_calm))
        .collect();
    let pace = Duration::from_micros(rng.u64(50..200_000));
    let mut turns: Vec<_> = (0..servers.len())
        .map(|_| Duration::from_millis(rng.u64(0..20_000)))
        .collect();
    let (mut shares, mut now) = (Shares::default(), Duration::ZERO);
    let mut running = BTreeMap::<u64, Running>::new();
    for number in 0..play.requests {
        now += pace * rng.u32(0..20) / 10;
        for (server, turn) in turns.iter_mut().enumerate() {
            while *turn <= now && now < PEACE {
                let at = *turn;
                settle(&mut running, &servers, at, &mut rng, &mut shares);
                servers[server].turn(&mut rng);
                restart(&mut running, &servers, server, &mut rng, &mut shares);
                *turn += Duration::from_millis(rng.u64(100..30_000));
            }
        }
        settle(&mut running, &servers, now, &mut rng, &mut shares);
        let server = number % servers.len();
        shares.requests += 1;
        // As in the plays, one of four may wait for so long only.
        let limit = match rng.u8(..4) {
            0 => Duration::from_millis(rng.u64(1..10_000)),
            _ => PATIENCE,
        };
        let wait = wait_at(&running, server, servers[server].streams(), now);
        match servers[server].health() {
            Health::Down => fail(&mut shares, true),
            _ if wait > limit => {
                shares.timed_out += 1;
                fail(&mut shares, true);
            }
            _ => {
                let ends = now + wait + servers[server].answer_time(&mut rng);
                let id = shares.requests;
                running.insert(id, Running { server, ends });
            }
        }
    }
    settle(&mut running, &servers, Duration::MAX, &mut rng, &mut shares);
    shares
}

/// How long a request waits at a server that takes so many streams.
fn wait_at(
    running: &BTreeMap<u64, Running>,
    server: usize,
    streams: u32,
    now: Duration,
) -> Duration {
    let its = running.values().filter(|its| its.server == server);
    let mut ends: Vec<_> = its.map(|its| its.ends).collect();
    ends.sort_unstable();
    let streams = streams as usize;
    match ends.len().checked_sub(streams) {
        _ if streams == 0 => Duration::MAX,
        None => Duration::ZERO,
        Some(before) => ends[before].saturating_sub(now),
    }
}

/// Ends what has ended by now; what a server that vanished has is never answered.
fn settle(
    running: &mut BTreeMap<u64, Running>,
    servers: &[Server],
    now: Duration,
    rng: &mut Rng,
    shares: &mut Shares,
) {
    running.retain(|_, its| {
        let server = &servers[its.server];
        if server.is_silent() {
            let is_over = now.saturating_sub(its.ends) >= PATIENCE;
            if is_over {
                shares.timed_out += 1;
                fail(shares, false);
            }
            return !is_over;
        }
        if its.ends > now {
            return true;
        }
        match server.outcome(rng) {
            Outcome::Answered => shares.answered += 1,
            outcome => fail(
                shares,
                matches!(outcome, Outcome::Refused | Outcome::Misdirected),
            ),
        }
        false
    });
}

/// A server that has turned breaks its connection, or goes away and leaves out what came last.
fn restart(
    running: &mut BTreeMap<u64, Running>,
    servers: &[Server],
    server: usize,
    rng: &mut Rng,
    shares: &mut Shares,
) {
    let is_down = match servers[server].health() {
        Health::Down => true,
        Health::Restarts => false,
        _ => return,
    };
    let its = running.values().filter(|its| its.server == server).count();
    let kept = if is_down { 0 } else { rng.usize(0..=its) };
    let mut place = 0;
    running.retain(|_, running| {
        if running.server != server {
            return true;
        }
        place += 1;
        if place <= kept {
            return true;
        }
        fail(shares, !is_down);
        false
    });
}

fn fail(shares: &mut Shares, is_unprocessed: bool) {
    shares.failed += 1;
    shares.unprocessed += u64::from(is_unprocessed);
}
