//! Holds `tress-proto` against nghttp2: the same conversations to both, as servers and as clients.

use std::env;
use std::process::ExitCode;

use tress_benches::connection_differential::report::Report;
use tress_benches::connection_differential::table;
use tress_benches::nghttp2;

fn main() -> ExitCode {
    let arguments: Vec<u64> = env::args()
        .skip(1)
        .map_while(|it| it.parse().ok())
        .collect();
    let (count, first) = match (arguments.as_slice(), env::args().count()) {
        ([], 1) => (10_000, 0),
        ([count], 2) if *count > 0 => (*count, 0),
        ([count, first], 3) if *count > 0 => (*count, *first),
        _ => {
            eprintln!("usage: connection_differential [CONVERSATIONS [FIRST_SEED]]");
            return ExitCode::from(2);
        }
    };
    let rows = match table::parse(table::TEXT) {
        Ok(rows) => rows,
        Err(error) => {
            eprintln!("the table of classes: {error}");
            return ExitCode::FAILURE;
        }
    };
    let report = Report::of(first..first.saturating_add(count));
    let mut counts = report.counts(&rows);
    counts.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    for (row, count) in counts {
        println!("{count:>9}  {:<6} {}", row.right, row.name());
    }
    let unknown = report.unknown(&rows);
    print!("{unknown}");
    println!("{}", sentence(&report));
    if unknown.is_empty() {
        ExitCode::SUCCESS
    } else {
        eprintln!("a class of disagreement is not in the table");
        ExitCode::FAILURE
    }
}

fn sentence(report: &Report) -> String {
    format!(
        "nghttp2 {} and tress-proto: {} conversations, {} of them the same; of {} steps {} accepted and {} \
         with the same resets, {} connections ended the same; {} disagreements and common errors in {} classes",
        nghttp2::version(),
        report.conversations,
        report.same,
        report.steps,
        report.accepted,
        report.resets,
        report.ended,
        report.classes.values().map(|(count, _)| count).sum::<u64>(),
        report.classes.len()
    )
}
