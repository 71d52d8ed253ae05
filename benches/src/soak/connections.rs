//! A thousand connections to each server, half of which vanish: what they cost, and what stays.

use core::time::Duration;
use std::thread::sleep;
use std::time::Instant;

use tress_proto::Config;

use super::child::{Counts, Process};

/// How many connections stay until they are closed in good order.
const STAYING: usize = 500;

/// How many are those of a process that is stopped: its sockets take octets, and it says nothing.
const SILENT: usize = 250;

/// How many are reset.
const RESET: usize = 250;

/// How many files and sockets a server may have; by default there is space for no more than 1,024.
const FILES: usize = 4096;

/// After how long without a word a peer is asked for one, and how long it has to answer.
const WORD: Duration = Duration::from_secs(2);

/// How long connections, threads and tasks have to end.
const REST: Duration = Duration::from_secs(30);

/// The configuration of the servers.
pub(super) fn care() -> Config {
    Config::default().keep_alive(WORD, WORD)
}

/// Holds connections to both servers, one after the other; says whether all was well.
pub(super) fn judge() -> Result<bool, String> {
    let mut summaries = Vec::new();
    let mut is_well = true;
    for name in ["blocking", "tokio"] {
        let summary = match Side::start(name).and_then(|mut side| side.run()) {
            Ok(summary) => summary,
            Err(error) => {
                is_well = false;
                error
            }
        };
        summaries.push(format!("{name}: {summary}"));
    }
    let word = if is_well { "PASS" } else { "FAIL" };
    println!("connections {word}: {}", summaries.join("; "));
    Ok(is_well)
}

/// A server that nobody is connected to, and what it has then.
struct Side {
    name: &'static str,
    address: String,
    server: Process,
    threads: usize,
    files: usize,
    memory: usize,
}

impl Side {
    fn start(name: &'static str) -> Result<Self, String> {
        let mut server = Process::start_with_files(FILES, &["care", name])?;
        let address = server.line()?;
        let threads = server.ask()?.threads;
        let mut side = Self {
            name,
            address,
            files: server.files(),
            server,
            threads,
            memory: 0,
        };
        // What is made once is made with the first connection.
        let (_, mut first) = side.hold(1, "stay")?;
        first.end()?;
        side.rest()?;
        side.memory = side.server.resident();
        Ok(side)
    }

    /// Starts clients with so many connections, each of which was answered.
    fn hold(&self, count: usize, then: &str) -> Result<(Counts, Process), String> {
        let number = count.to_string();
        let arguments = ["hold", self.name, &self.address, &number, then];
        let mut clients = Process::start(&arguments)?;
        let counts = clients.counts()?;
        Ok((counts, clients))
    }

    fn run(&mut self) -> Result<String, String> {
        let (_, mut staying) = self.hold(STAYING, "stay")?;
        let (_, mut silent) = self.hold(SILENT, "download")?;
        let (_, reset) = self.hold(RESET, "reset")?;
        let all = STAYING + SILENT + RESET;
        expect("connections", self.server.ask()?.connections, all)?;
        let each = self.server.resident().saturating_sub(self.memory) * 10 / all;
        expect("downloads", silent.ask()?.done, SILENT)?;
        silent.signal("STOP")?;
        reset.signal("KILL")?;
        let begin = Instant::now();
        self.wait(|counts, _| counts.connections <= STAYING)?;
        let reaped = begin.elapsed().as_secs_f32();
        // Those who are there are asked for a word, too, and give it.
        sleep(2 * WORD);
        expect(
            "connections that stay",
            self.server.ask()?.connections,
            STAYING,
        )?;
        expect("answers", staying.ask()?.done, STAYING)?;
        let left = staying.end()?;
        expect("tasks and threads of clients", left.tasks + left.threads, 0)?;
        self.rest()?;
        self.server.end()?;
        Ok(format!(
            "{all} held, {}.{} KiB each, {} vanished and reaped in {reaped:.1} s, 0 left behind",
            each / 10,
            each % 10,
            SILENT + RESET
        ))
    }

    /// Waits until the server has nothing more than in the beginning.
    fn rest(&mut self) -> Result<(), String> {
        let (threads, files) = (self.threads, self.files);
        self.wait(|counts, open| {
            let running = counts.running + counts.connections + counts.tasks;
            running == 0 && counts.threads <= threads && open <= files
        })
    }

    /// Waits until the server's counts, and how many files it has open, are as they should be.
    fn wait(&mut self, is_well: impl Fn(Counts, usize) -> bool) -> Result<(), String> {
        let begin = Instant::now();
        loop {
            let (counts, files) = (self.server.ask()?, self.server.files());
            if is_well(counts, files) {
                return Ok(());
            }
            if begin.elapsed() > REST {
                return Err(format!("left behind: {counts:?}, {files} files"));
            }
            sleep(Duration::from_millis(100));
        }
    }
}

fn expect(what: &str, have: usize, wanted: usize) -> Result<(), String> {
    if have == wanted {
        return Ok(());
    }
    Err(format!("{have} {what} in place of {wanted}"))
}
