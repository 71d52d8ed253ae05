//! How a server stood an attack; no verdict without a figure.

use alloc::string::String;
use core::time::Duration;

use tress_testkit::code;

use super::attempt::Attempt;
use super::figures::{Figures, octets, time};
use super::other_client::Others;
use super::process::MemoryFigures;

/// Memory that grows by less than this is a server that warms up.
const WARM: u64 = 1024 * 1024;

/// More than this is too much for one connection, however little was sent on it.
const MUCH: u64 = 64 * 1024 * 1024;

/// Others wait too long when they wait so many times as long as before, and this long at least.
const SLOWER: u32 = 10;
const LONG: Duration = Duration::from_millis(100);

/// A server that takes nothing for so long takes its time.
const STALLED: Duration = Duration::from_millis(500);

/// How a server stood an attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Verdict {
    /// It took all that was sent, and others did not suffer.
    Bounded,
    /// It takes what is sent more slowly than it is sent.
    Slowed,
    /// It has ended the connection.
    Ended,
    /// The more is sent, the more it holds, or the longer others wait.
    Grows,
    /// It does not answer anybody any more.
    Dies,
    /// There is too little to tell.
    Undecided,
}

impl Verdict {
    /// What these figures come to.
    pub(super) fn of(figures: &Figures) -> Self {
        let Some(attempt) = &figures.attempt else {
            return Self::Undecided;
        };
        let others = &figures.others;
        let was_there = others.before.is_some();
        if figures.is_gone || (was_there && !others.is_answered) {
            return Self::Dies;
        }
        let holds_more = figures.memory.is_some_and(|memory| grows(&memory, attempt));
        if holds_more || slows_others(others) {
            return Self::Grows;
        }
        if has_ended(attempt) {
            return Self::Ended;
        }
        if attempt.stalled >= STALLED {
            return Self::Slowed;
        }
        match was_there || figures.memory.is_some() {
            true => Self::Bounded,
            false => Self::Undecided,
        }
    }

    /// The word for it.
    pub(in crate::probe) const fn word(&self) -> &'static str {
        match self {
            Self::Bounded => "bounded",
            Self::Slowed => "slowed",
            Self::Ended => "ended",
            Self::Grows => "grows",
            Self::Dies => "dies",
            Self::Undecided => "undecided",
        }
    }

    /// Says whether the server does not stand it.
    pub(in crate::probe) const fn is_failure(&self) -> bool {
        matches!(self, Self::Grows | Self::Dies)
    }

    /// What it rests on.
    pub(super) fn reason(&self, figures: &Figures) -> String {
        let Some(attempt) = &figures.attempt else {
            return "no connection could be made".into();
        };
        let after = alloc::format!("{}, {}", octets(attempt.sent), time(attempt.lasted));
        match (self, attempt.goaway) {
            (Self::Ended, Some(error)) => {
                alloc::format!("GOAWAY with {} after {after}", code::name(error))
            }
            (Self::Ended, None) => alloc::format!("closed without a word after {after}"),
            (Self::Undecided, _) => "nobody else had an answer, and --pid was not given".into(),
            _ => String::new(),
        }
    }
}

fn has_ended(attempt: &Attempt) -> bool {
    attempt.is_closed || attempt.goaway.is_some_and(|error| error != code::NO_ERROR)
}

/// Says whether memory grows with what is sent: in the first half and in the second, by a quarter of
/// what was sent then.
fn grows(memory: &MemoryFigures, attempt: &Attempt) -> bool {
    let least = WARM.max(attempt.sent / 8);
    let first = memory.half.saturating_sub(memory.before);
    let second = memory.end.saturating_sub(memory.half);
    let all = memory.most.saturating_sub(memory.before);
    all >= MUCH || (first >= least && second >= least)
}

