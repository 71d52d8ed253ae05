//! Whatever is done, by whomever, and wherever the wire is cut: everything that is asked for is
//! called back exactly once.

use alloc::sync::Arc;
use std::sync::Mutex;

use testkit::{Pair, Rng};
use tress_handlers::{
    Bytes, Client, Config, ErrorCode, Handlers, Reader, Reqd, Response, Server, Trailers, Writer,
};

use crate::support::{get, post};

/// How often each thing that was asked for was called back.
#[derive(Clone, Debug, Default)]
struct Counts(Arc<Mutex<Vec<(&'static str, u32)>>>);

impl Counts {
    /// Expects one call; returns what makes it.
    fn expect(&self, what: &'static str) -> impl Fn() + Clone + Send + 'static {
        let mut counts = self.0.lock().unwrap();
        let place = counts.len();
        counts.push((what, 0));
        let own = self.clone();
        move || own.0.lock().unwrap()[place].1 += 1
    }

    /// Everything that was not called exactly once.
    fn wrong(&self) -> Vec<(&'static str, u32)> {
        let counts = self.0.lock().unwrap();
        counts
            .iter()
            .copied()
            .filter(|(_, times)| *times != 1)
            .collect()
    }
}

type Dice = Arc<Mutex<Rng>>;

fn roll(dice: &Dice, sides: usize) -> usize {
    dice.lock().unwrap().range(0..sides)
}

/// Reads some of the content, and counts each read as one thing that was asked for.
fn read(reader: &Reader, dice: &Dice, counts: &Counts) {
    let called = counts.expect("read");
    let (eof, next, dice, counts) = (called.clone(), reader.clone(), dice.clone(), counts.clone());
    let on_read = move |_: Bytes| {
        called();
        match roll(&dice, 8) {
            0 => {}
            1 => next.close(),
            _ => read(&next, &dice, &counts),
        }
    };
    reader.schedule_read(move |_| eof(), on_read).unwrap();
}

/// Writes something, and ends it in one way or another, or not at all.
fn write(writer: Writer, dice: &Dice, counts: &Counts, kept: &Arc<Mutex<Vec<Writer>>>) {
    for _ in 0..roll(dice, 4) {
        // What comes too late is refused, and that is fine.
        let _ = writer.write(vec![1; [1, 100, 20_000, 90_000][roll(dice, 4)]]);
        let flushed = counts.expect("flush");
        writer.flush(move |_| flushed());
    }
    match roll(dice, 8) {
        0 => drop(writer),
        1 => writer.reset(ErrorCode::CANCEL),
        2 => kept.lock().unwrap().push(writer),
        3 => drop(writer.schedule_trailers(Trailers::new().field("a", "b"))),
        4 => drop(writer.schedule_trailers(Trailers::new().field("Bad Name", "b"))),
        _ => writer.close(),
    }
}

fn serve(reqd: &Reqd, dice: &Dice, counts: &Counts, kept: &Arc<Mutex<Vec<Writer>>>) {
    let finished = counts.expect("finished");
    reqd.finished_handler(move |_| finished());
    if roll(dice, 2) == 0 {
        if let Some(reader) = reqd.request_body() {
            read(&reader, dice, counts);
        }
    }
    if let (0, Ok(pushed)) = (roll(dice, 3), reqd.push(get("/pushed"))) {
        serve(&pushed, dice, counts, kept);
    }
    match roll(dice, 8) {
        0 => {}
        1 => reqd.reset(ErrorCode::REFUSED_STREAM),
        2 => reqd.report_exn("broken".into()),
        3 | 4 => drop(reqd.respond_with_string(Response::new(200), "text")),
        5 => drop(reqd.inform(Response::new(103))),
        _ => {
            if let Ok(writer) = reqd.respond_with_streaming(Response::new(200)) {
                write(writer, dice, counts, kept);
            }
        }
    }
}

/// Handlers that count a response that was read to its end, or an error, as one call in all.
fn handlers(dice: &Dice, counts: &Counts) -> Handlers {
    let heard = counts.expect("response or error");
    let answered = Arc::new(Mutex::new(false));
    let (failed, told) = (heard.clone(), answered.clone());
    let (dice, counts) = (dice.clone(), counts.clone());
    Handlers::new(
        move |_, reader| {
            *answered.lock().unwrap() = true;
            heard();
            if roll(&dice, 3) > 0 {
                read(&reader, &dice, &counts);
            }
        },
        move |_| {
            if !*told.lock().unwrap() {
                failed();
            }
        },
    )
}

/// Plays one seed; returns what was not called exactly once.
fn play(seed: u64) -> Vec<(&'static str, u32)> {
    let (counts, kept) = (Counts::default(), Arc::default());
    let dice: Dice = Arc::new(Mutex::new(Rng::new(seed)));
    let (d, c, k) = (dice.clone(), counts.clone(), Arc::clone(&kept));
    let server = Server::new(Config::default(), move |reqd| serve(&reqd, &d, &c, &k));
    let (d, c) = (dice.clone(), counts.clone());
    let client = Client::new(Config::default().allow_push(), |_| {});
    let client = client.push_handler(move |_| (roll(&d, 2) == 0).then(|| handlers(&d, &c)));
    let mut pair = Pair::new(client, server).hostile(seed).unrecorded();
    let end = roll(&dice, 6);
    for turn in 0..6 {
        let writer = pair.a.request(post("/"), handlers(&dice, &counts));
        write(writer, &dice, &counts, &kept);
        let answered = counts.expect("ping");
        pair.a.ping([0; 8], move |_| answered());
        for _ in 0..roll(&dice, 200) {
            pair.step();
        }
        match (turn == end, roll(&dice, 8)) {
            (true, 0) => pair.cut(),
            (true, 1) => pair.a.go_away(),
            (true, 2) => pair.b.handle().shutdown(),
            (true, 3) => pair.b.handle().abort(ErrorCode::INTERNAL_ERROR),
            (true, 4) => pair.a.abort(ErrorCode::NO_ERROR),
            _ => {}
        }
    }
    if roll(&dice, 4) > 0 {
        pair.run();
    }
    let writers = core::mem::take(&mut *kept.lock().unwrap());
    drop(writers);
    drop(pair);
    counts.wrong()
}

#[test]
fn everything_that_is_asked_for_is_called_back_exactly_once() {
    for seed in 0..100 {
        assert_eq!(play(seed), [], "seed {seed}");
    }
}

#[test]
fn a_callback_that_is_missed_would_be_noticed() {
    let counts = Counts::default();
    counts.expect("called")();
    let twice = counts.expect("twice");
    twice();
    twice();
    drop(counts.expect("missed"));
    assert_eq!(counts.wrong(), [("twice", 2), ("missed", 0)]);
}
