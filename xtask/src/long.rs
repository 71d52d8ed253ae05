//! `cargo xtask long`: what takes too long for every change, by name.

use core::time::Duration;
use std::process::Command;
use std::time::Instant;

use crate::bench_table;
use crate::fuzz;
use crate::interop;
use crate::mutants;
use crate::pool_figures;
use crate::process;
use crate::repo;
use crate::stand_in;
use crate::{Failure, Outcome};

/// A long run.
struct Long {
    name: &'static str,
    about: &'static str,
    /// Takes the time that it may use.
    run: fn(Duration) -> Outcome,
}

const ALL: &[Long] = &[
    Long {
        name: "captures",
        about: "Chromium, curl, node, nghttp and grpcio, captured: the frames that tshark counts, and ours",
        run: interop::captures,
    },
    Long {
        name: "connection-differential",
        about: "1,000,000 conversations to nghttp2 and to tress-proto, as servers and as clients",
        run: connection_differential,
    },
    Long {
        name: "connections",
        about: "1,000 connections to each server, half of which vanish",
        run: connections,
    },
    Long {
        name: "consumers",
        about: "hyper, axum, reqwest and tonic on tress-h2, foreign peers, a soak (default 10 minutes)",
        run: stand_in::consumers,
    },
    Long {
        name: "fuzz",
        about: "every fuzz target for its share of the minutes (default 10 for each)",
        run: fuzz_all,
    },
    Long {
        name: "honest-clients",
        about: "browsers, curl, node, nghttp and gRPC on slow links, or those runs that are named",
        run: |time| interop::honest_clients(time, &[]),
    },
    Long {
        name: "hpack-differential",
        about: "random field lists through nghttp2, hpack for Python and tress-hpack, both ways",
        run: hpack_differential,
    },
    Long {
        name: "laws",
        about: "honest peers are not cut off, none costs more than its bound, from 100,000 seeds",
        run: laws,
    },
    Long {
        name: "mutants",
        about: "small changes that a test must notice: 200 of the rules, or 20 of each crate named",
        run: |time| mutants::run(time, &[]),
    },
    Long {
        name: "orders",
        about: "every order of five frames on two streams, END_STREAM included",
        run: orders,
    },
    Long {
        name: "windows",
        about: "every order of eight events of both ends on three streams with small windows",
        run: windows,
    },
    Long {
        name: "pool",
        about: "the policy of a client's pool among servers that fail, from 100,000 seeds",
        run: pool,
    },
    Long {
        name: "pool-figures",
        about: "the pool beside reqwest's and hyper-util's, replaced and stopped servers (a quiet machine)",
        run: pool_figures::run,
    },
    Long {
        name: "probe-peers",
        about: "tress probe, attacks included, on nghttpd, node, nginx, h2o, hypercorn, hyper and ourselves; on curl, nghttp, node, h2",
        run: interop::probe_peers,
    },
    Long {
        name: "proxies",
        about: "servers restarted under load behind nginx's grpc_pass, nghttpx, Envoy and Caddy",
        run: interop::proxies,
    },
    Long {
        name: "soak",
        about: "mixed load on both servers by both clients (default 10 minutes)",
        run: soak,
    },
    Long {
        name: "turned",
        about: "the tests of tress-h2 on h2 itself, which fails those that are known; those of hyper-util on tress-h2",
        run: stand_in::turned,
    },
    Long {
        name: "simulation",
        about: "a client and a server over a hostile link, from 100,000 seeds",
        run: simulate,
    },
    Long {
        name: "workers",
        about: "CPU a request with one worker and with two, beside axum on new connections (a quiet machine)",
        run: pool_figures::workers,
    },
];

/// How many times as many plays as `cargo test` has make 100,000.
const PLAYS: &str = "200";

/// What building the soak and its last exchanges may take besides.
const SETTLING: Duration = Duration::from_secs(600);

/// How many conversations are played to both implementations.
const CONVERSATIONS: &str = "1000000";

