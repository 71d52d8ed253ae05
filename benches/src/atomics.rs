//! Counts the atomic instructions that a row executes, by callgrind and what `objdump` reads.

use std::collections::HashSet;
use std::env;
use std::process::Command;
use std::{fs, process};

use crate::instructions;
use crate::rows::Row;

/// The instructions of one implementation for each unit of a row that read and write memory in one
/// step which no other core can part: those with the prefix `lock`, and `xchg` with memory. None
/// where the tools are missing, or the processor has others.
pub fn count(row: &Row<'_>, row_place: usize, work_place: usize) -> Option<f64> {
    let places = places()?;
    let path = env::temp_dir().join(format!("tress-atomics-{}", process::id()));
    let profile = instructions::profile(&path, row_place, work_place);
    let _ = fs::remove_file(&path);
    Some(executed(&profile?, &places)? as f64 / row.units as f64)
}

/// Where the atomic instructions of this program are.
fn places() -> Option<HashSet<u64>> {
    let program = env::current_exe().ok()?;
    let mut objdump = Command::new("objdump");
    objdump
        .args(["--disassemble", "--no-show-raw-insn"])
        .arg(program);
    let text = String::from_utf8(objdump.output().ok()?.stdout).ok()?;
    let place = |line: &str| {
        let (place, instruction) = line.trim_start().split_once(":\t")?;
        let is_atomic = instruction.starts_with("lock ")
            || instruction.starts_with("xchg") && instruction.contains('(');
        is_atomic.then(|| u64::from_str_radix(place, 16).ok())?
    };
    Some(text.lines().filter_map(place).collect()).filter(|places: &HashSet<_>| !places.is_empty())
}

/// How often the instructions at these places were executed, by a profile of callgrind's.
fn executed(profile: &str, places: &HashSet<u64>) -> Option<u64> {
    let program = env::current_exe().ok()?;
    let (mut sum, mut is_ours, mut is_inclusive) = (0, false, false);
    for line in profile.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            is_ours = program.to_str()? == object;
        } else if line.starts_with("calls=") {
            is_inclusive = true;
        } else if let Some(cost) = line.strip_prefix("0x") {
            // Behind a call stands what the called function took, which has lines of its own.
            if !std::mem::take(&mut is_inclusive) && is_ours {
                let mut words = cost.split(' ');
                let place = u64::from_str_radix(words.next()?, 16).ok()?;
                let count: u64 = words.nth(1)?.parse().ok()?;
                sum += if places.contains(&place) { count } else { 0 };
            }
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::{env, executed};

    #[test]
    fn what_a_call_took_is_not_counted_twice() {
        let program = env::current_exe().unwrap();
        let ours = program.to_str().unwrap();
        let profile = format!(
            "ob={ours}\nfn=a\n0x10 1 3\n0x14 1 3\ncalls=3 0x20 1\n0x10 1 90\n0x10 2 4\nob=/lib\n0x10 1 7\n"
        );
        let places = [0x10, 0x18].into();
        assert_eq!(executed(&profile, &places), Some(7));
    }
}
