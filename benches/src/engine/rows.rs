//! What is measured of whole connections, and the ratios that we want.

use bytes::Bytes;

use super::h2::Manner;
use super::messages::Recording;
use super::pipe::CAPACITY;
use super::rotation::{Rotation, TURN};
use super::services::Replayer;
use super::tress::Style;
use super::{h2, nghttp2, tasks, tress, typed};
use crate::nghttp2::engine::Keeping;
use crate::rows::{Row, Work};

/// The requests of one piece of work.
const REQUESTS: usize = 2000;

/// The octets of one bulk response.
const BULK: usize = 64 * 1024 * 1024;

/// The octets of content in a frame.
const FRAME: usize = 16 * 1024;

/// A row with what we want of it.
pub struct EngineRow<'a> {
    /// The work: ours, then that of each peer.
    pub row: Row<'a>,
    /// The ratio to the first peer that we must reach, and perhaps the one that we aim at.
    pub goals: Vec<(f64, Option<f64>)>,
}

/// Who is measured beside each other, in this order; the application of a peer in two forms.
pub const COLUMNS: [&str; 5] = [
    "tress",
    "nghttp2, looks",
    "nghttp2, keeps",
    "h2, looks",
    "h2, keeps",
];

/// The rows beside nghttp2 and `h2`.
pub fn beside_peers(recording: &Recording) -> Vec<EngineRow<'_>> {
    vec![
        replay(
            recording,
            "server, a ready head copied",
            Style::Copied,
            None,
        ),
        replay(
            recording,
            "server, each head built",
            Style::Built,
            Some(1.3),
        ),
        replay(
            recording,
            "server, prepared heads that differ",
            Style::Prepared,
            Some(1.6),
        ),
        typed(recording),
        exchange("client + server, 1 stream", 1, 1.0),
        exchange("client + server, 100 streams", 100, 1.35),
        bulk("bulk, a frame of 16 KiB, kept where it was read", true, 1.4),
        bulk("bulk, a frame of 16 KiB, copied", false, 1.0),
    ]
}

/// The recording for the rows that replay one.
pub fn recording() -> Recording {
    Recording::of(REQUESTS)
}

/// What is wanted of a row: of nghttp2's form that only looks, which is the harder one, and of h2's.
fn wanted(must: Option<f64>) -> Vec<(f64, Option<f64>)> {
    let must = must.map(|must| (must, None));
    must.into_iter().collect()
}

fn replay<'a>(
    recording: &'a Recording,
    name: &str,
    style: Style,
    must: Option<f64>,
) -> EngineRow<'a> {
    let varied = style == Style::Prepared;
    let h2 = |keeps| -> Work<'a> {
        let mut serve = h2::replayer(Manner { keeps, varied });
        Box::new(move || serve(recording))
    };
    let nghttp2 =
        |keeping| -> Work<'a> { Box::new(move || nghttp2::replay(recording, keeping, varied)) };
    EngineRow {
        row: Row {
            name: name.to_owned(),
            units: recording.requests,
            goals: None,
            work: vec![
                Box::new(move || tress::replay(recording, style)),
                nghttp2(Keeping::Nothing),
                nghttp2(Keeping::Message),
                h2(false),
                h2(true),
            ],
        },
        goals: wanted(must),
    }
}

/// The server whose application speaks in the types of `http`, beside those of others as they are: with
/// `h2` that is how all do, and answers have their length and their date as they have there.
fn typed(recording: &Recording) -> EngineRow<'_> {
    let mut row = replay(
        recording,
        "server, in the types of `http`",
        Style::Prepared,
        None,
    );
    if let Some(ours) = row.row.work.first_mut() {
        *ours = Box::new(|| typed::replay(&recording.octets));
    }
    row
}

fn exchange(name: &str, at_a_time: usize, must: f64) -> EngineRow<'static> {
    let mut ours = tress::Pair::default();
    let h2 = |keeps| -> Work<'static> {
        let manner = Manner {
            keeps,
            varied: false,
        };
        let mut pair = h2::Pair::new(manner);
        Box::new(move || pair.requests(REQUESTS, at_a_time))
    };
    let nghttp2 = |keeping| -> Work<'static> {
        let mut pair = nghttp2::Pair::new(keeping);
        Box::new(move || pair.requests(REQUESTS, at_a_time))
    };
    EngineRow {
        row: Row {
            name: name.to_owned(),
            units: REQUESTS,
            goals: None,
            work: vec![
                Box::new(move || ours.requests(REQUESTS, at_a_time)),
                nghttp2(Keeping::Nothing),
                nghttp2(Keeping::Message),
                h2(false),
                h2(true),
            ],
        },
        goals: wanted(Some(must)),
    }
}

