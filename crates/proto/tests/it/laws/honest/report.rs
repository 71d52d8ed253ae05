//! Compares what became of a story with and without limits.

use core::time::Duration;

use super::stage::Ending;
use super::story::Story;
use super::user::Fate;

/// An honest request is served within this many times the time of an unlimited server.
const TIMES: u32 = 2;

/// Besides, ends may gather for so long what they say, to say it at once, and answer a PING or two.
const SLACK: Duration = Duration::from_millis(300);

/// What is to be said of a story.
#[derive(Debug)]
pub(crate) struct Report {
    /// What breaks the law.
    pub(crate) faults: Vec<String>,
    /// The worst time, as a part of what is allowed, in percent.
    pub(crate) worst: u128,
    /// How many were served, and how many given up.
    pub(crate) served: usize,
    pub(crate) canceled: usize,
    /// How long the story was.
    pub(crate) time: Duration,
    /// The octets that came down.
    pub(crate) octets: u64,
}

impl Report {
    pub(super) fn of(story: &Story, limited: &Ending, free: &Ending) -> Self {
        let mut report = Self {
            faults: limited.faults.clone(),
            worst: 0,
            served: 0,
            canceled: 0,
            time: limited.time,
            octets: limited.octets,
        };
        let slack = SLACK + 2 * story.link.round_trip();
        for (place, (fate, other)) in limited.fates.iter().zip(&free.fates).enumerate() {
            match (fate, other) {
                (Fate::Served(time), Fate::Served(other)) => {
                    report.served += 1;
                    let allowed = TIMES * *other + slack;
                    let part = 100 * time.as_micros() / allowed.as_micros().max(1);
                    report.worst = report.worst.max(part);
                    if *time > allowed {
                        let fault = format!("task {place} took {time:?} instead of {other:?}");
                        report.faults.push(fault);
                    }
                }
                (Fate::Served(_), _) => report.served += 1,
                (Fate::Canceled, _) => report.canceled += 1,
                (Fate::Failed(why), _) => report.faults.push(format!("task {place}: {why}")),
                (Fate::Waiting | Fate::Running, other) => {
                    let fault = format!("task {place} is never served, elsewhere {other:?}");
                    report.faults.push(fault);
                }
            }
        }
        report
    }
}
