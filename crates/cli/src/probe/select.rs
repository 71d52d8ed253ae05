//! Which cases there are, and what each of them does.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::io::{self, Write};

use tress_testkit::{Case, Side, cases as all};

use crate::args;
use crate::exit::{Failure, Result};

/// The cases that the command line asks for.
pub(super) fn cases(args: &args::Probe) -> Result<Vec<Case>> {
    let side = match args.client {
        Some(_) => Side::Client,
        None => Side::Server,
    };
    let cases = all(side);
    for name in &args.case {
        if !cases.iter().any(|case| case.name == name) {
            return Err(unknown(name));
        }
    }
    let is_wanted = |case: &Case| {
        let section = args.section.as_deref();
        let is_named = args.case.is_empty() || args.case.iter().any(|name| name == case.name);
        is_named && section.is_none_or(|section| is_within(case.section, section))
    };
    let cases: Vec<_> = cases.into_iter().filter(is_wanted).collect();
    if cases.is_empty() {
        return Err(
            Failure::usage("there is no such case").hint("tress probe --list says which there are")
        );
    }
    Ok(cases)
}

/// Says whether a section is this one or below it.
fn is_within(section: &str, outer: &str) -> bool {
    match section.strip_prefix(outer) {
        Some(rest) => rest.is_empty() || rest.starts_with(['.', ' ']),
        None => false,
    }
}

fn unknown(name: &str) -> Failure {
    Failure::usage(format_args!("there is no case {name:?}"))
        .hint("tress probe --list says which there are")
}

/// Says which cases there are.
pub(super) fn list(args: &args::Probe) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let mut write = || -> io::Result<()> {
        for side in [Side::Server, Side::Client] {
            for case in all(side) {
                let section = args.section.as_deref();
                if section.is_none_or(|section| is_within(case.section, section)) {
                    writeln!(out, "{:<34} {:<16} {}", case.name, case.section, case.about)?;
                }
            }
        }
        out.flush()
    };
    write().map_err(|error| Failure::write("stdout", &error))
}

/// Says what a case does.
pub(super) fn explain(name: &str) -> Result<()> {
    let mut cases = all(Side::Server).into_iter().chain(all(Side::Client));
    let case = cases
        .find(|case| case.name == name)
        .ok_or_else(|| unknown(name))?;
    let allowed: Vec<String> = case.allows.iter().map(ToString::to_string).collect();
    let judged = match case.side {
        Side::Server => "a server",
        Side::Client => "a client",
    };
    let text = alloc::format!(
        "{}: judges {judged} by {}\n\nWhat is said: {}.\nWhat may come of it:\n  {}\n",
        case.name,
        case.section,
        case.about,
        allowed.join("\n  ")
    );
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::write("stdout", &error))
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn a_section_has_those_below_it_and_not_its_neighbors() {
        for section in ["RFC 9113 §6.5", "RFC 9113 §6.5.2"] {
            assert!(is_within(section, "RFC 9113 §6.5"), "{section}");
        }
        assert!(is_within("RFC 9113 §6.5", "RFC 9113"));
        assert!(!is_within("RFC 9113 §6.10", "RFC 9113 §6.1"));
        assert!(!is_within("RFC 9113 §6", "RFC 9113 §6.5"));
    }
}
