//! One address: whether it may be connected to, and how well it answers.

use core::time::Duration;

use fastrand::Rng;

use crate::config::Config;

/// The shortest time that answers are told apart by: what is shorter is noise of this machine.
const FINEST: Duration = Duration::from_millis(1);
/// An answer that failed counts as one that took so long at least: a server that fails fast would
/// look like the best one, and draw all requests.
const FAILED: Duration = Duration::from_secs(1);
/// The part of a sample in the mean: one of so many. Fewer would take noise for a difference between
/// servers, and share unequally among equal ones.
const SHARE: u32 = 32;
/// The part of an outcome in the share of failures: one eighth.
const FAILURES: u32 = 8;
/// The time in which half of what is known of failures is forgotten, so that a server that has
/// recovered is tried again.
const FORGET: Duration = Duration::from_secs(10);
/// All requests failed, as a share.
const ALL: u32 = 256;

/// Tells apart the addresses of an origin, for as long as the origin lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EndpointId(pub(crate) u64);

/// What is known of an address.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Connecting failed so often in a row.
    connects_failed: u32,
    /// It is not connected to before.
    dial_at: Duration,
    /// Another address was connected to first, though its attempt began later.
    is_overtaken: bool,
    /// Requests failed so often in a row.
    in_a_row: u32,
    /// It was ejected so often, and is until then.
    ejections: u32,
    ejected_until: Option<Duration>,
    /// The mean time to an answer, over so many of them.
    latency: Duration,
    samples: u32,
    /// The share of requests that failed, of 256, and when it was last halved.
    failed: u32,
    halved: Duration,
}

/// What came of an answer's counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Fine,
    /// As many failed in a row as eject.
    Failing,
}

impl Endpoint {
    pub(crate) const fn new() -> Self {
        Self {
            connects_failed: 0,
            dial_at: Duration::ZERO,
            is_overtaken: false,
            in_a_row: 0,
            ejections: 0,
            ejected_until: None,
            latency: Duration::ZERO,
            samples: 0,
            failed: 0,
            halved: Duration::ZERO,
        }
    }

    /// A connection is made.
    pub(crate) fn opened(&mut self) {
        self.is_overtaken = false;
    }

    /// A later attempt at another address was faster.
    pub(crate) fn overtaken(&mut self) {
        self.is_overtaken = true;
    }

    /// Says which address is tried first: the lowest.
    pub(crate) const fn rank(&self) -> (bool, bool) {
        (self.is_down(), self.is_overtaken)
    }

    /// A connection was made, and its peer spoke HTTP/2.
    pub(crate) fn connected(&mut self) {
        self.connects_failed = 0;
    }

    /// No connection could be made, or one that served nothing.
    pub(crate) fn connect_failed(&mut self, now: Duration, config: &Config, rng: &mut Rng) {
        let (first, longest) = config.back_off;
        let doubled = first.saturating_mul(1 << self.connects_failed.min(20));
        let most = doubled.min(longest);
        self.dial_at = now.saturating_add(between(rng, most / 2, most));
        self.connects_failed = self.connects_failed.saturating_add(1);
    }

    /// Says whether the latest attempt to connect failed.
    pub(crate) const fn is_down(&self) -> bool {
        self.connects_failed > 0
    }

    /// When it may be connected to.
    pub(crate) const fn dial_at(&self) -> Duration {
        self.dial_at
    }

    /// An answer came that took so long.
    pub(crate) fn answered(&mut self, now: Duration, took: Duration) {
        self.in_a_row = 0;
        // It has been well for as long as it was ejected the last time.
        if self.ejections > 0 && self.ejected_until.is_none_or(|until| now >= until) {
            self.ejections -= 1;
            self.ejected_until = None;
        }
        self.sample(now, took, false);
    }

    /// A request failed, was refused, or took too long.
    pub(crate) fn failed(&mut self, now: Duration, took: Duration, failures: u32) -> Health {
        self.in_a_row = self.in_a_row.saturating_add(1);
        self.sample(now, took.max(FAILED), true);
        if self.in_a_row >= failures {
            Health::Failing
        } else {
            Health::Fine
        }
    }

