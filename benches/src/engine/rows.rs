//! What is measured of whole connections, and the ratios that we want.

use bytes::Bytes;

use super::messages::Recording;
use super::pipe::ROOM;
use super::rotation::{Rotation, TURN};
use super::{h2, nghttp2, tasks, tress};
use crate::rows::Row;

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
    /// The ratios to each peer that we must reach, and perhaps the one that we aim at.
    pub goals: Vec<(f64, Option<f64>)>,
}

/// The rows beside nghttp2 and `h2`, in this order.
pub fn beside_peers(recording: &Recording) -> Vec<EngineRow<'_>> {
    vec![
        replay(recording),
        exchange("client + server, 1 stream", 1),
        exchange("client + server, 100 streams", 100),
        bulk(),
    ]
}

/// The recording for the row that replays one.
pub fn recording() -> Recording {
    Recording::of(REQUESTS)
}

fn replay(recording: &Recording) -> EngineRow<'_> {
    let mut theirs = h2::replayer();
    EngineRow {
        row: Row {
            name: "server, requests replayed".to_owned(),
            units: recording.requests,
            goals: None,
            work: vec![
                Box::new(|| tress::replay(recording)),
                Box::new(|| nghttp2::replay(recording)),
                Box::new(move || theirs(recording)),
            ],
        },
        goals: vec![(1.4, Some(2.4)), (3.5, None)],
    }
}

fn exchange(name: &str, at_a_time: usize) -> EngineRow<'static> {
    let mut ours = tress::Pair::default();
    let mut nghttp2 = nghttp2::Pair::default();
    let mut h2 = h2::Pair::default();
    EngineRow {
        row: Row {
            name: name.to_owned(),
            units: REQUESTS,
            goals: None,
            work: vec![
                Box::new(move || ours.requests(REQUESTS, at_a_time)),
                Box::new(move || nghttp2.requests(REQUESTS, at_a_time)),
                Box::new(move || h2.requests(REQUESTS, at_a_time)),
            ],
        },
        goals: vec![(1.3, Some(2.0)), (3.0, None)],
    }
}

fn bulk() -> EngineRow<'static> {
    let mut ours = tress::Pair::default();
    let mut nghttp2 = nghttp2::Pair::for_bulk();
    let mut h2 = h2::Pair::default();
    let piece = Bytes::from(vec![b'x'; ROOM]);
    EngineRow {
        row: Row {
            name: "bulk, a frame of 16 KiB".to_owned(),
            units: BULK / FRAME,
            goals: None,
            work: vec![
                Box::new(move || ours.bulk(BULK, &piece)),
                Box::new(move || nghttp2.bulk(BULK)),
                Box::new(move || h2.bulk(BULK)),
            ],
        },
        goals: vec![(0.9, None), (2.5, None)],
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
    let row = |name: &str, work: Box<dyn FnMut() -> usize + '_>| EngineRow {
        row: Row {
            name: name.to_owned(),
            units: REQUESTS,
            goals: None,
            work: vec![work],
        },
        goals: Vec::new(),
    };
    vec![
        row("tress-async, server", Box::new(|| tasks::replay(recording))),
        row(
            "tress-async, client + server, 100 streams",
            Box::new(|| tasks::exchange(REQUESTS)),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::{BULK, REQUESTS, beside_peers, recording};

    #[test]
    fn all_do_the_same_again_and_again() {
        let recording = recording();
        for mut row in beside_peers(&recording) {
            let name = row.row.name;
            for (place, work) in row.row.work.iter_mut().enumerate() {
                let done = work();
                assert_eq!(work(), done, "{name}: {place}");
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
