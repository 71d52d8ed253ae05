//! Plays a conversation to both ends, step by step, until they part.

use super::class::{self, Class, NONE};
use super::conversation::{Conversation, Setup};
use super::ours::Ours;
use super::outcome::{Outcome, Reaction};
use super::situation::Streams;
use super::theirs::Theirs;

/// What came of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// The steps that both ends were fed.
    pub steps: usize,
    /// Steps that both accepted.
    pub accepted: usize,
    /// Steps at which both reset the same streams, with the same codes.
    pub resets: usize,
    /// Both ended the connection, with the same code.
    pub ended: bool,
    /// They made not the same of some step.
    pub parted: bool,
    /// Where there was an error, or they do not agree.
    pub classes: Vec<Class>,
}

/// Plays a conversation.
pub fn play(conversation: &Conversation) -> Played {
    play_with(conversation, |_| {})
}

/// Plays a conversation with a fault in what our end does, as far as the comparison sees it.
pub(super) fn play_with(conversation: &Conversation, fault: impl Fn(&mut Outcome)) -> Played {
    let mut ours = Ours::new(&conversation.setup, false);
    let begun = ours.begin();
    let mut theirs = Theirs::new(&conversation.setup, &begun);
    let mut streams = Streams::new(conversation.setup.side);
    streams.send(&begun);
    let mut played = Played::default();
    for (place, step) in conversation.steps().iter().enumerate() {
        let octets = step.octets();
        let state = streams.word(step);
        let (mut ours_made, sent) = ours.feed(&octets);
        fault(&mut ours_made);
        let theirs_made = theirs.feed(&octets);
        played.steps += 1;
        let side = conversation.setup.side;
        let mut class = class::compare(side, step, state, &ours_made, &theirs_made);
        if let Some(class) = class.as_mut().filter(|class| class.rule == NONE) {
            class.rule = rule(conversation, place);
        }
        let is_same = class.as_ref().is_none_or(Class::is_same);
        let goes_on = is_same || same_scope(&ours_made, &theirs_made);
        match &ours_made.reaction {
            _ if !is_same => played.parted = true,
            Reaction::Accept => played.accepted += 1,
            Reaction::Streams(_) => played.resets += 1,
            Reaction::Connection(_) => played.ended = true,
        }
        played.classes.extend(class);
        if !goes_on || ours_made.is_over() || ours.is_over() {
            break;
        }
        streams.receive(step);
        streams.send(&sent);
    }
    played
}

/// Says whether both ends stand where they stood, although their codes differ.
fn same_scope(ours: &Outcome, theirs: &Outcome) -> bool {
    matches!(ours.reaction, Reaction::Streams(_)) && ours.resets() == theirs.resets()
}

/// The rule that a request breaks which our server refused without telling its application, if it
/// is that.
fn rule(conversation: &Conversation, place: usize) -> String {
    let setup: &Setup = &conversation.setup;
    let mut ours = Ours::new(setup, true);
    ours.begin();
    let mut reason = String::new();
    for step in conversation.steps().iter().take(place + 1) {
        reason = ours.feed(&step.octets()).0.reason;
    }
    match reason.is_empty() {
        true => NONE.to_owned(),
        false => reason,
    }
}
