//! Classes of disagreement: what is left when identifiers and octets are taken away.

use core::fmt;
use std::collections::BTreeSet;

use tress_testkit::{Side, code, kind};

use super::conversation::{ID, Step};
use super::outcome::{Outcome, Parts, Reaction};

/// What stands for no rule, and for no reason.
pub const NONE: &str = "-";

/// One kind of disagreement, as a row of the table says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// The end that was tried.
    pub role: &'static str,
    /// The frame at which it came up.
    pub frame: String,
    /// Where its stream stood.
    pub state: &'static str,
    /// What we made of it.
    pub ours: String,
    /// The rule of ours that it broke, in our words; `-` for none.
    pub rule: String,
    /// What nghttp2 made of it.
    pub theirs: String,
    /// What nghttp2 found wrong, in its words; `-` for nothing.
    pub reason: String,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            role,
            frame,
            state,
            ours,
            rule,
            theirs,
            reason,
        } = self;
        write!(
            f,
            "{role}\t{frame}\t{state}\t{ours}\t{rule}\t{theirs}\t{reason}"
        )
    }
}

impl Class {
    /// Says whether both ends made the same of it: an error, in this case.
    pub fn is_same(&self) -> bool {
        self.ours == self.theirs && !self.ours.starts_with("accept")
    }
}

/// Compares what came of a step; returns the class if it is an error or not the same.
pub fn compare(
    side: Side,
    step: &Step,
    state: &'static str,
    ours: &Outcome,
    theirs: &Outcome,
) -> Option<Class> {
    let is_same = ours.reaction == theirs.reaction;
    let differing = match is_same && !ours.is_over() && !step.is_broken {
        true => differences(ours, theirs),
        false => None,
    };
    if is_same && differing.is_none() && ours.reaction == Reaction::Accept {
        return None;
    }
    let (a, b) = differing.unwrap_or_else(|| (reaction(ours, step), reaction(theirs, step)));
    let or_dash = |text: &str| match text {
        "" => NONE.to_owned(),
        text => text.to_owned(),
    };
    Some(Class {
        role: match side {
            Side::Server => "server",
            Side::Client => "client",
        },
        frame: frame(step),
        state,
        ours: a,
        rule: or_dash(&ours.reason),
        theirs: b,
        reason: or_dash(&theirs.reason),
    })
}

/// The name of what was fed.
fn frame(step: &Step) -> String {
    let Some(first) = step.frames.first() else {
        return match step.is_broken {
            true => "incomplete",
            false => "preface",
        }
        .to_owned();
    };
    let name = kind::name(first.kind);
    match step.frames.as_slice() {
        [.., last] if step.is_interrupted() => format!("{name} then {}", kind::name(last.kind)),
        _ if step.is_in_block() => format!("{name} without end"),
        _ => name.to_owned(),
    }
}

/// An error in words: its scope and its code.
fn reaction(outcome: &Outcome, step: &Step) -> String {
    match &outcome.reaction {
        Reaction::Accept if outcome.is_closed => "close".to_owned(),
        Reaction::Accept => "accept".to_owned(),
        Reaction::Connection(None) => "connection, no GOAWAY".to_owned(),
        Reaction::Connection(Some(code)) => format!("connection {}", code::name(*code)),
        Reaction::Streams(resets) => {
            let words: BTreeSet<String> = resets
                .iter()
                .map(|(stream, code)| format!("{} {}", whose(*stream, step), code::name(*code)))
                .collect();
            words.into_iter().collect::<Vec<_>>().join(", ")
        }
    }
}

fn whose(stream: u32, step: &Step) -> &'static str {
    match step.frames.first() {
        Some(first) if first.stream & ID == stream => "stream",
        Some(first) if first.promised().map(|id| id & ID) == Some(stream) => "promised stream",
        _ => "other stream",
    }
}

/// What was answered or delivered by one end only, or otherwise; none if it is the same.
fn differences(ours: &Outcome, theirs: &Outcome) -> Option<(String, String)> {
    let resets = ours.resets();
    let (mut a, mut b) = (BTreeSet::new(), BTreeSet::new());
    for (words, own, other) in [(&mut a, ours, theirs), (&mut b, theirs, ours)] {
        for reply in own
            .replies
            .iter()
            .filter(|reply| !other.replies.contains(reply))
        {
            words.insert(format!("answers {}", kind::name(reply.0)));
        }
        for (stream, parts) in &own.delivered {
            if !resets.contains(stream) {
                let others = other.delivered.get(stream);
                differing(words, parts, others.unwrap_or(&Parts::default()));
            }
        }
    }
    let say = |words: &BTreeSet<String>| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] => "accept".to_owned(),
            words => format!("accept: {}", words.join(", ")),
        }
    };
    (!a.is_empty() || !b.is_empty()).then(|| (say(&a), say(&b)))
}

/// The words for what one end delivered of a stream and the other did not.
fn differing(words: &mut BTreeSet<String>, own: &Parts, other: &Parts) {
    let mut note = |is_so: bool, word: &str| {
        if is_so {
            words.insert(word.to_owned());
        }
    };
    note(own.sections.len() > other.sections.len(), "fields");
    note(
        own.sections.len() == other.sections.len() && own.sections != other.sections,
        "other fields",
    );
    note(own.content > other.content, "content");
    note(own.is_ended && !other.is_ended, "end");
    let finished = own.finished != other.finished;
    note(finished && own.finished == Some(true), "finished");
    note(finished && own.finished == Some(false), "failed");
}
