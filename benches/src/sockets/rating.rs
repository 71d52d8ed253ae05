//! What the figures must be, what they should be, and whether they are.

use core::fmt;

use super::bulk::Rates;
use super::figures::{Cell, ratio};
use super::idle::Memory;
use super::peer::Peer;

/// A figure, and what it is measured against.
#[derive(Clone, Debug)]
pub struct Row {
    what: String,
    /// The lower quartile, the median and the upper quartile; three times the same where a count
    /// was taken once.
    figure: [f64; 3],
    must: Option<f64>,
    aim: Option<f64>,
    direction: Better,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Better {
    Less,
    More,
}

impl Row {
    fn at_most(what: String, figure: [f64; 3], must: Option<f64>, aim: Option<f64>) -> Self {
        Self {
            what,
            figure,
            must,
            aim,
            direction: Better::Less,
        }
    }

    fn at_least(what: String, figure: [f64; 3], must: f64) -> Self {
        Self {
            what,
            figure,
            must: Some(must),
            aim: None,
            direction: Better::More,
        }
    }

    /// Says whether the median is as it must be.
    pub fn is_met(&self) -> bool {
        self.must.is_none_or(|must| self.reaches(must))
    }

    fn reaches(&self, bound: f64) -> bool {
        let [_, median, _] = self.figure;
        match self.direction {
            Better::Less => median <= bound,
            Better::More => median >= bound,
        }
    }

    fn rating(&self) -> &'static str {
        match (self.is_met(), self.aim.map(|aim| self.reaches(aim))) {
            (false, _) => "SHORT",
            (true, Some(true)) => "aim",
            (true, None) => "met",
            (true, Some(false)) if self.must.is_some() => "must",
            (true, Some(false)) => "below aim",
        }
    }
}

/// The head of the table.
pub const HEAD: &str = "\
| figure                                             |  median | quartiles       |  must |   aim | rating    |
|----------------------------------------------------|--------:|----------------:|------:|------:|-----------|";

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lower, median, upper] = self.figure;
        let bound = |bound: Option<f64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
        write!(
            f,
            "| {:<50} | {median:>7.3} | {:>15} | {:>5} | {:>5} | {:<9} |",
            self.what,
            format!("{lower:.3}-{upper:.3}"),
            bound(self.must),
            bound(self.aim),
            self.rating()
        )
    }
}

/// As many calls as another makes; how many connections are ready together differs from run to run.
const SAME_CALLS: f64 = 1.01;

const OURS: [Peer; 2] = [Peer::Tokio, Peer::Blocking];

/// The rows of many streams on a few connections.
pub fn few_connections(cell: &Cell) -> Vec<Row> {
    let [tokio, blocking] = OURS;
    let row = |ours, theirs, must, aim| against(cell, ours, theirs, must, aim);
    let mut rows = vec![
        row(tokio, Peer::Hyper, Some(0.6), None),
        row(tokio, Peer::Nghttpd, Some(0.8), None),
        row(tokio, Peer::H2o, Some(0.95), Some(0.8)),
        row(blocking, Peer::Hyper, Some(0.5), None),
        row(blocking, Peer::H2o, None, Some(1.0)),
    ];
    rows.extend(tower(cell, 0.55, 0.5));
    rows.extend(OURS.map(|ours| {
        let what = format!("{}: {}, calls/request", cell.shape.name(), ours.name());
        Row::at_most(what, [cell.calls(ours); 3], Some(0.05), Some(0.03))
    }));
    rows
}

/// The rows of many streams on many connections.
pub fn many_connections(cell: &Cell) -> Vec<Row> {
    let [tokio, blocking] = OURS;
    let mut rows = vec![
        against(cell, tokio, Peer::Hyper, Some(0.5), None),
        against(cell, tokio, Peer::H2o, Some(1.05), Some(0.9)),
        against(cell, blocking, Peer::Hyper, Some(0.5), None),
        against(cell, blocking, Peer::H2o, None, Some(1.0)),
    ];
    rows.extend(tower(cell, 0.4, 0.35));
    rows
}