    fn sample(&mut self, now: Duration, took: Duration, failed: bool) {
        // The first ones count alike.
        self.samples = SHARE.min(self.samples + 1);
        self.latency = self.latency - self.latency / self.samples + took / self.samples;
        self.failed = self.share_failed(now);
        self.halved = now;
        self.failed -= self.failed / FAILURES;
        if failed {
            self.failed += ALL / FAILURES;
        }
    }

    /// The share of requests that failed, less what was forgotten.
    fn share_failed(&self, now: Duration) -> u32 {
        let passed = now.saturating_sub(self.halved);
        let halvings = passed.as_millis() / FORGET.as_millis();
        self.failed
            .checked_shr(u32::try_from(halvings).unwrap_or(u32::MAX))
            .unwrap_or(0)
    }

    /// What a request costs there, beside one that costs as much elsewhere.
    pub(crate) fn cost(&self, now: Duration) -> u64 {
        let latency = self.latency.max(FINEST).as_micros();
        let latency = u64::try_from(latency).unwrap_or(u64::MAX);
        // All failed: sixteen times as dear.
        let dearer = u64::from(ALL + 15 * self.share_failed(now));
        latency.saturating_mul(dearer) / u64::from(ALL)
    }

    /// Gives it no requests for a while, longer each time.
    pub(crate) fn eject(&mut self, now: Duration, time: Duration) {
        self.in_a_row = 0;
        self.ejections = self.ejections.saturating_add(1);
        self.ejected_until = Some(now.saturating_add(time.saturating_mul(self.ejections)));
    }

    /// Until when it gets no requests.
    pub(crate) fn ejected_until(&self, now: Duration) -> Option<Duration> {
        self.ejected_until.filter(|until| now < *until)
    }
}

/// A time at random.
pub(crate) fn between(rng: &mut Rng, least: Duration, most: Duration) -> Duration {
    let span = u64::try_from(most.saturating_sub(least).as_micros()).unwrap_or(u64::MAX);
    least.saturating_add(Duration::from_micros(rng.u64(0..=span)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_server_that_fails_fast_costs_more_than_one_that_answers() {
        let (mut good, mut bad) = (Endpoint::new(), Endpoint::new());
        for _ in 0..8 {
            good.answered(secs(1), Duration::from_millis(100));
            bad.failed(secs(1), Duration::from_micros(10), u32::MAX);
        }
        assert!(bad.cost(secs(1)) > 20 * good.cost(secs(1)));
    }

    #[test]
    fn failures_are_forgotten_by_halves() {
        let mut bad = Endpoint::new();
        for _ in 0..100 {
            bad.failed(secs(1), secs(1), u32::MAX);
        }
        let (now, later) = (bad.cost(secs(1)), bad.cost(secs(11)));
        assert!(later * 10 < now * 6, "{now} {later}");
        assert_eq!(u128::from(bad.cost(secs(10_000))), bad.latency.as_micros());
    }

    #[test]
    fn each_failed_connect_waits_twice_as_long_and_no_longer_than_the_longest() {
        let (mut endpoint, mut rng) = (Endpoint::new(), Rng::with_seed(1));
        let config = Config::default();
        let mut waits = [
            100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000,
        ]
        .map(Duration::from_millis)
        .into_iter();
        waits.all(|most| {
            endpoint.connect_failed(secs(5), &config, &mut rng);
            let wait = endpoint.dial_at() - secs(5);
            assert!(wait >= most / 2 && wait <= most, "{wait:?} of {most:?}");
            true
        });
        assert!(endpoint.is_down());
        endpoint.connected();
        endpoint.connect_failed(secs(5), &config, &mut rng);
        assert!(endpoint.dial_at() <= secs(5) + Duration::from_millis(100));
    }

    #[test]
    fn each_ejection_takes_longer_until_it_was_well_again() {
        let mut endpoint = Endpoint::new();
        endpoint.eject(secs(0), secs(30));
        assert_eq!(endpoint.ejected_until(secs(29)), Some(secs(30)));
        assert_eq!(endpoint.ejected_until(secs(30)), None);
        endpoint.eject(secs(30), secs(30));
        assert_eq!(endpoint.ejected_until(secs(31)), Some(secs(90)));
        endpoint.answered(secs(91), secs(1));
        endpoint.answered(secs(92), secs(1));
        endpoint.eject(secs(100), secs(30));
        assert_eq!(endpoint.ejected_until(secs(101)), Some(secs(130)));
    }
}
