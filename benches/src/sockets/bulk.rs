//! Large transfers: how many octets a second, each library with itself, and all with one client.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Instant;

use super::clients::Direction;
use super::peer::{Folder, PEERS, Peer, Running};
use super::{CLIENT_CORE, LARGE, Outcome, Windows};
use crate::measure::quartiles;

/// How many seconds one transfer may take.
const BOUND: &str = "60";

/// The libraries that have a client and a server.
pub const KINDS: [Peer; 3] = [Peer::Tokio, Peer::Blocking, Peer::H2];

/// The rate of a kind of transfer, in octets a second, a figure for each turn.
#[derive(Clone, Debug)]
pub struct Rates {
    /// What was transferred, and how.
    pub what: String,
    /// Who, and how fast.
    pub rates: Vec<(Peer, Vec<f64>)>,
}

impl Rates {
    /// The rates of one.
    pub fn of(&self, peer: Peer) -> &[f64] {
        let found = self.rates.iter().find(|(other, _)| *other == peer);
        found.map(|(_, rates)| rates.as_slice()).unwrap_or_default()
    }

    /// Whose median is the greatest of those that are not ours.
    pub fn best_peer(&self) -> Peer {
        let theirs = self.rates.iter().filter(|(peer, _)| !peer.is_ours());
        let median = |rates: &[f64]| quartiles(rates.to_vec())[1];
        let best = theirs.max_by(|one, other| median(&one.1).total_cmp(&median(&other.1)));
        best.expect("there are others").0
    }
}

/// Each library with itself, in turns.
pub fn same_kind(
    folder: &Folder,
    direction: Direction,
    windows: Windows,
    rounds: u32,
) -> Outcome<Rates> {
    let what = format!("{}, {} windows", direction.word(), windows.word());
    let turn = |kind, server| own_client(kind, direction, server, windows);
    in_turns(what, &KINDS, folder, windows, rounds, turn)
}

/// h2load, whose windows are large, with every server.
pub fn from_all(folder: &Folder, rounds: u32) -> Outcome<Rates> {
    let what = "download by h2load, large windows".to_owned();
    in_turns(what, &PEERS, folder, Windows::Large, rounds, |_, server| {
        let mut command = client("h2load");
        command.args(["-n", "1", "-c", "1", "-m", "1", "-w", "30", "-W", "30"]);
        command.arg(format!("http://{server}/large"));
        let begun = Instant::now();
        let said = String::from_utf8(command.output()?.stdout)?;
        let seconds = begun.elapsed().as_secs_f64();
        if !said.contains(" 1 succeeded") {
            return Err(format!("h2load failed: {said}").into());
        }
        Ok(seconds)
    })
}

fn in_turns(
    what: String,
    peers: &[Peer],
    folder: &Folder,
    windows: Windows,
    rounds: u32,
    turn: impl Fn(Peer, SocketAddr) -> Outcome<f64>,
) -> Outcome<Rates> {
    let mut rates: Vec<(Peer, Vec<f64>)> = peers.iter().map(|peer| (*peer, Vec::new())).collect();
    for _ in 0..rounds {
        for (peer, rates) in &mut rates {
            let server = Running::start(*peer, folder, windows)?;
            let seconds = turn(*peer, server.address)
                .map_err(|error| format!("{what}, {}: {error}", peer.name()))?;
            rates.push(LARGE as f64 / seconds);
        }
    }
    Ok(Rates { what, rates })
}

/// One transfer by a client that is written here; returns the seconds.
fn own_client(
    kind: Peer,
    direction: Direction,
    server: SocketAddr,
    windows: Windows,
) -> Outcome<f64> {
    let mut command = client(std::env::current_exe()?);
    command.args(["transfer", kind.name(), direction.word()]);
    command.args([&server.to_string(), windows.word()]);
    let output = command.output()?;
    let said = String::from_utf8(output.stdout)?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    said.trim()
        .parse()
        .map_err(|_| format!("no time in {said}{complaint}").into())
}

/// A client on its core, with a bound on its time.
fn client(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command
        .args([BOUND, "taskset", "-c", CLIENT_CORE])
        .arg(program);
    command
}
