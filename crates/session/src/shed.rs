//! Which connection makes place for another where there are as many as there may be
//! (RFC 9113 §10.5).
//!
//! One that is idle goes first, in good order; then the one whose peer takes least of what waits for
//! it, if that is too little. One that works, or whose peer takes what it is sent, never goes.

use core::time::Duration;

use proto::{Connection, ErrorCode, Progress, Role};

/// How long a connection is tolerated, once its place is wanted.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "tests set all of it")]
pub struct Terms {
    /// How long it has been without a stream when it is idle.
    pub idle: Duration,
    /// How long it has for its first request.
    pub first: Duration,
    /// How long its peer may take less than is enough.
    pub slow: Duration,
    /// How long it has to go when it was asked to: its client hears of that first.
    pub grace: Duration,
    /// How often it is looked at.
    pub every: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(1),
            first: Duration::from_secs(10),
            slow: Duration::from_secs(30),
            grace: Duration::from_secs(5),
            every: Duration::from_secs(1),
        }
    }
}

/// How a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "tests make it")]
pub struct Standing {
    /// How many streams run.
    pub streams: usize,
    /// For how long output has waited for the peer without progress, and how many octets have moved.
    pub stuck: Option<(Duration, u64)>,
}

impl Standing {
    /// Looks at a connection that was told the time on a line on which it is `now`.
    #[must_use]
    pub fn of<R: Role>(connection: &Connection<R>, now: Duration) -> Self {
        let age = |progress: Progress| (now.saturating_sub(progress.since), progress.octets);
        Self {
            streams: connection.streams().count(),
            stuck: connection.progress().map(age),
        }
    }
}

/// What was seen of a connection; times are of the server's own timeline.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    begun: Duration,
    idle_since: Option<Duration>,
    stuck: Option<(Duration, u64)>,
    asked_at: Option<Duration>,
}

/// What is done to a connection that is to make place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a server does each")]
pub enum Step {
    /// It is asked to go.
    GoAway,
    /// It is aborted, with this code.
    Abort(ErrorCode),
    /// It was asked to go, and has time.
    Wait,
}

/// Who goes first: the lesser. Holds since when it is idle; or how much moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// It is idle, since this point.
    Idle(Duration),
    /// Its peer takes too little: so many octets moved.
    Stuck(u64),
}

impl Watch {
    /// One that begins now.
    #[must_use]
    pub const fn new(now: Duration) -> Self {
        Self {
            begun: now,
            idle_since: None,
            stuck: None,
            asked_at: None,
        }
    }

    /// Chooses which of a server's connections makes place, if one may be asked, and says what is done to it.
    pub fn choose<'a, M>(
        members: impl Iterator<Item = (&'a mut Self, M)>,
        now: Duration,
        terms: Terms,
    ) -> Option<(Step, M)> {
        let rank =
            |(watch, member): (&'a mut Self, M)| Some((watch.rank(now, terms)?, watch, member));
        let (rank, watch, member) = members.filter_map(rank).min_by_key(|(rank, ..)| *rank)?;
        Some((watch.step(rank, now, terms), member))
    }

    /// Takes note of how the connection stands now.
    pub fn see(&mut self, now: Duration, standing: Standing) {
        self.idle_since = match standing.streams {
            0 => self.idle_since.or(Some(now)),
            _ => None,
        };
        self.stuck = standing.stuck;
    }

    /// Says what is done to the connection now, which is to make place.
    fn step(&mut self, rank: Rank, now: Duration, terms: Terms) -> Step {
        let asked_at = *self.asked_at.get_or_insert(now);
        match rank {
            Rank::Stuck(..) => Step::Abort(ErrorCode::ENHANCE_YOUR_CALM),
            Rank::Idle(_) if asked_at == now => Step::GoAway,
            // RFC 9113 §6.8: its last GOAWAY says that what is still under way was not processed.
            Rank::Idle(_) if now.saturating_sub(asked_at) >= terms.grace => {
                Step::Abort(ErrorCode::NO_ERROR)
            }
            Rank::Idle(_) => Step::Wait,
        }
    }

    /// Says whether the connection may be asked to go, and how soon.
    fn rank(&self, now: Duration, terms: Terms) -> Option<Rank> {
        let age = |since| now.saturating_sub(since);
        let is_young = age(self.begun) < terms.first;
        let idle = self
            .idle_since
            .filter(|since| !is_young && age(*since) >= terms.idle);
        let stuck = self.stuck.filter(|(age, _)| *age >= terms.slow);
        let stuck = stuck.map(|(_, moved)| Rank::Stuck(moved));
        idle.map(Rank::Idle).or(stuck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const fn idle() -> Standing {
        Standing {
            streams: 0,
            stuck: None,
        }
    }

    const fn stuck(seconds: u64, moved: u64) -> Standing {
        Standing {
            streams: 1,
            stuck: Some((at(seconds), moved)),
        }
    }

    const fn busy() -> Standing {
        Standing {
            streams: 1,
            stuck: None,
        }
    }

    /// How soon one goes that was seen so, each time at a second.
    fn rank(seen: &[(u64, Standing)]) -> Option<Rank> {
        let mut watch = Watch::new(at(0));
        for (second, standing) in seen {
            watch.see(at(*second), *standing);
        }
        watch.rank(at(seen.last()?.0), Terms::default())
    }

    #[test]
    fn an_idle_connection_goes_first_and_the_one_that_is_idle_longest_before_the_others() {
        let ranks = [
            rank(&[(10, idle()), (60, idle())]).unwrap(),
            rank(&[(10, busy()), (12, idle()), (60, idle())]).unwrap(),
            rank(&[(60, stuck(30, 0))]).unwrap(),
            rank(&[(60, stuck(90, 100))]).unwrap(),
        ];
        assert!(ranks.is_sorted_by(|one, other| one < other), "{ranks:?}");
    }

    #[test]
    fn a_new_connection_has_time_for_its_first_request() {
        assert_eq!(rank(&[(0, idle()), (9, idle())]), None);
        assert_eq!(rank(&[(0, idle()), (10, idle())]), Some(Rank::Idle(at(0))));
    }

    #[test]
    fn a_connection_that_works_or_whose_peer_takes_what_it_is_sent_never_goes() {
        assert_eq!(rank(&[(0, busy()), (1000, busy())]), None);
        assert_eq!(rank(&[(0, stuck(0, 0)), (1000, stuck(29, 100))]), None);
    }

    #[test]
    fn one_that_is_idle_has_time_to_go_before_it_is_aborted() {
        let mut watch = Watch::new(at(0));
        watch.see(at(10), idle());
        let mut step = |second| {
            let rank = watch.rank(at(second), Terms::default()).unwrap();
            watch.step(rank, at(second), Terms::default())
        };
        assert_eq!(step(20), Step::GoAway);
        assert_eq!(step(21), Step::Wait);
        assert_eq!(step(24), Step::Wait);
        assert_eq!(step(25), Step::Abort(ErrorCode::NO_ERROR));
    }
}
