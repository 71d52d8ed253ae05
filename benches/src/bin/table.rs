//! Measures the layers beside the peers, in turns, and prints medians and ratios.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use tress_benches::corpus::{self, Figures};
use tress_benches::headers::{encode_nghttp2, encode_tress};
use tress_benches::rows::{Material, Row};
use tress_benches::{built, dump, instructions, measure};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments.as_slice() {
        [] => print(7),
        [instructions::FLAG, row, work] => do_work(row, work),
        ["dump", which, folder] => dump(which, folder),
        [rounds] => rounds.parse().ok().filter(|it| *it > 0).and_then(print),
        _ => None,
    };
    if done.is_some() {
        return ExitCode::SUCCESS;
    }
    eprintln!("usage: table [ROUNDS] | table dump first|second FOLDER");
    ExitCode::from(2)
}

/// Does one piece of work, to be counted from outside.
fn do_work(row: &str, work: &str) -> Option<()> {
    let (first, second) = (Material::new(), Material::of(corpus::second()));
    let mut rows = first.rows();
    rows.extend(second.second_rows());
    let row = rows.get_mut(row.parse::<usize>().ok()?)?;
    instructions::work(row.work.get_mut(work.parse::<usize>().ok()?)?);
    Some(())
}

/// Writes a corpus to files.
fn dump(which: &str, folder: &str) -> Option<()> {
    let material = match which {
        "first" => Material::new(),
        "second" => Material::of(corpus::second()),
        _ => return None,
    };
    let written = dump::write(&material, Path::new(folder));
    written.map_err(|error| eprintln!("{folder}: {error}")).ok()
}

/// Prints the whole table.
fn print(rounds: u32) -> Option<()> {
    let (first, second) = (Material::new(), Material::of(corpus::second()));
    let counted = instructions::is_available();
    println!(
        "{}per field, string or frame; medians of {rounds} rounds",
        built::describe()
    );
    println!("Huffman: nghttp2's own functions, without the pass that finds the coded length");
    if !counted {
        println!("instructions: not counted, as valgrind is not installed");
    }
    describe("first corpus", &first);
    describe("second corpus", &second);
    println!();
    println!(
        "| {:<30} | {:>8} | {:>8} | {:>8} | {:>5} | {:>11} | {:>4} | {:>4} | {:>8} | {:>8} |",
        "ns",
        "tress",
        "nghttp2",
        "httlib",
        "ratio",
        "quartiles",
        "must",
        "aim",
        "instr.",
        "nghttp2"
    );
    let line = |count: usize| "-".repeat(count);
    println!(
        "|{}|{}:|{}:|{}:|{}:|{}:|{}:|{}:|{}:|{}:|",
        line(32),
        line(9),
        line(9),
        line(9),
        line(6),
        line(12),
        line(5),
        line(5),
        line(9),
        line(9)
    );
    let mut rows = first.rows();
    rows.extend(second.second_rows());
    for (place, row) in rows.iter_mut().enumerate() {
        print_row(place, row, rounds, counted);
    }
    Some(())
}

/// Says what a corpus is like, and that the sizes are comparable.
fn describe(name: &str, material: &Material) {
    let figures = Figures::of(&material.sequences);
    println!("\n{name}: {figures}");
    let (ours, theirs) = (
        encode_tress(&material.sequences),
        encode_nghttp2(&material.sequences),
    );
    println!(
        "encoded: tress {:.4} of the raw size, nghttp2 {:.4}: {:+.2} %",
        ours as f64 / figures.octets as f64,
        theirs as f64 / figures.octets as f64,
        (ours as f64 / theirs as f64 - 1.0) * 100.0
    );
}

/// Measures a row, and prints it.
fn print_row(place: usize, row: &mut Row<'_>, rounds: u32, counted: bool) {
    let times = measure::times(row, rounds);
    let ns = |work: usize| times.medians.get(work).map(|ns| format!("{ns:.1}"));
    let instructions = |work: usize| {
        let count = counted.then(|| instructions::count(row, place, work));
        count
            .flatten()
            .map(|count| format!("{:.0}", count.instructions))
    };
    let [lower, median, upper] = times.ratios[0];
    let (must, aim) = row.goals.unzip();
    let goal = |goal: Option<f64>| goal.map(|goal| goal.to_string());
    println!(
        "| {:<30} | {:>8} | {:>8} | {:>8} | {:>5} | {:>11} | {:>4} | {:>4} | {:>8} | {:>8} |",
        row.name,
        ns(0).unwrap_or_default(),
        ns(1).unwrap_or_default(),
        ns(2).unwrap_or_default(),
        format!("{median:.2}"),
        format!("{lower:.2}-{upper:.2}"),
        goal(must).unwrap_or_default(),
        goal(aim).unwrap_or_default(),
        instructions(0).unwrap_or_default(),
        instructions(1).unwrap_or_default(),
    );
}
