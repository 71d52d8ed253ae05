//! Measures the layers beside the peers, in turns, and prints medians and ratios.

use std::env;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tress_benches::corpus::{self, Field, Sequence};
use tress_benches::headers::{
    Blocks, Form, decode_httlib, decode_nghttp2, decode_tress, encode_httlib, encode_nghttp2,
    encode_tress,
};
use tress_benches::{frames, nghttp2};

/// How long one turn of one implementation takes at least.
const TURN: Duration = Duration::from_millis(150);

/// What one implementation does; returns a sum, so that nothing is left out.
type Work<'a> = Box<dyn FnMut() -> usize + 'a>;

/// One line of the table: the same work for tress, nghttp2 and perhaps `httlib`, in this order.
struct Row<'a> {
    name: String,
    /// How many fields or frames the work has.
    units: usize,
    /// The ratio to the first peer that we must reach, and that we aim at.
    goals: Option<(f64, f64)>,
    work: Vec<Work<'a>>,
}

fn main() -> ExitCode {
    let rounds = env::args().nth(1).map_or(Ok(7), |rounds| rounds.parse());
    let Ok(rounds @ 1..) = rounds else {
        eprintln!("usage: table [ROUNDS]");
        return ExitCode::from(2);
    };
    let sequences = corpus::sequences();
    let wires = Form::ALL.map(|form| (form, form.wire(&sequences)));
    let runs = frames::runs();
    let mut rows = decode_rows(&sequences, &wires);
    rows.push(encode_row(&sequences));
    rows.extend(runs.iter().map(frame_row));
    describe(&sequences);
    print!(
        "{:<24}{:>10}{:>12}{:>12}",
        "ns", "tress", "nghttp2", "httlib"
    );
    println!("{:>9}{:>7}{:>7}", "ratio", "must", "aim");
    for row in &mut rows {
        print_row(row, rounds);
    }
    ExitCode::SUCCESS
}

fn decode_rows<'a>(sequences: &[Sequence], wires: &'a [(Form, Vec<Blocks>); 3]) -> Vec<Row<'a>> {
    let row = |(form, wire): &'a (Form, Vec<Blocks>)| Row {
        name: format!("decode, {}", form.name()),
        units: corpus::fields(sequences).count(),
        goals: Some(match form {
            Form::Mixed => (1.7, 2.2),
            Form::Plain => (2.0, 3.0),
            Form::Huffman => (1.6, 2.0),
        }),
        work: vec![
            Box::new(|| decode_tress(wire)),
            Box::new(|| decode_nghttp2(wire)),
            Box::new(|| decode_httlib(wire)),
        ],
    };
    wires.iter().map(row).collect()
}

fn encode_row(sequences: &[Sequence]) -> Row<'_> {
    Row {
        name: "encode".to_owned(),
        units: corpus::fields(sequences).count(),
        goals: Some((1.3, 1.8)),
        work: vec![
            Box::new(|| encode_tress(sequences)),
            Box::new(|| encode_nghttp2(sequences)),
            Box::new(|| encode_httlib(sequences)),
        ],
    }
}

fn frame_row(run: &frames::Run) -> Row<'_> {
    let mut session = frames::session();
    Row {
        name: run.name.to_owned(),
        units: run.count,
        goals: (run.count == 1000).then_some((3.0, 8.0)),
        work: vec![
            Box::new(|| frames::read_tress(run)),
            Box::new(move || frames::read_nghttp2(&mut session, run)),
        ],
    }
}

/// Says what is measured, and that the sizes are comparable.
fn describe(sequences: &[Sequence]) {
    let count = corpus::fields(sequences).count();
    let raw: usize = corpus::fields(sequences).map(Field::octets).sum();
    let lists: usize = sequences.iter().map(|sequence| sequence.lists.len()).sum();
    println!(
        "corpus: {} sequences, {lists} lists, {count} fields, {raw} octets, {:.1} octets a field",
        sequences.len(),
        raw as f64 / count as f64
    );
    let (ours, theirs) = (encode_tress(sequences), encode_nghttp2(sequences));
    println!(
        "encoded: tress {:.4} of the raw size, nghttp2 {:.4}: {:+.2} %",
        ours as f64 / raw as f64,
        theirs as f64 / raw as f64,
        (ours as f64 / theirs as f64 - 1.0) * 100.0
    );
    println!(
        "peer: nghttp2 {}; per field or frame, medians\n",
        nghttp2::version()
    );
}

/// Measures all implementations in turns, and prints the medians.
fn print_row(row: &mut Row<'_>, rounds: u32) {
    let repetitions: Vec<u32> = row.work.iter_mut().map(repetitions).collect();
    let mut times = vec![Vec::new(); row.work.len()];
    for _ in 0..rounds {
        for ((work, count), times) in row.work.iter_mut().zip(&repetitions).zip(&mut times) {
            times.push(turn(work, *count) / row.units as f64);
        }
    }
    let ratios = times[1]
        .iter()
        .zip(&times[0])
        .map(|(theirs, ours)| theirs / ours);
    let ratio = median(ratios.collect());
    let cells = times
        .into_iter()
        .map(|times| format!("{:.1}", median(times)));
    let mut cells: Vec<String> = cells.collect();
    cells.resize(3, String::new());
    print!(
        "{:<24}{:>10}{:>12}{:>12}{ratio:>9.2}",
        row.name, cells[0], cells[1], cells[2]
    );
    match row.goals {
        Some((must, aim)) => println!("{must:>7}{aim:>7}"),
        None => println!(),
    }
}

/// How often the work fits into a turn.
fn repetitions(work: &mut Work<'_>) -> u32 {
    let mut count = 1;
    loop {
        let started = Instant::now();
        turn(work, count);
        if started.elapsed() >= TURN {
            return count;
        }
        count *= 2;
    }
}

/// Does the work so often; returns the nanoseconds of one time.
fn turn(work: &mut Work<'_>, count: u32) -> f64 {
    let started = Instant::now();
    for _ in 0..count {
        black_box(work());
    }
    started.elapsed().as_nanos() as f64 / f64::from(count)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
