//! Large transfers: how many octets a second, each library with itself, and all with one client.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Instant;

use super::clients::Direction;
use super::peer::{Folder, PEERS, Peer, Running};
use super::{CLIENT_CORE, LARGE, Outcome, Windows, account};
use crate::measure::quartiles;

/// How many seconds one transfer may take.
const BOUND: &str = "60";

/// The libraries that have a client and a server.
pub const KINDS: [Peer; 3] = [Peer::Tokio, Peer::Blocking, Peer::H2];

/// A kind of transfer by several peers.
#[derive(Clone, Debug)]
pub struct Rates {
    /// What was transferred, and how.
    pub what: String,
    /// Who, and the turns that it had.
    pub turns: Vec<(Peer, Vec<Turn>)>,
}

/// One transfer.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// The octets a second.
    pub rate: f64,
    /// The seconds on a processor, of both ends, for a GB; of the server alone where the client is
    /// somebody else's.
    pub cpu: f64,
}

impl Rates {
    /// The rates of one, turn by turn.
    pub fn of(&self, peer: Peer) -> Vec<f64> {
        let found = self.turns.iter().find(|(other, _)| *other == peer);
        found.map(|(_, turns)| rates(turns)).unwrap_or_default()
    }

    /// Whose median is the greatest of those that are not ours.
    pub fn best_peer(&self) -> Peer {
        let theirs = self.turns.iter().filter(|(peer, _)| !peer.is_ours());
        let median = |turns: &[Turn]| quartiles(rates(turns))[1];
        let best = theirs.max_by(|one, other| median(&one.1).total_cmp(&median(&other.1)));
        best.expect("there are others").0
    }
}

/// The rates of turns.
pub fn rates(turns: &[Turn]) -> Vec<f64> {
    turns.iter().map(|turn| turn.rate).collect()
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
        Ok([seconds, 0.0])
    })
}

fn in_turns(
    what: String,
    peers: &[Peer],
    folder: &Folder,
    windows: Windows,
    rounds: u32,
    transfer: impl Fn(Peer, SocketAddr) -> Outcome<[f64; 2]>,
) -> Outcome<Rates> {
    let mut turns: Vec<(Peer, Vec<Turn>)> = peers.iter().map(|peer| (*peer, Vec::new())).collect();
    for _ in 0..rounds {
        for (peer, turns) in &mut turns {
            let server = Running::start(*peer, folder, windows)?;
            let [seconds, cpu] = transfer(*peer, server.address)
                .map_err(|error| format!("{what}, {}: {error}", peer.name()))?;
            let cpu = cpu + account::seconds(server.pid())?;
            turns.push(Turn {
                rate: LARGE as f64 / seconds,
                cpu: cpu * 1e9 / LARGE as f64,
            });
        }
    }
    Ok(Rates { what, turns })
}

/// One transfer by a client that is written here; returns the seconds, and those on a processor.
fn own_client(
    kind: Peer,
    direction: Direction,
    server: SocketAddr,
    windows: Windows,
) -> Outcome<[f64; 2]> {
    let mut command = client(std::env::current_exe()?);
    command.args(["transfer", kind.name(), direction.word()]);
    command.args([&server.to_string(), windows.word()]);
    let output = command.output()?;
    let said = String::from_utf8(output.stdout)?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    let figures: Vec<f64> = said.split_whitespace().flat_map(str::parse).collect();
    figures
        .try_into()
        .map_err(|_| format!("no times in {said}{complaint}").into())
}

/// A client on its core, with a bound on its time.
fn client(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command
        .args([BOUND, "taskset", "-c", CLIENT_CORE])
        .arg(program);
    command
}
