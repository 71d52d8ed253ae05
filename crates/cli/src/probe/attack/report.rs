//! How a server stood the attacks, for people or for programs.

use alloc::string::String;
use alloc::vec::Vec;
use std::io::{self, Write};

use serde_json::json;

use super::attacked::Attacked;
use super::verdict::Verdict;
use crate::exit::{Failure, Result};
use crate::talk;

/// The version of the JSON.
const SCHEMA: &str = "tress-attack-1";

/// All verdicts, in the order in which they are counted.
const VERDICTS: [Verdict; 6] = [
    Verdict::Bounded,
    Verdict::Slowed,
    Verdict::Ended,
    Verdict::Grows,
    Verdict::Dies,
    Verdict::Undecided,
];

/// How a server stood the attacks so far.
pub(in crate::probe) struct Report {
    is_json: bool,
    attacked: Vec<Attacked>,
}

impl Report {
    pub(in crate::probe) const fn new(is_json: bool) -> Self {
        Self {
            is_json,
            attacked: Vec::new(),
        }
    }

    /// Adds what came of an attack, and says it.
    pub(in crate::probe) fn add(&mut self, attacked: Attacked) -> Result<()> {
        let mut out = anstream::stdout().lock();
        let written = match self.is_json {
            true => writeln!(out, "{}", in_json(&attacked)),
            false => for_people(&mut out, &attacked),
        };
        self.attacked.push(attacked);
        let flushed = written.and_then(|()| out.flush());
        flushed.map_err(|error| Failure::write("stdout", &error))
    }

    pub(in crate::probe) fn attacked(&self) -> &[Attacked] {
        &self.attacked
    }

    /// Says how many attacks came to what, and fails if one was not stood.
    pub(in crate::probe) fn finish(&self) -> Result<()> {
        if self.attacked.is_empty() {
            return Ok(());
        }
        let counts: Vec<String> = VERDICTS
            .iter()
            .map(|verdict| {
                let same = self.attacked.iter().filter(|one| one.verdict == *verdict);
                alloc::format!("{} {}", same.count(), verdict.word())
            })
            .collect();
        let line = alloc::format!("{} attacks: {}", self.attacked.len(), counts.join(", "));
        if self.attacked.iter().any(|one| one.verdict.is_failure()) {
            return Err(Failure::judged(line));
        }
        talk::say(line);
        Ok(())
    }
}

fn for_people(out: &mut dyn Write, attacked: &Attacked) -> io::Result<()> {
    let (attack, verdict) = (&attacked.attack, &attacked.verdict);
    let style = match verdict {
        Verdict::Grows | Verdict::Dies => talk::ERROR,
        Verdict::Undecided => talk::HINT,
        _ => talk::FAINT,
    };
    writeln!(
        out,
        "{style}{:<11}{style:#} {:<34} {:<16} {}",
        verdict.word(),
        attack.name,
        attack.section,
        attack.about
    )?;
    let reason = verdict.reason(&attacked.figures);
    if !reason.is_empty() {
        writeln!(out, "            {reason}")?;
    }
    writeln!(out, "            {}", attacked.figures.line())
}

fn in_json(attacked: &Attacked) -> String {
    let object = json!({
        "schema": SCHEMA,
        "attack": attacked.attack.name,
        "section": attacked.attack.section,
        "verdict": attacked.verdict.word(),
        "reason": attacked.verdict.reason(&attacked.figures),
        "figures": attacked.figures.object(),
    });
    alloc::format!("{object}")
}
