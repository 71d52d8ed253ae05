//! Plays a script against a machine.

use alloc::collections::VecDeque;
use core::fmt::Write as _;
use core::panic::Location;

use runtime::Runtime;

use super::step::{Action, Step};
use crate::seen::Seen;
use crate::{PREFACE, Peer, Reader, Side, joined};

/// A machine, which end it is, and how to ask what its application has learned.
#[derive(Debug)]
#[non_exhaustive]
pub struct Subject<M> {
    /// The machine.
    pub machine: M,
    /// Which end it is.
    pub side: Side,
    /// What has happened since the last call, one readable line each.
    pub happenings: fn(&mut M) -> Vec<String>,
}

impl<M: Runtime> Subject<M> {
    /// Takes a machine that is this side.
    #[must_use]
    pub fn new(side: Side, machine: M, happenings: fn(&mut M) -> Vec<String>) -> Self {
        Self {
            machine,
            side,
            happenings,
        }
    }
}

/// Plays a script, feeding what the other end says step by step; returns the machine after it.
///
/// # Panics
///
/// Panics, with everything that was said, at the first step that does not hold, and at the end
/// when the machine has sent frames that the script does not have.
#[track_caller]
pub fn check<M: Runtime>(subject: Subject<M>, script: &[Step<M>]) -> Peer<M> {
    play(subject, script, usize::MAX)
}

/// Plays a script with chunks of 1, 9, 100 and 16,384 octets.
///
/// # Panics
///
/// As [`check`].
#[track_caller]
pub fn check_in_chunks<M: Runtime>(subject: impl Fn() -> Subject<M>, script: &[Step<M>]) {
    for octets in [1, 9, 100, 16_384] {
        play(subject(), script, octets);
    }
}

#[track_caller]
fn play<M: Runtime>(subject: Subject<M>, script: &[Step<M>], chunk: usize) -> Peer<M> {
    let mut stage = Stage {
        side: subject.side,
        happenings: subject.happenings,
        peer: Peer::new(subject.machine).chunks(chunk),
        other: Reader::new(),
        wanted: Reader::new(),
        sent: VecDeque::new(),
        trace: String::new(),
    };
    stage.peer.run();
    stage.listen();
    for (index, step) in script.iter().enumerate() {
        if let Err(fault) = stage.play(&step.action) {
            stage.fail(&format!("step {}", index + 1), step.location, &fault);
        }
    }
    if !stage.sent.is_empty() {
        let fault = format!("the script does not have {:#?}", stage.sent);
        stage.fail("end", Location::caller(), &fault);
    }
    stage.peer
}

/// A script being played.
struct Stage<M> {
    side: Side,
    happenings: fn(&mut M) -> Vec<String>,
    peer: Peer<M>,
    other: Reader,
    wanted: Reader,
    sent: VecDeque<Seen>,
    trace: String,
}

impl<M: Runtime> Stage<M> {
    #[track_caller]
    fn play(&mut self, action: &Action<M>) -> Result<(), String> {
        match action {
            Action::Says(side, octets) if *side == self.side => return self.expect(octets),
            Action::Says(side, octets) => {
                let frames = self.other.read(octets);
                self.note(*side, &frames);
                self.peer.feed(octets);
            }
            Action::SaysLike(what, is_so) => return self.expect_like(what, is_so),
            Action::Rest => self.sent.clear(),
            Action::Eof => {
                self.peer.eof();
            }
            Action::Does(does) => {
                does(&mut self.peer.machine);
                self.peer.run();
            }
            Action::Happens(wanted) => return self.expect_happenings(wanted),
            Action::Tick(now) => {
                self.peer.tick(*now);
            }
            Action::Closed if self.peer.is_closed() => {}
            Action::Closed => return Err("the machine is not closed".to_owned()),
        }
        self.listen();
        Ok(())
    }

    /// Hears what the machine has said.
    fn listen(&mut self) {
        let frames = self.peer.sent();
        self.note(self.side, &frames);
        let sent = self.sent.drain(..).chain(frames).collect();
        self.sent = joined(sent).into();
    }

    fn expect(&mut self, octets: &[u8]) -> Result<(), String> {
        let wanted = joined(self.wanted.read(octets));
        if self.wanted.has_preface() && !self.peer.reader().has_preface() {
            return Err("the preface is missing".to_owned());
        }
        if wanted.is_empty() && octets != PREFACE {
            return Err("there is no whole frame to expect".to_owned());
        }
        for frame in wanted {
            let sent = self.next(&format!("{frame:?}"))?;
            if !sent.means(&frame) {
                return Err(format!("wanted {frame:?}\n  but got {sent:?}"));
            }
        }
        Ok(())
    }

    fn expect_like(&mut self, what: &str, is_so: &dyn Fn(&Seen) -> bool) -> Result<(), String> {
        let sent = self.next(what)?;
        match is_so(&sent) {
            true => Ok(()),
            false => Err(format!("wanted {what}\n  but got {sent:?}")),
        }
    }

    fn next(&mut self, what: &str) -> Result<Seen, String> {
        let sent = self.sent.pop_front();
        sent.ok_or_else(|| format!("wanted {what}\n  but nothing more was sent"))
    }

    fn expect_happenings(&mut self, wanted: &[String]) -> Result<(), String> {
        let happened = (self.happenings)(&mut self.peer.machine);
        if happened == wanted {
            return Ok(());
        }
        Err(format!(
            "wanted to happen: {wanted:#?}\n  but it was: {happened:#?}"
        ))
    }

    fn note(&mut self, side: Side, frames: &[Seen]) {
        for frame in frames {
            let _ = writeln!(self.trace, "  {side:?}: {frame:?}");
        }
    }

    #[track_caller]
    fn fail(&self, step: &str, location: &Location<'_>, fault: &str) -> ! {
        panic!("{step} ({location}): {fault}\nso far:\n{}", self.trace);
    }
}
