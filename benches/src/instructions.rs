//! Counts the instructions of a row by callgrind, which runs this very program once more.

use core::hint::black_box;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::rows::{Row, Work};

/// The first argument of a program that is to do one piece of work and nothing else.
pub const FLAG: &str = "--work";

/// Says whether callgrind can be asked.
pub fn is_available() -> bool {
    let mut command = Command::new("valgrind");
    command.arg("--version").stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What one implementation takes for a field, string, frame or request of a row.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// The instructions.
    pub instructions: f64,
    /// How often the next one was not in the processor's instruction cache (32 KiB, 8 ways).
    pub misses: f64,
}

/// Counts what one implementation takes, when it has done the work once before; none if callgrind does
/// not say.
pub fn count(row: &Row<'_>, row_place: usize, work_place: usize) -> Option<Count> {
    let output = callgrind(Path::new("/dev/null"))
        .args(["--cache-sim=yes", "--I1=32768,8,64"])
        .args(collected(row_place, work_place)?)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stderr).ok()?;
    let events = figures(&text, "Events    : ");
    let sums = figures(&text, "Collected : ");
    let sum = |event| {
        let place = events.iter().position(|name| *name == event)?;
        let sum: u64 = sums.get(place)?.parse().ok()?;
        Some(sum as f64 / row.units as f64)
    };
    Some(Count {
        instructions: sum("Ir").filter(|sum| *sum > 0.0)?,
        misses: sum("I1mr")?,
    })
}

/// The words behind a title.
fn figures<'t>(text: &'t str, title: &str) -> Vec<&'t str> {
    let rest = text.split_once(title).map_or("", |(_, rest)| rest);
    let line = rest.lines().next().unwrap_or_default();
    line.split_whitespace().collect()
}

/// What callgrind says of every instruction, by way of a file.
pub(crate) fn profile(path: &Path, row_place: usize, work_place: usize) -> Option<String> {
    let output = callgrind(path)
        .args(collected(row_place, work_place)?)
        .output()
        .ok()?;
    output.status.success().then_some(())?;
    fs::read_to_string(path).ok()
}

/// Callgrind, which writes to a file.
fn callgrind(path: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", path.display()))
        .args([
            "--dump-instr=yes",
            "--compress-pos=no",
            "--compress-strings=no",
        ])
        .args(["--collect-atstart=no", "--toggle-collect=*collected_work*"]);
    command
}

/// This very program, to do one piece of work.
fn collected(row_place: usize, work_place: usize) -> Option<[OsString; 4]> {
    Some([
        env::current_exe().ok()?.into(),
        FLAG.into(),
        row_place.to_string().into(),
        work_place.to_string().into(),
    ])
}

/// Does the work twice; callgrind counts the second time.
pub fn work(work: &mut Work<'_>) {
    black_box(work());
    black_box(collected_work(work));
}

/// What callgrind finds by its name.
#[inline(never)]
fn collected_work(work: &mut Work<'_>) -> usize {
    black_box(work())
}
