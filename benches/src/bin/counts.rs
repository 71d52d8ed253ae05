//! Counts memory: the allocations of decoders and encoders that are warm, which should be none, and
//! the octets of static tables.
//!
//! A program of its own, as the allocator that counts would slow down what is timed.

use std::env;
use std::process::{Command, ExitCode};

use allocation_counter::measure;
use tress_benches::rows::Material;
use tress_benches::warm;

/// How often the work is done before it counts: a table takes its last memory when it has been full
/// for a while.
const WARMING: usize = 20;

/// The octets that all static tables may take.
const MOST: usize = 40 * 1024;

fn main() -> ExitCode {
    let none = allocations() == 0;
    let tables = static_octets();
    match tables {
        Some(octets) => println!("static tables: {octets} octets; must be {MOST} at most\n"),
        None => println!("static tables: not counted, as nm is not installed\n"),
    }
    if none && tables.is_none_or(|octets| octets <= MOST) {
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

/// Prints the allocations of all; returns those of ours.
fn allocations() -> u64 {
    let material = Material::new();
    println!("allocations per field or frame, when warm: must be 0");
    let mut ours = 0;
    for (name, units, mut work) in warm::works(&material) {
        for _ in 0..WARMING {
            work();
        }
        let count = measure(&mut work).count_total;
        println!("{name:<28}{:>8.4}", count as f64 / units as f64);
        if name.starts_with("tress") {
            ours += count;
        }
    }
    ours
}

/// The sizes of all that the wire crates keep in this program besides code.
fn static_octets() -> Option<usize> {
    let output = Command::new("nm")
        .args(["--print-size", "--demangle"])
        .arg(env::current_exe().ok()?)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let size = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let (size, kind, name) = (words.next()?, words.next()?, words.next()?);
        let ours = name.starts_with("tress_hpack::") || name.starts_with("tress_frame::");
        let data = matches!(kind, "r" | "R" | "d" | "D" | "b" | "B");
        (ours && data).then(|| usize::from_str_radix(size, 16).ok())?
    };
    Some(text.lines().filter_map(size).sum()).filter(|sum| *sum > 0)
}
