//! Which connection makes place for another where there are as many as there may be
//! (RFC 9113 §10.5).
//!
//! One that is idle goes first, in good order; then the one whose peer takes least of what waits for
//! it, if that is too little. One that works, or whose peer takes what it is sent, never goes.

use core::time::Duration;

use proto::ErrorCode;

/// How many octets are enough, where so many wait.
const ENOUGH: u64 = 16 * 1024;

/// How long a connection is borne with, once its place is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// How long it has been without a stream when it is idle.
    pub(super) idle: Duration,
    /// How long it has for its first request.
    pub(super) first: Duration,
    /// How long its peer may take less than is enough.
    pub(super) slow: Duration,
    /// How long it has to go when it was asked to: its client hears of that first.
    pub(super) grace: Duration,
    /// How often it is looked at.
    pub(super) every: Duration,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) streams: usize,
    /// How many octets the transport took so far.
    pub(crate) sent: u64,
    /// How many octets wait for the peer.
    pub(crate) waiting: usize,
}

/// What was seen of a connection; times are of the server's own time line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch {
    begun: Duration,
    idle_since: Option<Duration>,
    slow: Option<Slow>,
    asked_at: Option<Duration>,
}

/// What is done to a connection that is to make place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    GoAway,
    Abort(ErrorCode),
    /// It was asked to go, and has time.
    Wait,
}

/// Since when less than `enough` octets were taken, with how many taken before.
#[derive(Clone, Copy, Debug)]
struct Slow {
    since: Duration,
    before: u64,
    taken: u64,
    enough: u64,
}

/// Who goes first: the lesser. Holds since when; and how much was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Idle(Duration),
    Stuck(u64, Duration),
}

impl Watch {
    pub(super) const fn new(now: Duration) -> Self {
        Self {
            begun: now,
            idle_since: None,
            slow: None,
            asked_at: None,
        }
    }

    /// Takes note of how the connection stands now.
    pub(super) fn see(&mut self, now: Duration, standing: Standing) {
        self.idle_since = match standing.streams {
            0 => self.idle_since.or(Some(now)),
            _ => None,
        };
        let waiting = u64::try_from(standing.waiting).unwrap_or(u64::MAX);
        let anew = Slow {
            since: now,
            before: standing.sent,
            taken: 0,
            enough: waiting.min(ENOUGH),
        };
        self.slow = match self.slow {
            _ if waiting == 0 => None,
            Some(slow) if standing.sent - slow.before < slow.enough => Some(Slow {
                taken: standing.sent - slow.before,
                ..slow
            }),
            _ => Some(anew),
        };
    }

    /// Says what is done to the connection now, which is to make place.
    pub(super) fn step(&mut self, rank: Rank, now: Duration, terms: Terms) -> Step {
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
    pub(super) fn rank(&self, now: Duration, terms: Terms) -> Option<Rank> {
        let age = |since| now.saturating_sub(since);
        let is_young = age(self.begun) < terms.first;
        let idle = self
            .idle_since
            .filter(|since| !is_young && age(*since) >= terms.idle);
        let stuck = self.slow.filter(|slow| age(slow.since) >= terms.slow);
        idle.map(Rank::Idle)
            .or(stuck.map(|slow| Rank::Stuck(slow.taken, slow.since)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    const fn standing(streams: usize, sent: u64, waiting: usize) -> Standing {
        Standing {
            streams,
            sent,
            waiting,
        }
    }

    #[test]
    fn an_idle_connection_goes_first_and_the_one_that_is_idle_longest_before_the_others() {
        let (mut early, mut late, mut stuck) =
            (Watch::new(at(0)), Watch::new(at(0)), Watch::new(at(0)));
        early.see(at(10), standing(0, 0, 0));
        late.see(at(10), standing(1, 0, 0));
        late.see(at(12), standing(0, 0, 0));
        stuck.see(at(0), standing(1, 0, 100_000));
        stuck.see(at(60), standing(1, 0, 100_000));
        let ranks =
            [&early, &late, &stuck].map(|watch| watch.rank(at(60), Terms::default()).unwrap());
        assert!(ranks[0] < ranks[1] && ranks[1] < ranks[2], "{ranks:?}");
    }

    #[test]
    fn a_new_connection_has_time_for_its_first_request() {
        let mut watch = Watch::new(at(5));
        watch.see(at(5), standing(0, 0, 0));
        assert_eq!(watch.rank(at(14), Terms::default()), None);
        assert_eq!(
            watch.rank(at(15), Terms::default()),
            Some(Rank::Idle(at(5)))
        );
    }

    #[test]
    fn a_connection_that_works_never_goes_however_long_it_takes() {
        let mut watch = Watch::new(at(0));
        for second in 0..1000 {
            watch.see(at(second), standing(1, 0, 0));
            assert_eq!(watch.rank(at(second), Terms::default()), None);
        }
    }

    #[test]
    fn a_peer_that_takes_enough_never_goes_and_one_that_takes_less_does() {
        // 16 KiB in 29 seconds, and in 31.
        for (seconds, goes) in [(29, false), (31, true)] {
            let mut watch = Watch::new(at(0));
            for second in 0..=300 {
                let sent = second / seconds * ENOUGH;
                watch.see(at(second), standing(1, sent, 1 << 20));
                let rank = watch.rank(at(second), Terms::default());
                assert_eq!(rank.is_some(), goes && second > 0 && second % seconds == 30);
            }
        }
    }

    #[test]
    fn the_last_of_what_waits_is_enough() {
        let mut watch = Watch::new(at(0));
        watch.see(at(0), standing(1, 0, 1000));
        watch.see(at(29), standing(1, 999, 1));
        assert_eq!(
            watch.rank(at(30), Terms::default()),
            Some(Rank::Stuck(999, at(0)))
        );
        watch.see(at(30), standing(1, 1000, 2000));
        assert_eq!(watch.rank(at(59), Terms::default()), None);
    }

    #[test]
    fn one_that_is_idle_has_time_to_go_before_it_is_aborted() {
        let mut watch = Watch::new(at(0));
        watch.see(at(10), standing(0, 0, 0));
        let mut step = |second| {
            let rank = watch.rank(at(second), Terms::default()).unwrap();
            watch.step(rank, at(second), Terms::default())
        };
        assert_eq!(step(20), Step::GoAway);
        assert_eq!(step(21), Step::Wait);
        assert_eq!(step(24), Step::Wait);
        assert_eq!(step(25), Step::Abort(ErrorCode::NO_ERROR));
    }

    #[test]
    fn who_takes_least_goes_before_those_who_take_more() {
        let (mut least, mut more) = (Watch::new(at(0)), Watch::new(at(0)));
        for watch in [&mut least, &mut more] {
            watch.see(at(0), standing(1, 0, 1 << 20));
        }
        least.see(at(30), standing(1, 10, 1 << 20));
        more.see(at(30), standing(1, 100, 1 << 20));
        assert!(
            least.rank(at(30), Terms::default()).unwrap()
                < more.rank(at(30), Terms::default()).unwrap()
        );
    }
}
