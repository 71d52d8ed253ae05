//! Holds `tress-hpack` against nghttp2: random lists and the corpus, both ways, field by field.

use std::env;
use std::process::ExitCode;

use tress_benches::corpus;
use tress_benches::differential::{Counts, compare, compare_corpus};
use tress_benches::nghttp2;

fn main() -> ExitCode {
    let lists = env::args().nth(1).map_or(Ok(10_000), |lists| lists.parse());
    let Ok(lists @ 1..) = lists else {
        eprintln!("usage: hpack_differential [LISTS]");
        return ExitCode::from(2);
    };
    let counts = compare(lists);
    println!("{}", sentence(&counts, "random"));
    let references = counts.our_references.min(counts.their_references);
    if references * 100 < 30 * counts.fields || counts.oversized == 0 {
        eprintln!("too few references or large fields to mean anything");
        return ExitCode::FAILURE;
    }
    let counts = compare_corpus(&corpus::sequences());
    println!("{}", sentence(&counts, "corpus"));
    ExitCode::SUCCESS
}

fn sentence(counts: &Counts, which: &str) -> String {
    let percent = |references: usize| 100 * references / counts.fields;
    format!(
        "nghttp2 {} and tress-hpack agree: {} {which} lists each way in {} contexts, {} fields; references: \
         {} % ours, {} % theirs; {} changes of the table size, {} fields larger than the table",
        nghttp2::version(),
        counts.lists,
        counts.contexts,
        counts.fields,
        percent(counts.our_references),
        percent(counts.their_references),
        counts.sizes,
        counts.oversized
    )
}
