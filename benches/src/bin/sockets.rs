//! Measures servers over loopback, in turns, and prints what they cost beside each other.

use std::env;
use std::process::ExitCode;

use tress_benches::built;
use tress_benches::measure::quartiles;
use tress_benches::sockets::bulk::{self, Rates};
use tress_benches::sockets::clients::{self, Direction};
use tress_benches::sockets::figures::Cell;
use tress_benches::sockets::load::{self, Shape};
use tress_benches::sockets::peer::{ANSWERING, FILES, Folder, Peer, Running, TLS_FILES, TOOL};
use tress_benches::sockets::rating::{self, Row};
use tress_benches::sockets::{Outcome, SMALL, Windows, account, idle, servers, syscalls};

/// What is asked of every server: requests, connections, streams.
const SHAPES: [(u32, u32, u32); 4] = [
    (200_000, 10, 100),
    (200_000, 100, 100),
    (10_000, 1, 1),
    (50_000, 10, 1),
];

/// How many requests are traced at most.
const TRACED: u32 = 100_000;

/// How many turns a large transfer has.
const TRANSFERS: u32 = 7;

/// What counts as parity: as fast as another, less what the same transfer varies by.
const PARITY: f64 = 0.95;

const USAGE: &str = "usage: sockets [ROUNDS [small|files|large|memory]]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments.as_slice() {
        ["serve", kind, windows] => serve(kind, windows),
        ["transfer", kind, direction, server, windows] => {
            transfer(kind, direction, server, windows)
        }
        [] => measure(9, None),
        [rounds] => rounds
            .parse()
            .map_err(|_| USAGE.into())
            .and_then(|rounds| measure(rounds, None)),
        [rounds, part] => rounds
            .parse()
            .map_err(|_| USAGE.into())
            .and_then(|rounds| measure(rounds, Some(part))),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// A process that is measured.
fn serve(kind: &str, windows: &str) -> Outcome<bool> {
    servers::serve(kind, Windows::of(windows).ok_or(USAGE)?)?;
    Ok(true)
}

/// A process that fetches or sends, and prints the seconds, and those on a processor.
fn transfer(kind: &str, direction: &str, server: &str, windows: &str) -> Outcome<bool> {
    let direction = Direction::of(direction).ok_or(USAGE)?;
    let windows = Windows::of(windows).ok_or(USAGE)?;
    let time = clients::transfer(kind, direction, server.parse()?, windows)?;
    let cpu = account::seconds(std::process::id())?;
    println!("{} {cpu}", time.as_secs_f64());
    Ok(true)
}

/// Measures, and says whether all is as it must be.
fn measure(rounds: u32, part: Option<&str>) -> Outcome<bool> {
    let is_wanted = |name| part.is_none_or(|part| part == name);
    let folder = Folder::new()?;
    let mut rows = Vec::new();
    if is_wanted("small") {
        rows.extend(small(&folder, rounds.max(1))?);
    }
    if is_wanted("files") {
        rows.extend(files(&folder, rounds.max(1))?);
    }
    if is_wanted("large") {
        rows.extend(large(&folder)?);
    }
    if is_wanted("memory") {
        rows.extend(memory(&folder)?);
    }
    println!("{}", rating::HEAD);
    rows.iter().for_each(|row| println!("{row}"));
    Ok(rows.iter().all(Row::is_met))
}

fn small(folder: &Folder, rounds: u32) -> Outcome<Vec<Row>> {
    println!(
        "small requests: CPU of the server for a request in us, median (quartiles), {rounds} turns;"
    );
    println!("thousand requests a second, median; system calls for a request, traced");
    println!("{}", built::describe());
    let mut rows = Vec::new();
    for (place, (requests, connections, streams)) in SHAPES.into_iter().enumerate() {
        let shape = Shape {
            requests,
            connections,
            streams,
        };
        let cell = cell(folder, &ANSWERING, shape, rounds)?;
        print_cell(&cell);
        rows.extend(match place {
            0 => rating::few_connections(&cell),
            1 => rating::many_connections(&cell),
            _ => rating::one_at_a_time(&cell),
        });
    }
    Ok(rows)
}

/// What is asked of servers of files.
const FILE_SHAPES: [(u32, u32, u32); 3] =
    [(100_000, 10, 100), (100_000, 100, 100), (20_000, 10, 1)];