fn slows_others(others: &Others) -> bool {
    match (others.before, others.at_end) {
        (Some(before), Some(at_end)) => at_end >= LONG.max(before * SLOWER),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::super::attempt::Attempt;
    use super::super::figures::Figures;
    use super::super::other_client::Others;
    use super::super::process::MemoryFigures;
    use super::Verdict;

    const MEBIBYTE: u64 = 1024 * 1024;

    fn sent(sent: u64) -> Attempt {
        Attempt {
            sent,
            lasted: Duration::from_secs(1),
            ..Attempt::default()
        }
    }

    fn answered(at_end: u64) -> Others {
        Others {
            before: Some(Duration::from_millis(1)),
            meanwhile: Some(Duration::from_millis(2)),
            at_end: Some(Duration::from_millis(at_end)),
            worst: Duration::from_millis(at_end),
            is_answered: true,
        }
    }

    fn figures(attempt: Attempt) -> Figures {
        Figures {
            attempt: Some(attempt),
            others: answered(2),
            ..Figures::default()
        }
    }

    fn memory(before: u64, half: u64, end: u64) -> Option<MemoryFigures> {
        Some(MemoryFigures {
            before: before * MEBIBYTE,
            half: half * MEBIBYTE,
            most: end * MEBIBYTE,
            end: end * MEBIBYTE,
            after: before * MEBIBYTE,
        })
    }

    #[test]
    fn who_takes_all_of_it_and_answers_others_is_bounded() {
        assert_eq!(Verdict::of(&figures(sent(8 * MEBIBYTE))), Verdict::Bounded);
    }

    #[test]
    fn nothing_is_decided_without_a_figure() {
        let mut alone = figures(sent(8 * MEBIBYTE));
        alone.others = Others::default();
        assert_eq!(Verdict::of(&alone), Verdict::Undecided);
        assert_eq!(Verdict::of(&Figures::default()), Verdict::Undecided);
        alone.memory = memory(10, 10, 10);
        assert_eq!(Verdict::of(&alone), Verdict::Bounded);
    }

    #[test]
    fn who_says_why_and_who_just_closes_have_both_ended_it() {
        for (goaway, is_closed) in [(Some(11), false), (Some(11), true), (None, true)] {
            let ended = Attempt {
                goaway,
                is_closed,
                ..sent(MEBIBYTE)
            };
            assert_eq!(Verdict::of(&figures(ended)), Verdict::Ended);
        }
        let graceful = Attempt {
            goaway: Some(0),
            ..sent(MEBIBYTE)
        };
        assert_eq!(Verdict::of(&figures(graceful)), Verdict::Bounded);
    }

    #[test]
    fn who_takes_nothing_for_half_a_second_is_slowed() {
        let mut attempt = sent(MEBIBYTE);
        attempt.stalled = Duration::from_millis(500);
        assert_eq!(Verdict::of(&figures(attempt)), Verdict::Slowed);
    }

    #[test]
    fn memory_that_grows_in_both_halves_grows_and_one_that_is_filled_once_does_not() {
        let mut seen = figures(sent(8 * MEBIBYTE));
        seen.memory = memory(10, 14, 18);
        assert_eq!(Verdict::of(&seen), Verdict::Grows);
        seen.memory = memory(10, 18, 18);
        assert_eq!(Verdict::of(&seen), Verdict::Bounded);
        seen.memory = memory(10, 80, 80);
        assert_eq!(
            Verdict::of(&seen),
            Verdict::Grows,
            "too much for one connection"
        );
    }

    #[test]
    fn others_that_wait_ten_times_as_long_in_the_end_show_that_it_grows() {
        let mut seen = figures(sent(8 * MEBIBYTE));
        seen.others = answered(99);
        assert_eq!(Verdict::of(&seen), Verdict::Bounded);
        seen.others = answered(100);
        assert_eq!(Verdict::of(&seen), Verdict::Grows);
    }

    #[test]
    fn who_answers_nobody_any_more_or_is_gone_dies() {
        let mut seen = figures(sent(MEBIBYTE));
        seen.others.is_answered = false;
        assert_eq!(Verdict::of(&seen), Verdict::Dies);
        seen.others.is_answered = true;
        seen.is_gone = true;
        assert_eq!(Verdict::of(&seen), Verdict::Dies);
    }
}
