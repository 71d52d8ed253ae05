//! What came of the cases, for people or for programs.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::io::{self, Write};

use serde_json::json;
use tress_testkit::{Seen, Verdict};

use super::Judged;
use super::endpoint::Endpoint;
use crate::exit::{Failure, Result};
use crate::talk;

/// The version of the JSON.
const SCHEMA: &str = "tress-probe-1";

/// What came of the cases so far.
pub(super) struct Report {
    is_json: bool,
    judged: Vec<Judged>,
}

impl Report {
    pub(super) const fn new(is_json: bool) -> Self {
        Self {
            is_json,
            judged: Vec::new(),
        }
    }

    /// Adds what came of a case, and says it.
    pub(super) fn add(&mut self, judged: Judged) -> Result<()> {
        let mut out = anstream::stdout().lock();
        let written = match self.is_json {
            true => writeln!(out, "{}", in_json(&judged)),
            false => for_people(&mut out, &judged),
        };
        self.judged.push(judged);
        let flushed = written.and_then(|()| out.flush());
        flushed.map_err(|error| Failure::write("stdout", &error))
    }

    pub(super) fn judged(&self) -> &[Judged] {
        &self.judged
    }

    /// Says how many passed, and fails if one did not.
    pub(super) fn finish(&self) -> Result<()> {
        if self.judged.is_empty() {
            return Ok(());
        }
        let count = |is_it: fn(&Verdict) -> bool| {
            let judged = self.judged.iter();
            judged.filter(|judged| is_it(&judged.verdict)).count()
        };
        let passed = count(|verdict| matches!(verdict, Verdict::Passed));
        let failed = count(|verdict| matches!(verdict, Verdict::Failed(_)));
        let undecided = self.judged.len() - passed - failed;
        let line = alloc::format!("{passed} passed, {failed} failed, {undecided} not decided");
        if failed > 0 {
            return Err(Failure::judged(line));
        }
        talk::say(line);
        Ok(())
    }
}

/// Says what an endpoint is.
pub(super) fn about(endpoint: &Endpoint, is_json: bool) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let written = match is_json {
        true => writeln!(out, "{}", endpoint.object()),
        false => endpoint.lines().iter().try_for_each(|(name, value)| {
            let style = talk::STRONG;
            writeln!(out, "{style}{name:<24}{style:#} {value}")
        }),
    };
    let flushed = written.and_then(|()| out.flush());
    flushed.map_err(|error| Failure::write("stdout", &error))
}

/// The word for a verdict.
pub(super) const fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed(_) => "failed",
        _ => "undecided",
    }
}

/// What is said of a verdict besides the word.
pub(super) fn reason(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Failed(what) | Verdict::Undecided(what) => what,
        _ => "",
    }
}

fn for_people(out: &mut dyn Write, judged: &Judged) -> io::Result<()> {
    let case = &judged.case;
    let (mark, style) = match judged.verdict {
        Verdict::Passed => ("ok", talk::FAINT),
        Verdict::Failed(_) => ("FAILED", talk::ERROR),
        _ => ("not decided", talk::HINT),
    };
    writeln!(
        out,
        "{style}{mark:<11}{style:#} {:<34} {:<16} {}",
        case.name, case.section, case.about
    )?;
    if judged.verdict == Verdict::Passed {
        return Ok(());
    }
    let allowed: Vec<String> = case.allows.iter().map(ToString::to_string).collect();
    writeln!(out, "            came:    {}", reason(&judged.verdict))?;
    writeln!(out, "            allowed: {}", allowed.join("; or "))?;
    for frame in &judged.seen {
        writeln!(out, "            heard:   {frame:?}")?;
    }
    Ok(())
}

/// Octets as hexadecimal digits.
fn hex(octets: &[u8]) -> String {
    octets
        .iter()
        .map(|octet| alloc::format!("{octet:02x}"))
        .collect()
}

fn in_json(judged: &Judged) -> String {
    let lines = |frames: &[Seen]| -> Vec<String> {
        frames
            .iter()
            .map(|frame| alloc::format!("{frame:?}"))
            .collect()
    };
    let object = json!({
        "schema": SCHEMA,
        "case": judged.case.name,
        "section": judged.case.section,
        "verdict": word(&judged.verdict),
        "reason": reason(&judged.verdict),
        "sent": hex(&judged.sent),
        "seen": lines(&judged.seen),
    });
    object.to_string()
}
