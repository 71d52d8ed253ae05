//! Attacks: what is said to an endpoint to make it spend more than it costs to say (RFC 9113 §10.5).
//!
//! Each is a beginning and then pieces without end; whoever attacks says how much of it, and sees what
//! it costs the other end. None of them needs anything but what any peer may send.

mod control;
mod fields;
mod slow;
mod streams;

use core::time::Duration;

use crate::cases::Target;

/// One way to make an endpoint spend more than it costs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attack {
    /// What the attack is called: lower case, with hyphens; no two are called the same.
    pub name: &'static str,
    /// The section that warns of it, as `RFC 9113 §10.5`.
    pub section: &'static str,
    /// What is said.
    pub about: &'static str,
    /// Whether what the endpoint says is read meanwhile.
    pub reads: bool,
    /// How long to wait before each piece: nothing, unless the attack is one of slowness.
    pub pause: Duration,
    begins: fn(&Target) -> Vec<u8>,
    goes_on: fn(&Target, u32) -> Vec<u8>,
}

impl Attack {
    /// What is said first, behind the greeting.
    #[must_use]
    pub fn begins(&self, target: &Target) -> Vec<u8> {
        (self.begins)(target)
    }

    /// A piece of what is said then; they are counted from 0, and come in order. An empty one says that
    /// there is nothing left but to wait.
    #[must_use]
    pub fn piece(&self, target: &Target, count: u32) -> Vec<u8> {
        (self.goes_on)(target, count)
    }

    /// The beginning and as many pieces as fit into so many octets.
    #[must_use]
    pub fn octets(&self, target: &Target, most: usize) -> Vec<u8> {
        let mut octets = self.begins(target);
        for count in 0.. {
            let piece = self.piece(target, count);
            if piece.is_empty() || octets.len() + piece.len() > most {
                break;
            }
            octets.extend(piece);
        }
        octets
    }

    const fn new(
        name: &'static str,
        about: &'static str,
        goes_on: fn(&Target, u32) -> Vec<u8>,
    ) -> Self {
        Self {
            name,
            section: "RFC 9113 §10.5",
            about,
            reads: true,
            pause: Duration::ZERO,
            begins: |_| Vec::new(),
            goes_on,
        }
    }

    /// It begins with this.
    const fn beginning(mut self, begins: fn(&Target) -> Vec<u8>) -> Self {
        self.begins = begins;
        self
    }

    /// It is about field sections (RFC 9113 §10.5.1).
    const fn of_fields(mut self) -> Self {
        self.section = "RFC 9113 §10.5.1";
        self
    }

    /// Nothing that comes is read.
    const fn unread(mut self) -> Self {
        self.reads = false;
        self
    }

    /// A piece is said each time this long.
    const fn each(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }
}

/// All attacks on a server.
#[must_use]
pub fn attacks() -> Vec<Attack> {
    let all: [&[Attack]; 4] = [
        &streams::ATTACKS,
        &fields::ATTACKS,
        &control::ATTACKS,
        &slow::ATTACKS,
    ];
    all.into_iter().flatten().copied().collect()
}

/// The stream of a piece that opens one.
fn nth(target: &Target, count: u32) -> u32 {
    target.stream + 2 * count
}