/// Servers of a small file, in cleartext and over TLS.
fn files(folder: &Folder, rounds: u32) -> Outcome<Vec<Row>> {
    if env::var_os(TOOL).is_none() {
        println!("\nfiles: not measured, as {TOOL} does not say where the tool is");
        return Ok(Vec::new());
    }
    println!("\na file of {SMALL} octets, in cleartext and over TLS: the same figures");
    let mut rows = Vec::new();
    for peers in [&FILES, &TLS_FILES] {
        for (requests, connections, streams) in FILE_SHAPES {
            let shape = Shape {
                requests,
                connections,
                streams,
            };
            let cell = cell(folder, peers, shape, rounds)?;
            print_cell(&cell);
            rows.extend(rating::files(&cell));
        }
    }
    Ok(rows)
}

/// Asks each server in turns.
fn cell(folder: &Folder, peers: &'static [Peer], shape: Shape, rounds: u32) -> Outcome<Cell> {
    let mut runs = vec![Vec::new(); peers.len()];
    for _ in 0..rounds {
        for (peer, runs) in peers.iter().zip(&mut runs) {
            let server = Running::start(*peer, folder, Windows::Default)?;
            runs.push(load::run(&server, shape)?);
        }
    }
    let traced = Shape {
        requests: shape.requests.min(TRACED),
        ..shape
    };
    let count = |peer: &Peer| {
        let server = Running::start(*peer, folder, Windows::Default)?;
        syscalls::count(&server, folder, traced)
    };
    let calls: Outcome<Vec<f64>> = peers.iter().map(count).collect();
    let calls = calls?;
    Ok(Cell {
        shape,
        peers,
        runs,
        calls,
    })
}

fn print_cell(cell: &Cell) {
    println!(
        "\n| {:<9} |  CPU us | quartiles       |  kreq/s | calls |",
        cell.shape.name()
    );
    println!("|-----------|--------:|----------------:|--------:|------:|");
    for &peer in cell.peers {
        let [lower, median, upper] = quartiles(cell.micros(peer));
        let rate = quartiles(cell.rates(peer))[1] / 1000.0;
        println!(
            "| {:<9} | {median:>7.2} | {:>15} | {rate:>7.1} | {:>5.3} |",
            peer.name(),
            format!("{lower:.2}-{upper:.2}"),
            cell.calls(peer)
        );
    }
}

fn large(folder: &Folder) -> Outcome<Vec<Row>> {
    println!("\nlarge transfers: MB a second, median (quartiles), {TRANSFERS} turns; CPU for a GB");
    let mut rows = Vec::new();
    for windows in [Windows::Default, Windows::Large] {
        for direction in [Direction::Download, Direction::Upload] {
            let rates = bulk::same_kind(folder, direction, windows, TRANSFERS)?;
            print_rates(&rates);
            let must = match windows {
                Windows::Default => 2.0,
                Windows::Large => PARITY,
            };
            rows.extend(rating::faster(&rates, Peer::H2, must));
        }
    }
    let rates = bulk::from_all(folder, TRANSFERS)?;
    print_rates(&rates);
    rows.extend(rating::faster(&rates, rates.best_peer(), PARITY));
    Ok(rows)
}

fn print_rates(rates: &Rates) {
    println!("\n{}:", rates.what);
    for (peer, turns) in &rates.turns {
        let [lower, median, upper] = quartiles(bulk::rates(turns)).map(|rate| rate / 1e6);
        let cpu = quartiles(turns.iter().map(|turn| turn.cpu).collect())[1];
        println!(
            "  {:<9} {median:>6.0} ({lower:.0}-{upper:.0}), {cpu:.2} s/GB",
            peer.name()
        );
    }
}

fn memory(folder: &Folder) -> Outcome<Vec<Row>> {
    println!(
        "\nmemory: KiB for each of {} connections after one request, and for each open stream",
        idle::CONNECTIONS
    );
    let mut all = Vec::new();
    for peer in idle::PEERS {
        let server = Running::start(peer, folder, Windows::Default)?;
        let memory = idle::measure(&server)?;
        println!(
            "  {:<9} {:>6.2} {:>6.2}",
            peer.name(),
            memory.connection / 1024.0,
            memory.stream / 1024.0
        );
        all.push((peer, memory));
    }
    println!();
    Ok(rating::memory(&all))
}
