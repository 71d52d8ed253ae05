//! Counts the instructions of a row by callgrind, which runs this very program once more.

use core::hint::black_box;
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

/// The instructions that one implementation takes for a field, string or frame of a row, when it
/// has done the work once before; none if callgrind does not say.
pub fn count(row: &Row<'_>, row_place: usize, work_place: usize) -> Option<f64> {
    let output = callgrind(Path::new("/dev/null"), row_place, work_place)?
        .output()
        .ok()?;
    let text = String::from_utf8(output.stderr).ok()?;
    let (_, collected) = text.split_once("Collected : ")?;
    let digits = collected.split_whitespace().next()?;
    let sum: u64 = digits.parse().ok().filter(|sum| *sum > 0)?;
    Some(sum as f64 / row.units as f64)
}

/// What callgrind says of every instruction, by way of a file.
pub(crate) fn profile(path: &Path, row_place: usize, work_place: usize) -> Option<String> {
    let output = callgrind(path, row_place, work_place)?.output().ok()?;
    output.status.success().then_some(())?;
    fs::read_to_string(path).ok()
}

/// This very program under callgrind, to do one piece of work.
fn callgrind(path: &Path, row_place: usize, work_place: usize) -> Option<Command> {
    let mut command = Command::new("valgrind");
    command
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", path.display()))
        .args([
            "--dump-instr=yes",
            "--compress-pos=no",
            "--compress-strings=no",
        ])
        .args(["--collect-atstart=no", "--toggle-collect=*collected_work*"])
        .arg(env::current_exe().ok()?)
        .args([FLAG, &row_place.to_string(), &work_place.to_string()]);
    Some(command)
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
