//! `cargo xtask rfc`: which sections the sources cite, which they should, and who holds each rule.
//!
//! `data/sections.tsv` lists the sections of the RFCs, and in how many sentences each says MUST.

mod ledger;
mod test_names;

use alloc::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::citation::{self, Citation};
use crate::repo::{self, Source};
use crate::{Failure, Outcome};

const LIST: &str = "xtask/data/sections.tsv";

/// The sections of each RFC, in order, with the number of their MUSTs.
type Sections = BTreeMap<u32, Vec<(String, u32)>>;

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some(argument) = arguments.first() {
        return Err(Failure::Usage(format!("`{argument}` means nothing here")));
    }
    let root = repo::root();
    let list = fs::read_to_string(root.join(LIST)).map_err(|error| format!("{LIST}: {error}"))?;
    let sections = parse(&list);
    let sources = repo::sources(&root).map_err(|error| error.to_string())?;
    let cited = cited(&sources);
    let mut wrong = unknown(&cited, &sections);
    print_uncited(&cited, &sections);
    print_untested(&sources, &sections);
    wrong.extend(ledger::check(&root, &sources)?);
    if wrong.is_empty() {
        println!("rfc: {} sections are cited, all of them exist", cited.len());
        println!("rfc: each rule has its row in {}", ledger::LEDGER);
        return Ok(());
    }
    Err(wrong.join("\n").into())
}

fn parse(list: &str) -> Sections {
    let mut sections = Sections::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let rfc = columns.next().and_then(|rfc| rfc.parse().ok());
        let section = columns.next();
        let musts = columns.next().and_then(|musts| musts.parse().ok());
        if let (Some(rfc), Some(section)) = (rfc, section) {
            let its = sections.entry(rfc).or_default();
            its.push((section.to_owned(), musts.unwrap_or(0)));
        }
    }
    sections
}

/// Each cited section, and the first place that cites it.
fn cited(sources: &[Source]) -> BTreeMap<(u32, String), String> {
    let mut cited = BTreeMap::new();
    for source in sources
        .iter()
        .filter(|source| !source.path.starts_with("xtask/src"))
    {
        for (number, line) in (1..).zip(source.text.lines()) {
            for citation in citation::in_line(line) {
                if let Citation::Proper { rfc, section } = citation {
                    let place = || format!("{}:{number}", source.path);
                    cited.entry((rfc, section)).or_insert_with(place);
                }
            }
        }
    }
    cited
}

/// Citations of sections that no list has.
fn unknown(cited: &BTreeMap<(u32, String), String>, sections: &Sections) -> Vec<String> {
    let wrong = cited.iter().filter(|((rfc, section), _)| {
        let its = sections.get(rfc);
        !its.is_some_and(|its| its.iter().any(|(known, _)| known == section))
    });
    let lines = wrong.map(|((rfc, section), place)| {
        format!("{place}: RFC {rfc} \u{a7}{section} is not in {LIST}")
    });
    lines.collect()
}

/// Prints the sections with a MUST that nothing cites.
fn print_uncited(cited: &BTreeMap<(u32, String), String>, sections: &Sections) {
    for (rfc, its) in sections {
        let uncited = its
            .iter()
            .filter(|(section, musts)| *musts > 0 && !cited.contains_key(&(*rfc, section.clone())));
        let uncited: Vec<&str> = uncited.map(|(section, _)| section.as_str()).collect();
        if !uncited.is_empty() {
            println!(
                "RFC {rfc}: sections with a MUST, never cited: {}",
                uncited.join(", ")
            );
        }
    }
}

/// Prints the sections of RFC 9113 with a MUST that no `section_*.rs` is named after.
fn print_untested(sources: &[Source], sections: &Sections) {
    let tested: BTreeSet<String> = sources.iter().filter_map(section_of).collect();
    let Some(its) = sections.get(&9113) else {
        return;
    };
    let untested = its.iter().filter(|(section, musts)| {
        *musts > 0 && !tested.iter().any(|tested| covers(tested, section))
    });
    let untested: Vec<&str> = untested.map(|(section, _)| section.as_str()).collect();
    if !untested.is_empty() {
        println!(
            "RFC 9113: sections with a MUST, without a test module: {}",
            untested.join(", ")
        );
    }
}

/// The section that a test module is named after: `section_6_9.rs` gives `6.9`.
fn section_of(source: &Source) -> Option<String> {
    let (_, name) = source.path.split_once("/tests/it/section_")?;
    let number = name.strip_suffix(".rs")?;
    Some(number.replace('_', "."))
}

/// A module covers its section and those below it.
fn covers(tested: &str, section: &str) -> bool {
    let below = section.strip_prefix(tested);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{cited, covers, parse, section_of, unknown};
    use crate::repo::Source;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_citation_of_a_missing_section_is_told_with_its_place() {
        let sections = parse("# rfc\tsection\tmusts\n9113\t6.9\t3\n");
        let text =
            "// RFC 9113 \u{a7}6.9: yes.\n// RFC 9113 \u{a7}6.99: no.\n// RFC 1 \u{a7}2: no.\n";
        let wrong = unknown(&cited(&[source("a.rs", text)]), &sections);
        assert_eq!(
            wrong,
            [
                "a.rs:3: RFC 1 \u{a7}2 is not in xtask/data/sections.tsv",
                "a.rs:2: RFC 9113 \u{a7}6.99 is not in xtask/data/sections.tsv",
            ]
        );
    }

    #[test]
    fn a_test_module_covers_its_section_and_those_below() {
        let module = source("crates/proto/tests/it/section_6_9.rs", "");
        assert_eq!(section_of(&module).as_deref(), Some("6.9"));
        assert!(covers("6.9", "6.9.1") && covers("6.9", "6.9"));
        assert!(!covers("6.9", "6.90") && !covers("6.9.1", "6.9"));
    }
}
