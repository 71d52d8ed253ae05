//! The table of attacks, for those who ask with `--nocapture`: what each comes to at worst, and what
//! it costs the attacker.

use alloc::collections::BTreeMap;
use core::cell::RefCell;
use core::time::Duration;
use std::sync::Once;

use tress_proto::Side;

use super::rig::{End, Run};

/// An attack at its worst, over all ways of feeding it.
pub(super) struct Row {
    side: Side,
    /// What the whole attack has.
    octets: usize,
    peak: u64,
    work: u64,
    live: usize,
    /// What came of it where nobody reads our answers, and where somebody does.
    outcomes: [&'static str; 2],
    /// How long it took from the last octet to the end, likewise.
    times: [Option<Duration>; 2],
    /// The octets that the attacker had to send until it made no difference any more.
    cost: usize,
}

impl Row {
    pub(super) fn new(side: Side, octets: usize) -> Self {
        Self {
            side,
            octets,
            peak: 0,
            work: 0,
            live: 0,
            outcomes: ["", ""],
            times: [Some(Duration::ZERO); 2],
            cost: 0,
        }
    }

    pub(super) fn note(&mut self, run: &Run, is_drained: bool) {
        self.peak = self.peak.max(run.peak);
        self.work = self.work.max(run.work);
        self.live = self.live.max(run.live);
        self.cost = self.cost.max(run.read);
        let place = usize::from(is_drained);
        self.outcomes[place] = match run.end {
            End::Stands => "bounded",
            End::Waits => "slowed",
            End::Closes(_) | End::Dies(_) => "ended",
        };
        let longest = self.times[place].zip(run.time);
        self.times[place] = longest.map(|(before, time)| before.max(time));
    }

    /// Keeps it for the end of the test, merged with others of the same test.
    pub(super) fn keep(self) {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or_default();
        let name = name.rsplit("::").next().unwrap_or_default().to_owned();
        let [unread, read] = self.outcomes;
        let key = (name, self.side == Side::Client, unread, read);
        ROWS.with_borrow_mut(|rows| match rows.0.get_mut(&key) {
            Some(row) => row.merge(self),
            None => drop(rows.0.insert(key, self)),
        });
    }

    fn merge(&mut self, other: Self) {
        self.peak = self.peak.max(other.peak);
        self.work = self.work.max(other.work);
        self.live = self.live.max(other.live);
        self.octets = self.octets.max(other.octets);
        self.cost = self.cost.max(other.cost);
        for (time, other) in self.times.iter_mut().zip(other.times) {
            *time = time.zip(other).map(|(one, other)| one.max(other));
        }
    }
}

/// A test, whether it is of a client, and the outcomes.
type Key = (String, bool, &'static str, &'static str);

/// The rows of one test, which runs in a thread of its own; they are printed when it ends.
#[derive(Default)]
struct Rows(BTreeMap<Key, Row>);

std::thread_local! {
    static ROWS: RefCell<Rows> = RefCell::default();
}

const HEAD: &str = "\
| attack | role | unread | read | peak memory | work | live handlers | ends after (unread, read) \
| attacker's octets |
|---|---|---|---|---|---|---|---|---|";

impl Drop for Rows {
    fn drop(&mut self) {
        static PRINTED: Once = Once::new();
        PRINTED.call_once(|| println!("{HEAD}"));
        for ((name, _, unread, read), row) in core::mem::take(&mut self.0) {
            let [unread_time, read_time] = row.times.map(event_lines);
            println!(
                "| {name} | {:?} | {unread} | {read} | {} | {} | {} | {unread_time}, {read_time} \
                 | {} of {} |",
                row.side, row.peak, row.work, row.live, row.cost, row.octets,
            );
        }
    }
}

fn event_lines(time: Option<Duration>) -> String {
    match time {
        Some(Duration::ZERO) => "at once".to_owned(),
        Some(time) => format!("{} s", time.as_secs()),
        None => "goes on".to_owned(),
    }
}
