//! Another client, which asks the same server on a connection of its own meanwhile.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use tress_testkit::{Target, settings, window_update};

use crate::probe::server::Transports;
use crate::probe::wire::Trial;

/// How long to wait between two requests.
const PAUSE: Duration = Duration::from_millis(2);

/// How long to wait until a connection is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// How many answers tell how long they take.
const ENOUGH: usize = 5;

/// How long a single one takes at least that is the server's own.
const LONG: Duration = Duration::from_secs(1);

/// SETTINGS_INITIAL_WINDOW_SIZE, and the largest of windows (RFC 9113 §6.5.2, RFC 9113 §6.9.1).
const INITIAL_WINDOW: u16 = 4;
const WIDE: u32 = (1 << 31) - 1;

/// One request: when it was made, and how long its answer took, if there was one.
#[derive(Clone, Copy, Debug)]
struct Request {
    at: Instant,
    answer: Option<Duration>,
}

/// Another client.
#[derive(Debug)]
pub(super) struct OtherClient {
    /// How long to wait for an answer, until there will be none.
    patience: Duration,
    requests: Mutex<Vec<Request>>,
}

/// What another client saw: how long answers took; requests without one count with the time limit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Others {
    /// The median before the attack; nothing where there was no answer.
    pub(super) before: Option<Duration>,
    /// The median while it was sent.
    pub(super) meanwhile: Option<Duration>,
    /// The median of its last quarter; nothing where there were too few to tell.
    pub(super) at_end: Option<Duration>,
    /// The longest while it was sent.
    pub(super) worst: Duration,
    /// There was an answer behind the attack.
    pub(super) is_answered: bool,
}

impl OtherClient {
    pub(super) const fn new(patience: Duration) -> Self {
        Self {
            patience,
            requests: Mutex::new(Vec::new()),
        }
    }

    /// Asks until it is over.
    pub(super) fn watch(&self, transports: &Transports<'_>, target: &Target, is_over: &AtomicBool) {
        while !is_over.load(Ordering::Relaxed) {
            let at = Instant::now();
            let Ok(mut transport) = transports.open() else {
                self.note(Request { at, answer: None });
                thread::sleep(AGAIN);
                continue;
            };
            let mut trial = Trial::new(&mut *transport, self.patience);
            trial.greet();
            let wide = settings().set(INITIAL_WINDOW, WIDE);
            trial.say(&(wide, window_update(0, WIDE - 65_535)));
            self.ask_on(&mut trial, target, is_over);
        }
    }

    /// Asks on a connection as long as it answers.
    fn ask_on(&self, trial: &mut Trial<'_>, target: &Target, is_over: &AtomicBool) {
        for count in 0.. {
            let at = Instant::now();
            let is_answered = trial.ask(target, target.stream + 2 * count, self.patience);
            if is_over.load(Ordering::Relaxed) {
                return;
            }
            if is_answered {
                let answer = Some(at.elapsed());
                self.note(Request { at, answer });
            } else {
                // A connection that was closed is opened anew; one that is silent has no answer.
                if !trial.is_closed() {
                    self.note(Request { at, answer: None });
                }
                return;
            }
            thread::sleep(PAUSE);
        }
    }

    fn note(&self, request: Request) {
        self.requests().push(request);
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whether a request that was made after this has its answer.
    pub(super) fn has_heard_since(&self, since: Instant) -> bool {
        let requests = self.requests();
        requests
            .iter()
            .any(|request| request.at >= since && request.answer.is_some())
    }

    /// What was seen of an attack that began and ended then.
    pub(super) fn figures(&self, began: Instant, ended: Instant) -> Others {
        let requests = self.requests().clone();
        let quarter = ended.saturating_duration_since(began) / 4;
        let between = |from: Instant, to: Instant| -> Vec<Duration> {
            let within = requests.iter().filter(|request| {
                let end = request.at + request.answer.unwrap_or(self.patience);
                end >= from && request.at < to
            });
            within
                .map(|request| request.answer.unwrap_or(self.patience))
                .collect()
        };
        let before = requests.iter().filter(|request| request.at < began);
        let meanwhile = between(began, ended);
        Others {
            before: median(before.filter_map(|request| request.answer).collect()),
            worst: meanwhile.iter().copied().max().unwrap_or_default(),
            meanwhile: median(meanwhile),
            at_end: median(enough(between(ended - quarter, ended), quarter)),
            is_answered: self.has_heard_since(ended),
        }
    }
}

/// Those of a time that are enough to speak for all of it: a few may be the machine's, which is busy.
fn enough(times: Vec<Duration>, all: Duration) -> Vec<Duration> {
    match times.len() >= ENOUGH || times.iter().any(|time| *time >= all.max(LONG)) {
        true => times,
        false => Vec::new(),
    }
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNANSWERED: Duration = Duration::from_secs(5);

    #[test]
    fn a_request_without_an_answer_counts_with_the_time_limit() {
        let began = Instant::now();
        let ended = began + Duration::from_secs(4);
        let other_client = OtherClient::new(UNANSWERED);
        let fast = Some(Duration::from_millis(1));
        let ask = |at: Instant, answer| other_client.note(Request { at, answer });
        ask(began - Duration::from_secs(1), fast);
        ask(began + Duration::from_millis(500), fast);
        ask(began + Duration::from_millis(3_500), None);
        let seen = other_client.figures(began, ended);
        assert_eq!(seen.before, fast);
        assert_eq!((seen.at_end, seen.worst), (Some(UNANSWERED), UNANSWERED));
        assert!(!seen.is_answered);
        ask(ended, fast);
        assert!(other_client.figures(began, ended).is_answered);
    }

    #[test]
    fn a_few_answers_that_took_long_tell_nothing_of_the_server() {
        let began = Instant::now();
        let ended = began + Duration::from_secs(4);
        let other_client = OtherClient::new(UNANSWERED);
        let slow = Duration::from_millis(150);
        for count in 0..ENOUGH {
            let seen = other_client.figures(began, ended);
            assert_eq!(seen.at_end, None, "{count} answers");
            other_client.note(Request {
                at: ended - slow * 6 + slow * u32::try_from(count).unwrap(),
                answer: Some(slow),
            });
        }
        assert_eq!(other_client.figures(began, ended).at_end, Some(slow));
    }
}