/// How many lists go through each peer.
const LISTS: &str = "100000";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        for long in ALL {
            println!("  {:<24} {}", long.name, long.about);
        }
        return Ok(());
    };
    let is_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    let (minutes, rest) = match rest.split_last() {
        Some((minutes, rest)) if is_number(minutes) => (Some(minutes), rest),
        _ => (None, rest),
    };
    let Some(long) = ALL.iter().find(|long| long.name == name) else {
        return Err(Failure::Usage(format!("no long run is called `{name}`")));
    };
    let minutes = match minutes.map(|minutes| minutes.parse::<u64>()) {
        None if matches!(long.name, "consumers" | "soak") => 10,
        None => 10 * fuzz::targets()?.len() as u64,
        Some(Ok(minutes)) => minutes,
        Some(Err(error)) => return Err(Failure::Usage(format!("minutes: {error}"))),
    };
    let (started, time) = (Instant::now(), Duration::from_secs(minutes * 60));
    match (long.name, rest) {
        (_, []) => (long.run)(time)?,
        ("mutants", crates) => mutants::run(time, crates)?,
        ("honest-clients", only) => interop::honest_clients(time, only)?,
        _ => return Err(Failure::Usage("one name, and minutes".to_owned())),
    }
    println!(
        "long {name}: passed in {} min",
        started.elapsed().as_secs() / 60
    );
    Ok(())
}

fn fuzz_all(time: Duration) -> Outcome {
    if !fuzz::is_available() {
        return Err("needs cargo-fuzz and a nightly toolchain".to_owned().into());
    }
    let targets = fuzz::targets()?;
    let share = time.as_secs() / targets.len().max(1) as u64;
    for target in &targets {
        fuzz::fuzz(target, share)?;
        println!("{target}: {share} s without a finding");
    }
    Ok(())
}

/// A class of disagreement that `benches/data/connection_differential.tsv` does not know fails.
fn connection_differential(time: Duration) -> Outcome {
    let mut command = bench_table::program("connection_differential");
    compare(command.arg(CONVERSATIONS), time)
}

fn hpack_differential(time: Duration) -> Outcome {
    let mut command = bench_table::program("hpack_differential");
    compare(command.arg(LISTS), time)?;
    // Without a path the script builds what it talks to.
    let mut command = Command::new("python3");
    command.current_dir(repo::root());
    command.args(["xtask/interop/hpack_differential.py", "", LISTS]);
    command.env("CARGO_TARGET_DIR", repo::target_dir());
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    compare(&mut command, time)
}

/// Runs a program that compares, and says so itself if it finds a difference.
fn compare(command: &mut Command, time: Duration) -> Outcome {
    let same = process::run_visibly(command, time).map_err(|error| error.to_string())?;
    if same {
        return Ok(());
    }
    Err("the implementations do not agree, or time was short"
        .to_owned()
        .into())
}

/// Holds connections to servers in processes of their own, and judges what they cost and leave.
fn connections(time: Duration) -> Outcome {
    let mut command = bench_table::program("soak");
    judge(command.arg("connections"), time)
}

/// Loads servers in processes of their own, and judges their memory and what they leave behind.
fn soak(time: Duration) -> Outcome {
    let mut command = bench_table::program("soak");
    command.arg(time.as_secs().to_string());
    judge(&mut command, time + SETTLING)
}

/// Runs a program that says itself what is not well.
fn judge(command: &mut Command, bound: Duration) -> Outcome {
    let success = process::run_visibly(command, bound).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err("something failed, grew or stayed, or time was short"
        .to_owned()
        .into())
}

/// Plays whole connections; a seed that fails prints the command that plays it again.
fn simulate(time: Duration) -> Outcome {
    test("tress-proto", "a_pair_comes_to_its_end_holds", time)
}

/// Plays honest peers, and attackers, in virtual time; what is printed says what was tried.
fn laws(time: Duration) -> Outcome {
    test("tress-proto", "no_honest_peer_is_cut_off_holds", time)?;
    test("tress-proto", "more_than_its_bound_holds", time)
}

fn orders(time: Duration) -> Outcome {
    test("tress-proto", "every_order_of_five_frames", time)
}

fn windows(time: Duration) -> Outcome {
    test("tress-proto", "no_order_of_events", time)
}

fn pool(time: Duration) -> Outcome {
    test("tress-pool", "every_law_holds_at_every_step", time)
}

/// Runs tests of a crate for longer than they run with every change.
fn test(package: &str, name: &str, time: Duration) -> Outcome {
    let mut command = process::cargo();
    command.args(["test", "--release", "--package", package]);
    command.args(["--test", "it", name, "--", "--nocapture"]);
    command.env("TRESS_TIMES", PLAYS);
    let success = process::run_visibly(&mut command, time).map_err(|error| error.to_string())?;
    if success {
        return Ok(());
    }
    Err(format!("{name} failed, or time was short").into())
}