/// One message of many octets: what is done with its fields does not matter.
fn bulk(name: &str, may_keep: bool, must: f64) -> EngineRow<'static> {
    let mut ours = tress::Pair::default();
    let mut nghttp2 = nghttp2::Pair::for_bulk();
    let mut h2 = h2::Pair::new(Manner::default());
    let piece = Bytes::from(vec![b'x'; CAPACITY]);
    EngineRow {
        row: Row {
            name: name.to_owned(),
            units: BULK / FRAME,
            goals: None,
            work: vec![
                Box::new(move || ours.bulk(BULK, &piece, may_keep)),
                Box::new(move || nghttp2.bulk(BULK)),
                Box::new(move || h2.bulk(BULK)),
            ],
        },
        goals: wanted(Some(must)),
    }
}

/// The row that compares a request among 10,000 open streams with one among 100.
pub fn open_streams() -> EngineRow<'static> {
    let mut many = Rotation::new(10_000);
    let mut few = Rotation::new(100);
    EngineRow {
        row: Row {
            name: "10,000 open streams, not 100".to_owned(),
            units: TURN,
            goals: None,
            work: vec![Box::new(move || many.turn()), Box::new(move || few.turn())],
        },
        goals: vec![(1.0 / 1.3, Some(1.0))],
    }
}

/// The rows of `tress-async`, beside nobody.
pub fn tasks(recording: &Recording) -> Vec<EngineRow<'_>> {
    let row = |name: &str, work| EngineRow {
        row: Row {
            name: name.to_owned(),
            units: REQUESTS,
            goals: None,
            work: vec![work],
        },
        goals: Vec::new(),
    };
    let server: Work<'_> = Box::new(|| tasks::replay(recording));
    let both: Work<'_> = Box::new(|| tasks::exchange(REQUESTS));
    vec![
        row("tress-async, server", server),
        row("tress-async, client + server, 100 streams", both),
    ]
}

/// Who answers by a service, or beside one that does, in this order.
pub const SERVING: [&str; 3] = ["serve_service", "native", "hyper"];

/// The row of a service on `tress-async`, beside a handler without one, and beside hyper.
pub fn services(recording: &Recording) -> EngineRow<'static> {
    let [service, native, hyper] = [(); 3].map(|()| Replayer::new(recording));
    EngineRow {
        row: Row {
            name: "server, a service of tower".to_owned(),
            units: recording.requests,
            goals: None,
            work: vec![
                Box::new(move || service.service()),
                Box::new(move || native.native()),
                Box::new(move || hyper.hyper()),
            ],
        },
        goals: vec![(1.0 / 1.6, Some(1.0 / 1.4)), (1.0 / 0.55, Some(2.0))],
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{BULK, REQUESTS, beside_peers, recording};

    /// The most octets of a `date` field whose value is not in the table yet: an index, a length
    /// and 29 octets.
    const DATE_FIELD: usize = 31;

    /// The most seconds that a run of this length touches: each begins with a new date.
    fn dates(elapsed: Duration) -> usize {
        usize::try_from(elapsed.as_secs()).expect("a test takes seconds") + 2
    }

    #[test]
    fn all_do_the_same_again_and_again() {
        let recording = recording();
        for mut row in beside_peers(&recording) {
            let name = row.row.name;
            for (place, work) in row.row.work.iter_mut().enumerate() {
                let begun = Instant::now();
                let (done, again) = (work(), work());
                let slack = match name.contains("`http`") {
                    true => dates(begun.elapsed()) * DATE_FIELD,
                    false => 0,
                };
                assert!(again.abs_diff(done) <= slack, "{name}: {place}");
                match &name {
                    name if name.starts_with("bulk") => assert_eq!(done, BULK),
                    name if name.starts_with("client") => assert_eq!(done, 100 * REQUESTS),
                    // The heads differ by what the encoders make of them.
                    _ => assert!((REQUESTS * 120..REQUESTS * 160).contains(&done), "{done}"),
                }
            }
        }
    }
}
