//! A process of the soak, as its judge sees it.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::tally::status;

/// One server, or the clients of one kind.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: Lines<BufReader<ChildStdout>>,
}

/// What a process counts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) done: usize,
    pub(super) failed: usize,
    pub(super) running: usize,
    pub(super) connections: usize,
    pub(super) tasks: usize,
    pub(super) threads: usize,
}

impl Process {
    /// Starts this program again with other arguments.
    pub(super) fn start(arguments: &[&str]) -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.args(arguments);
        Self::spawn(command)
    }

    /// The same, with the right to so many files and sockets at once.
    pub(super) fn start_with_files(files: usize, arguments: &[&str]) -> Result<Self, String> {
        let program = env::current_exe().map_err(|error| error.to_string())?;
        let mut command = Command::new("prlimit");
        command.arg(format!("--nofile={files}"));
        command.arg(program).args(arguments);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Result<Self, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = BufReader::new(output.ok_or("no output")?).lines();
        Ok(Self {
            child,
            input,
            output,
        })
    }

    pub(super) fn line(&mut self) -> Result<String, String> {
        let line = self.output.next().ok_or("it ended too early")?;
        line.map_err(|error| error.to_string())
    }

    /// The counts that it says last.
    pub(super) fn counts(&mut self) -> Result<Counts, String> {
        let line = self.line()?;
        let words: Vec<&str> = line.split(' ').collect();
        let count = |name| {
            let place = words.iter().position(|word| *word == name)?;
            words.get(place + 1)?.parse().ok()
        };
        let found = || {
            Some(Counts {
                done: count("done")?,
                failed: count("failed")?,
                running: count("running")?,
                connections: count("connections")?,
                tasks: count("tasks")?,
                threads: count("threads")?,
            })
        };
        found().ok_or(line)
    }

    /// Asks a server for its counts.
    pub(super) fn ask(&mut self) -> Result<Counts, String> {
        let input = self.input.as_mut().ok_or("it was told to end")?;
        input.write_all(b"\n").map_err(|error| error.to_string())?;
        self.counts()
    }

    /// Tells a server to end; returns the counts that it says last.
    pub(super) fn end(&mut self) -> Result<Counts, String> {
        self.input = None;
        let counts = self.counts()?;
        self.join()?;
        Ok(counts)
    }

    /// Tells a process that says nothing to end, and waits for that.
    pub(super) fn stop(&mut self) -> Result<(), String> {
        self.input = None;
        self.join()
    }

    /// Waits for the end of the process.
    pub(super) fn join(&mut self) -> Result<(), String> {
        let status = self.child.wait().map_err(|error| error.to_string())?;
        if status.success() {
            return Ok(());
        }
        Err(format!("a process of the soak ended badly: {status}"))
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, name: &str) -> Result<(), String> {
        let mut kill = Command::new("kill");
        kill.args([format!("-{name}"), self.child.id().to_string()]);
        match kill.status() {
            Ok(status) if status.success() => Ok(()),
            outcome => Err(format!("kill: {outcome:?}")),
        }
    }

    /// How many files and sockets it has open.
    pub(super) fn files(&self) -> usize {
        let listed = fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        listed.map_or(0, Iterator::count)
    }

    /// The memory that it has resident, in KiB.
    pub(super) fn resident(&self) -> usize {
        status(&self.child.id().to_string(), "VmRSS:").unwrap_or(0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
