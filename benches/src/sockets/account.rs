//! What the system notes of a process: the time on a processor, and the memory.

use std::fs;

use super::Outcome;

/// How many ticks `/proc` counts in a second, on every Linux that there is (`USER_HZ`).
const TICKS: f64 = 100.0;

/// The seconds that a process has been on a processor, its threads that have ended included.
pub fn seconds(pid: u32) -> Outcome<f64> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    ticks(&line)
        .map(|ticks| ticks / TICKS)
        .ok_or_else(|| format!("cannot read the times in {line}").into())
}

/// The memory that a process holds, in octets.
pub fn resident(pid: u32) -> Outcome<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| format!("cannot read the memory in {status}").into())
}

/// The times in user and in kernel mode: fields 14 and 15, counted from behind the name, which may
/// have spaces and parentheses in it.
fn ticks(line: &str) -> Option<f64> {
    let (_, rest) = line.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::{resident, seconds, ticks};

    #[test]
    fn times_are_found_behind_a_name_with_parentheses() {
        let line = "7 (a (b) c) S 1 7 7 0 -1 4194560 100 0 0 0 31 11 5 6 20 0 1 0 99 1000 50";
        assert_eq!(ticks(line), Some(42.0));
        assert_eq!(ticks("7 (a) S 1"), None);
    }

    #[test]
    fn this_process_has_memory_and_a_time() {
        let pid = std::process::id();
        assert!(seconds(pid).expect("there is /proc") >= 0.0);
        assert!(resident(pid).expect("there is /proc") > 100_000);
    }
}
