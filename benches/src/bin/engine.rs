//! Measures whole connections beside the peers, in turns, and prints medians and ratios.

use std::env;
use std::process::ExitCode;

use tress_benches::engine::rows::{self, EngineRow};
use tress_benches::instructions::Count;
use tress_benches::{atomics, built, instructions, measure, sizes};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match *arguments.as_slice() {
        [] => print(7),
        [instructions::FLAG, row, work] => do_work(row, work),
        [rounds] => rounds.parse().ok().filter(|it| *it > 0).and_then(print),
        _ => None,
    };
    match done {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::FAILURE,
        None => {
            eprintln!("usage: engine [ROUNDS]");
            ExitCode::from(2)
        }
    }
}

/// Does one piece of work, to be counted from outside.
fn do_work(row: &str, work: &str) -> Option<bool> {
    let recording = rows::recording();
    let mut rows = rows::beside_peers(&recording);
    let place: usize = row.parse().ok()?;
    if place >= rows.len() {
        rows.push(rows::open_streams());
        rows.extend(rows::tasks(&recording));
        rows.push(rows::services(&recording));
    }
    let row = rows.get_mut(place)?;
    instructions::work(row.row.work.get_mut(work.parse::<usize>().ok()?)?);
    Some(true)
}

/// Prints the tables; says whether all is as it must be.
fn print(rounds: u32) -> Option<bool> {
    let counted = instructions::is_available();
    println!("{}", built::describe());
    println!(
        "8 request fields, 6 response fields, 100 octets of content; an application of a peer looks at \
         the fields as they come, or keeps the message; ns per request or frame, medians of {rounds} \
         rounds; in brackets the instructions, and the misses of an instruction cache of 32 KiB; ratios \
         to tress with quartiles\n"
    );
    let recording = rows::recording();
    let mut rows = rows::beside_peers(&recording);
    let count = rows.len();
    print_head(&rows::COLUMNS);
    for (place, row) in rows.iter_mut().enumerate() {
        print_row(place, row, rounds, counted);
    }
    print_head(&["10,000 open", "100 open"]);
    print_row(count, &mut rows::open_streams(), rounds, counted);
    print_head(&["tasks"]);
    let mut tasks = rows::tasks(&recording);
    for (place, row) in (count + 1..).zip(&mut tasks) {
        print_row(place, row, rounds, counted);
    }
    print_head(&rows::SERVING);
    let place = count + 1 + tasks.len();
    print_row(place, &mut rows::services(&recording), rounds, counted);
    println!();
    sizes::print();
    print_atomics(count + 1, &tasks)
}

/// Prints the head of a table: who is measured, and the ratios of all others to the first.
fn print_head(columns: &[&str]) {
    let ratios = columns
        .iter()
        .skip(1)
        .map(|name| format!("{name} / {}", columns[0]));
    let names = columns.iter().map(|name| (*name).to_owned());
    let cells: Vec<String> = names.chain(ratios).collect();
    println!("\n| what | {} | must |", cells.join(" | "));
    println!("|---|{}---|", "---:|".repeat(cells.len()));
}

/// The atomic instructions for a request that tasks may take: for the count of who holds a connection,
/// its short lock, and the wakers.
const MOST_ATOMICS: [f64; 2] = [8.0, 26.0];

/// Prints how many atomic instructions the tasks take, where they can be counted; says whether that is
/// few enough.
fn print_atomics(first: usize, rows: &[EngineRow<'_>]) -> Option<bool> {
    let mut is_right = true;
    for ((place, row), most) in (first..).zip(rows).zip(MOST_ATOMICS) {
        let Some(count) = atomics::count(&row.row, place, 0) else {
            println!("atomic instructions: not counted, as valgrind or objdump are missing\n");
            return Some(true);
        };
        is_right &= count <= most;
        println!(
            "atomic instructions per request, {}: {count:.3}, must be {most} at most",
            row.row.name
        );
    }
    println!();
    Some(is_right)
}

/// Measures a row, and prints it.
fn print_row(place: usize, row: &mut EngineRow<'_>, rounds: u32, counted: bool) {
    let times = measure::times(&mut row.row, rounds);
    let mut cells = vec![row.row.name.clone()];
    for (work, ns) in times.medians.iter().enumerate() {
        let count = counted.then(|| instructions::count(&row.row, place, work));
        let count = count.flatten().map(|count| {
            let Count {
                instructions,
                misses,
            } = count;
            format!(" ({instructions:.0}, {misses:.0})")
        });
        cells.push(format!("{ns:.0}{}", count.unwrap_or_default()));
    }
    for [lower, median, upper] in times.ratios {
        cells.push(format!("{median:.2} ({lower:.2}-{upper:.2})"));
    }
    let goal = |(must, aim): &(f64, Option<f64>)| {
        let aim = aim.map(|aim| format!(", aim {aim:.2}"));
        format!("{must:.2}{}", aim.unwrap_or_default())
    };
    let goals: Vec<String> = row.goals.iter().map(goal).collect();
    cells.push(goals.join("; "));
    println!("| {} |", cells.join(" | "));
}
