//! The process that is attacked: its memory and its time, as Linux says them.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;
use std::fs;
use std::path::PathBuf;

use crate::exit::{Failure, Result};

/// A process of this machine.
pub(super) struct Process {
    folder: PathBuf,
}

/// What a process had at hand, by how much of the attack was sent.
pub(super) struct Memory {
    before: u64,
    seen: Vec<(u64, u64)>,
}

/// What came of the memory of a process, in octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct MemoryFigures {
    /// Before the attack.
    pub(super) before: u64,
    /// When half of what was sent had been sent.
    pub(super) half: u64,
    /// At the most.
    pub(super) most: u64,
    /// When all was sent.
    pub(super) end: u64,
    /// When the connection was over.
    pub(super) after: u64,
}

impl Process {
    /// Fails if there is no such process, or this system does not say what it has.
    pub(super) fn new(pid: u32) -> Result<Self> {
        let folder = PathBuf::from(alloc::format!("/proc/{pid}"));
        let process = Self { folder };
        match process.resident() {
            Some(_) => Ok(process),
            None => Err(Failure::usage(format_args!(
                "there is no process {pid}, or it is not ours to see"
            ))
            .hint("the memory of a process is seen on Linux, on the machine that it runs on")),
        }
    }

    pub(super) fn memory(&self) -> Memory {
        let before = self.resident().unwrap_or_default();
        Memory {
            before,
            seen: Vec::new(),
        }
    }

    pub(super) fn is_gone(&self) -> bool {
        // One that has ended, and that nobody has waited for, has no memory.
        self.resident().is_none()
    }

    /// The octets of memory that it has.
    fn resident(&self) -> Option<u64> {
        let status = fs::read_to_string(self.folder.join("status")).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1024)
    }

    /// The time of a core that its threads have had.
    pub(super) fn cpu(&self) -> Option<Duration> {
        let threads = fs::read_dir(self.folder.join("task")).ok()?;
        let spent = threads.filter_map(|thread| {
            let text: String = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Some(Duration::from_nanos(spent.sum()))
    }
}

impl Memory {
    /// Takes note of what the process has when so much of the attack was sent.
    pub(super) fn note(&mut self, sent: u64, process: &Process) {
        self.seen
            .extend(process.resident().map(|octets| (sent, octets)));
    }

    pub(super) fn figures(&self, process: Option<&Process>) -> MemoryFigures {
        let (all, end) = self.seen.last().copied().unwrap_or((0, self.before));
        let mut at_half = self.seen.iter().rev();
        let half = at_half.find(|(sent, _)| *sent <= all / 2);
        MemoryFigures {
            before: self.before,
            half: half.map_or(self.before, |(_, octets)| *octets),
            most: self
                .seen
                .iter()
                .map(|(_, octets)| *octets)
                .max()
                .unwrap_or(end),
            end,
            after: process.and_then(Process::resident).unwrap_or_default(),
        }
    }
}