/// The rows of the server with the types of `http`: beside the other that has them, and beside ours
/// that has not.
fn tower(cell: &Cell, must: f64, aim: f64) -> [Row; 2] {
    [
        against(cell, Peer::Tower, Peer::Hyper, Some(must), Some(aim)),
        against(cell, Peer::Tower, Peer::Tokio, Some(1.6), Some(1.4)),
    ]
}

/// The rows of servers of files.
pub fn files(cell: &Cell) -> Vec<Row> {
    let [ours, theirs @ ..] = cell.peers else {
        return Vec::new();
    };
    let rows = theirs
        .iter()
        .map(|theirs| against(cell, *ours, *theirs, None, Some(1.0)));
    rows.collect()
}

/// The rows of one stream at a time.
pub fn one_at_a_time(cell: &Cell) -> Vec<Row> {
    let (best, fewest) = (cell.best_peer(), cell.fewest_calls());
    let rows = OURS.map(|ours| {
        let what = format!(
            "{}: {} / {} (fewest), calls/request",
            cell.shape.name(),
            ours.name(),
            fewest.name()
        );
        let calls = cell.calls(ours) / cell.calls(fewest);
        [
            against(cell, ours, best, Some(1.15), Some(1.0)),
            Row::at_most(what, [calls; 3], Some(SAME_CALLS), None),
        ]
    });
    let mut rows: Vec<Row> = rows.into_iter().flatten().collect();
    // What a thread for each connection must be measured against to know what is ours.
    rows.push(against(cell, Peer::Blocking, Peer::Floor, None, Some(1.15)));
    rows
}

fn against(cell: &Cell, ours: Peer, theirs: Peer, must: Option<f64>, aim: Option<f64>) -> Row {
    let what = format!(
        "{}: {} / {}, CPU/request",
        cell.shape.name(),
        ours.name(),
        theirs.name()
    );
    Row::at_most(what, cell.ratio(ours, theirs), must, aim)
}

/// The rows of transfers that must be faster than another's.
pub fn faster(rates: &Rates, theirs: Peer, must: f64) -> Vec<Row> {
    let ours = OURS.into_iter().filter(|ours| !rates.of(*ours).is_empty());
    let row = |ours: Peer| {
        let what = format!("{}: {} / {}", rates.what, ours.name(), theirs.name());
        Row::at_least(what, ratio(&rates.of(ours), &rates.of(theirs)), must)
    };
    ours.map(row).collect()
}

/// The rows of memory, in KiB; what the types of `http` take is measured against who has them, too.
pub fn memory(all: &[(Peer, Memory)]) -> Vec<Row> {
    let row = |what: &str, octets: f64, must, aim| {
        let what = format!("memory: {what}");
        Row::at_most(what, [octets / 1024.0; 3], Some(must), Some(aim))
    };
    let of = |wanted| all.iter().find(|(peer, _)| *peer == wanted);
    let mut rows = Vec::new();
    for (ours, memory) in [Peer::Tokio, Peer::Tower].into_iter().filter_map(of) {
        let what = |of| format!("{}, KiB/{of}", ours.name());
        rows.push(row(&what("idle connection"), memory.connection, 5.0, 3.0));
        rows.push(row(&what("open stream"), memory.stream, 0.8, 0.5));
    }
    if let (Some((_, tower)), Some((_, hyper))) = (of(Peer::Tower), of(Peer::Hyper)) {
        let what = "memory: tower / hyper, open stream".to_owned();
        let share = [tower.stream / hyper.stream; 3];
        rows.push(Row::at_most(what, share, Some(1.0), None));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::Row;

    #[test]
    fn a_rating_says_what_is_reached() {
        let row = |figure, must, aim| Row::at_most(String::new(), [figure; 3], must, aim);
        assert_eq!(row(0.5, Some(0.6), None).rating(), "met");
        assert_eq!(row(0.7, Some(0.6), None).rating(), "SHORT");
        assert_eq!(row(0.04, Some(0.05), Some(0.03)).rating(), "must");
        assert_eq!(row(0.03, Some(0.05), Some(0.03)).rating(), "aim");
        assert_eq!(row(1.5, None, Some(1.0)).rating(), "below aim");
        assert_eq!(
            Row::at_least(String::new(), [1.9; 3], 2.0).rating(),
            "SHORT"
        );
        assert!(Row::at_least(String::new(), [2.1; 3], 2.0).is_met());
    }
}
