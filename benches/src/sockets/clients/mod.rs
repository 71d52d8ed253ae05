//! The clients of large transfers, each for one library: one transfer on one connection.

mod blocking;
mod h2;
mod tokio;

use core::time::Duration;
use std::net::SocketAddr;
use std::time::Instant;

use super::{LARGE, Outcome, Windows};

/// Which way the content goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the server.
    Download,
    /// To the server.
    Upload,
}

impl Direction {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Upload => "upload",
        }
    }

    /// Reads the word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Download, Self::Upload]
            .into_iter()
            .find(|direction| direction.word() == word)
    }
}

/// Connects, moves [`LARGE`] octets and returns how long that took.
pub fn transfer(
    kind: &str,
    direction: Direction,
    server: SocketAddr,
    windows: Windows,
) -> Outcome<Duration> {
    let begun = Instant::now();
    let octets = match kind {
        "tokio" => run(tokio::transfer(direction, server, windows))?,
        "blocking" => blocking::transfer(direction, server, windows)?,
        "h2" => run(h2::transfer(direction, server, windows))?,
        _ => return Err(format!("there is no client of the kind {kind}").into()),
    };
    if octets == LARGE {
        return Ok(begun.elapsed());
    }
    Err(format!("{octets} octets were moved, not {LARGE}").into())
}

/// Runs a client on a runtime of one thread.
fn run(client: impl Future<Output = Outcome<usize>>) -> Outcome<usize> {
    let mut builder = ::tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build()?.block_on(client)
}

/// How many octets the server says that it took.
fn counted(answer: &[u8]) -> Outcome<usize> {
    Ok(core::str::from_utf8(answer)?.parse()?)
}
