//! Counts memory: the allocations of decoders and encoders that are warm, which should be none, and
//! the octets of static tables.
//!
//! A program of its own, as the allocator that counts would slow down what is timed.

use core::hint::black_box;
use std::env;
use std::process::{Command, ExitCode};

use allocation_counter::measure;
use tress_benches::engine::h2::{self, Manner};
use tress_benches::engine::memory::{self, Words};
use tress_benches::engine::messages::Recording;
use tress_benches::engine::rotation::{Rotation, TURN};
use tress_benches::engine::services::Replayer;
use tress_benches::engine::tasks;
use tress_benches::engine::tress::Style;
use tress_benches::rows::Material;
use tress_benches::warm;

/// How often the work is done before it counts: a table takes its last memory when it has been full
/// for a while.
const WARMING: usize = 20;

/// The octets that all static tables may take.
const MOST: usize = 40 * 1024;

/// The allocations for a request that a server may make when it is warm.
const MOST_A_REQUEST: f64 = 1.05;

/// The allocations for a request that a server in tasks may make without a service and with one, and a
/// client, each with its application.
const MOST_IN_TASKS: [f64; 3] = [1.05, 6.05, 4.05];

/// The octets that a connection may hold at first, and after a request, and that one more open stream
/// may add.
const MOST_HELD: [f64; 3] = [4.0 * 1024.0, 6.0 * 1024.0, 0.75 * 1024.0];

fn main() -> ExitCode {
    let none = allocations() == 0;
    let is_light = requests() <= MOST_A_REQUEST && in_tasks();
    let is_small = held();
    let writes = memory::writes();
    println!("writes for 100 responses that are ready at once: {writes}; must be 1\n");
    let tables = static_octets();
    match tables {
        Some(octets) => println!("static tables: {octets} octets; must be {MOST} at most\n"),
        None => println!("static tables: not counted, as nm is not installed\n"),
    }
    if none && is_light && is_small && writes == 1 && tables.is_none_or(|octets| octets <= MOST) {
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}

/// Prints the allocations of all; returns those of ours.
fn allocations() -> u64 {
    let material = Material::new();
    println!("allocations per field or frame, when warm: must be 0");
    let mut ours = 0;
    for (name, units, mut work) in warm::works(&material) {
        for _ in 0..WARMING {
            work();
        }
        let count = measure(&mut work).count_total;
        println!("{name:<28}{:>8.4}", count as f64 / units as f64);
        if name.starts_with("tress") {
            ours += count;
        }
    }
    ours
}

/// Prints the allocations of a server for a request; returns the most.
fn requests() -> f64 {
    println!("\nallocations per request, server, warm: must be {MOST_A_REQUEST} at most, aim 0");
    let of = |style| {
        let mut rotation = Rotation::new(0);
        rotation.site.style = style;
        for _ in 0..WARMING {
            rotation.turn();
        }
        measure(|| _ = black_box(rotation.turn())).count_total as f64 / TURN as f64
    };
    let (copied, built) = (of(Style::Copied), of(Style::Built));
    let (within, prepared) = (of(Style::Within), of(Style::Prepared));
    println!("tress, a head that is ready is copied  {copied:>8.4}");
    println!("tress, each head is built              {built:>8.4}");
    println!("tress, in the memory of the request    {within:>8.4}");
    println!("tress, a prepared head, likewise       {prepared:>8.4}");
    let recording = Recording::of(10_000);
    let mut replay = h2::replayer(Manner::default());
    let info = measure(|| _ = black_box(replay(&recording)));
    let theirs = info.count_total as f64 / recording.requests as f64;
    println!("h2, a head that is ready is copied     {theirs:>8.4}\n");
    copied.max(built).max(within).max(prepared)
}

/// Prints the allocations of connections that tasks serve, and of their applications, whose part is what
/// their heads and futures take; says whether they are few enough.
fn in_tasks() -> bool {
    let recording = Recording::of(10_000);
    let replayer = Replayer::new(&recording);
    let of = |work: &dyn Fn() -> usize| {
        work();
        measure(|| _ = black_box(work())).count_total as f64 / recording.requests as f64
    };
    let native = of(&|| replayer.native());
    let service = of(&|| replayer.service());
    let hyper = of(&|| replayer.hyper());
    let client = of(&|| tasks::exchange(recording.requests)) - of(&|| tasks::replay(&recording));
    let [most_native, most_service, most_client] = MOST_IN_TASKS;
    println!("allocations per request in tasks, with the application's");
    println!("tress, server                          {native:>8.4}  must {most_native}");
    println!("tress, server of a service             {service:>8.4}  must {most_service}");
    println!("hyper, server of a service             {hyper:>8.4}");
    println!("tress, client                          {client:>8.4}  must {most_client}\n");
    native <= most_native && service <= most_service && client <= most_client
}

/// Prints what a server holds; says whether that is little enough.
fn held() -> bool {
    let idle = Words::default();
    let after = Words::default().requests(1, true);
    let (few, many) = (
        Words::default().requests(1, true).requests(100, false),
        Words::default().requests(1, true).requests(10_100, false),
    );
    let ours = |words: &Words| {
        let mut server = None;
        measure(|| server = Some(memory::tress(words.octets()))).bytes_current as f64
    };
    let theirs = |words: &Words| {
        let octets = words.octets().to_vec().leak();
        let mut serving = None;
        measure(|| serving = Some(memory::h2(octets))).bytes_current as f64
    };
    let line = |name: &str, ours: f64, theirs: f64, goals: &str| {
        println!("{name:<28}{ours:>10.0}{theirs:>10.0}  {goals}");
    };
    println!("octets held by a server           tress        h2");
    let idle = (ours(&idle), theirs(&idle));
    line("connection, idle", idle.0, idle.1, "must 4096, aim 1536");
    let after = (ours(&after), theirs(&after));
    line(
        "the same after a request",
        after.0,
        after.1,
        "must 6144, aim 3072",
    );
    let stream = |of: &dyn Fn(&Words) -> f64| (of(&many) - of(&few)) / 10_000.0;
    let stream = (stream(&ours), stream(&theirs));
    line(
        "one more open stream",
        stream.0,
        stream.1,
        "must 768, aim 410",
    );
    println!();
    let [connection, used, open] = MOST_HELD;
    idle.0 <= connection && after.0 <= used && stream.0 <= open
}

/// The sizes of all that the wire crates keep in this program besides code.
fn static_octets() -> Option<usize> {
    let output = Command::new("nm")
        .args(["--print-size", "--demangle"])
        .arg(env::current_exe().ok()?)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let size = |line: &str| {
        let mut words = line.split_whitespace().skip(1);
        let (size, kind, name) = (words.next()?, words.next()?, words.next()?);
        let ours = name.starts_with("tress_hpack::") || name.starts_with("tress_frame::");
        let data = matches!(kind, "r" | "R" | "d" | "D" | "b" | "B");
        (ours && data).then(|| usize::from_str_radix(size, 16).ok())?
    };
    Some(text.lines().filter_map(size).sum()).filter(|sum| *sum > 0)
}
