//! Which cases there are, and what each of them does.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::io::Write;

use tress_testkit::{Attack, Case, Side, attacks, cases as all};

use crate::args;
use crate::exit::{Failure, Result};

/// The cases and the attacks that the command line asks for.
pub(super) fn chosen(args: &args::Probe) -> Result<(Vec<Case>, Vec<Attack>)> {
    let side = match args.client {
        Some(_) => Side::Client,
        None => Side::Server,
    };
    let (cases, attacks) = (all(side), attacks());
    for name in &args.case {
        let is_attack = attacks.iter().any(|attack| attack.name == name);
        if is_attack && !args.i_may_attack {
            return Err(Failure::usage(format_args!("{name} is an attack"))
                .hint("--i-may-attack says that the server's owner agrees"));
        }
        if !is_attack && !cases.iter().any(|case| case.name == name) {
            return Err(unknown(name));
        }
    }
    let cases = cases.into_iter();
    let cases: Vec<_> = cases
        .filter(|case| is_wanted(args, case.name, case.section))
        .collect();
    let attacks = attacks
        .into_iter()
        .filter(|attack| args.i_may_attack && is_wanted(args, attack.name, attack.section));
    let attacks: Vec<_> = attacks.collect();
    if cases.is_empty() && attacks.is_empty() {
        return Err(
            Failure::usage("there is no such case").hint("tress probe --list says which there are")
        );
    }
    Ok((cases, attacks))
}

/// Says whether only some cases are asked for.
pub(super) fn is_part(args: &args::Probe) -> bool {
    args.section.is_some() || !args.case.is_empty()
}

/// Says whether a case of this name and section is asked for.
fn is_wanted(args: &args::Probe, name: &str, section: &str) -> bool {
    let wanted = args.section.as_deref();
    let is_named = args.case.is_empty() || args.case.iter().any(|wanted| wanted == name);
    is_named && wanted.is_none_or(|wanted| is_within(section, wanted))
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
    let cases = [Side::Server, Side::Client].into_iter().flat_map(all);
    let cases = cases.map(|case| (case.name, case.section, case.about));
    let attacks = attacks().into_iter();
    let attacks = attacks.map(|attack| (attack.name, attack.section, attack.about));
    let mut out = anstream::stdout().lock();
    let mut wanted = cases
        .chain(attacks)
        .filter(|(name, section, _)| is_wanted(args, name, section));
    let written = wanted
        .try_for_each(|(name, section, about)| writeln!(out, "{name:<34} {section:<16} {about}"));
    written
        .and_then(|()| out.flush())
        .map_err(|error| Failure::write("stdout", &error))
}

/// Says what a case or an attack does.
pub(super) fn explain(name: &str) -> Result<()> {
    let mut cases = all(Side::Server).into_iter().chain(all(Side::Client));
    let attack = attacks().into_iter().find(|attack| attack.name == name);
    let text = match (cases.find(|case| case.name == name), attack) {
        (Some(case), _) => of_case(&case),
        (None, Some(attack)) => of_attack(&attack),
        (None, None) => return Err(unknown(name)),
    };
    let mut out = anstream::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::write("stdout", &error))
}

fn of_attack(attack: &Attack) -> String {
    let reads = match attack.reads {
        true => "What comes is read meanwhile.",
        false => "What comes is not read.",
    };
    alloc::format!(
        "{}: attacks a server ({})\n\nWhat is said: {}. {reads}\n\
         What may come of it: it is bounded, slowed or ended; it must not grow, and nobody must die of it.\n",
        attack.name,
        attack.section,
        attack.about,
    )
}

fn of_case(case: &Case) -> String {
    let allowed: Vec<String> = case.allows.iter().map(ToString::to_string).collect();
    let judged = match case.side {
        Side::Server => "a server",
        Side::Client => "a client",
    };
    alloc::format!(
        "{}: judges {judged} by {}\n\nWhat is said: {}.\nWhat may come of it:\n  {}\n",
        case.name,
        case.section,
        case.about,
        allowed.join("\n  ")
    )
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
