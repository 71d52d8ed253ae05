//! The more urgent first, and nobody never (RFC 9218 §10).
//!
//! Streams of the same urgency form a class. In a class, those that want to be served whole stand in
//! the order of their identifiers, and only the first of them sends; all others send in turn.

use alloc::boxed::Box;

use crate::stream::{Key, Links, List, Name, Stream};

/// Among so many frames of content, one is of a stream that is less urgent, if there is any.
///
/// Choice: RFC 9218 §10 warns of starvation and leaves the remedy open. A sixteenth costs the urgent
/// little, and is enough to keep a download, or a tunnel, alive.
const SHARE: u8 = 16;

/// A response that is to be served whole is, up to so many octets; then it takes turns.
///
/// Choice: RFC 9218 §10 has such responses served one by one. One without an end would starve the
/// next ones, and whoever waits for the end of so long a one does not mind a second.
const WHOLE: u64 = 16 * 1024 * 1024;

/// The urgency where nobody says anything (RFC 9218 §4.1).
const ORDINARY: u8 = 3;

/// Where a stream stands among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rank {
    urgency: u8,
    is_whole: bool,
}

impl Rank {
    pub(super) fn of(stream: &Stream) -> Self {
        // Choice: RFC 9218 §4.2 takes the absence of the parameter for the wish to be served
        // whole. Clients that do not know these priorities are silent and expect to be served in
        // turn, as ever.
        //
        // RFC 9218 §10.1: tunnels always get some of the bandwidth.
        let is_whole = stream.priority().is_whole() && !stream.is_tunnel();
        Self {
            urgency: stream.priority().priority().urgency(),
            is_whole: is_whole && stream.sent_octets() < WHOLE,
        }
    }

    pub(super) const fn number(self) -> u8 {
        2 * self.urgency + self.is_whole as u8
    }

    pub(super) const fn of_number(number: u8) -> Self {
        Self {
            urgency: number / 2,
            is_whole: number % 2 == 1,
        }
    }
}

impl Default for Rank {
    /// The rank of all where nobody says anything.
    fn default() -> Self {
        Self {
            urgency: ORDINARY,
            is_whole: false,
        }
    }
}

/// The streams that can send.
#[derive(Debug)]
pub(super) struct Ready {
    /// The streams of the urgency of those of which nobody says anything.
    ordinary: Class,
    /// Those of all others, where there were any.
    others: Option<Box<[Class; 8]>>,
    /// A bit for each class in which a stream waits.
    waiting: u8,
    /// The turn that was given last, until it is used.
    turn: Option<Turn>,
    /// The frames that have left since a stream behind the most urgent ones had its share.
    frames: u8,
    /// The urgency that had it.
    shared: u8,
}

/// A turn, which counts only when content is sent: a stream that finds no window does not use up the
/// share of those that wait.
#[derive(Clone, Copy, Debug)]
struct Turn {
    rank: Rank,
    /// It was not for the most urgent.
    is_share: bool,
}

/// The streams of one urgency.
#[derive(Debug)]
struct Class {
    /// Those that want to be served whole, by identifier.
    whole: List,
    in_turn: List,
    /// Who sent last.
    was_whole: bool,
}

impl Ready {
    pub(super) fn new() -> Self {
        Self {
            ordinary: Class::new(ORDINARY),
            others: None,
            waiting: 0,
            turn: None,
            frames: 0,
            shared: 0,
        }
    }

    /// Adds a stream, unless it is somewhere already.
    pub(super) fn push(&mut self, links: &mut Links, key: Key, rank: Rank) {
        let Some(class) = self.class_mut(rank.urgency) else {
            return;
        };
        match rank.is_whole {
            true => class.whole.insert_by_id(links, key),
            false => class.in_turn.push_back(links, key),
        }
        let is_any = !class.is_empty();
        self.note(rank.urgency, is_any);
    }

    /// Says whether a stream waits.
    pub(super) const fn is_any(&self) -> bool {
        self.waiting != 0
    }

    /// Takes the stream whose turn it is.
    pub(super) fn next(&mut self, links: &mut Links) -> Option<Key> {
        self.turn = self.pick();
        let rank = self.turn?.rank;
        let class = self.class_mut(rank.urgency)?;
        let key = class.list_mut(rank).pop_front(links);
        let is_any = !class.is_empty();
        self.note(rank.urgency, is_any);
        key
    }

    /// Takes note that content was sent in the turn that was given last.
    pub(super) fn charge(&mut self) {
        let Some(Turn { rank, is_share }) = self.turn.take() else {
            return;
        };
        if let Some(class) = self.class_mut(rank.urgency) {
            class.was_whole = rank.is_whole;
        }
        if is_share {
            (self.frames, self.shared) = (0, rank.urgency);
        } else if self.behind(rank.urgency).is_some() {
            self.frames = self.frames.saturating_add(1);
        } else {
            self.frames = 0;
        }
    }

    /// Takes a stream out of the list of that number.
    pub(super) fn remove(&mut self, links: &mut Links, key: Key, number: u8) {
        let rank = Rank::of_number(number);
        if let Some(class) = self.class_mut(rank.urgency) {
            class.list_mut(rank).remove(links, key);
            let is_any = !class.is_empty();
            self.note(rank.urgency, is_any);
        }
    }

    /// Takes note of whether a stream waits in a class whose lists have changed.
    const fn note(&mut self, urgency: u8, is_any: bool) {
        self.waiting = self.waiting & !(1 << urgency) | (is_any as u8) << urgency;
    }

    fn pick(&self) -> Option<Turn> {
        let most = first(self.waiting)?;
        let share = match self.frames {
            frames if frames + 1 >= SHARE => self.behind(most),
            _ => None,
        };
        let urgency = share.unwrap_or(most);
        let rank = self.class(urgency)?.pick(urgency);
        let is_share = share.is_some();
        Some(Turn { rank, is_share })
    }

    /// Which of those behind an urgency is to have its share: all of them in turn.
    fn behind(&self, first_urgency: u8) -> Option<u8> {
        let behind = self.waiting & above(first_urgency);
        first(behind & above(self.shared)).or_else(|| first(behind))
    }

    #[inline]
    fn class(&self, urgency: u8) -> Option<&Class> {
        match urgency {
            ORDINARY => Some(&self.ordinary),
            _ => self.others.as_ref()?.get(usize::from(urgency)),
        }
    }

    #[inline]
    fn class_mut(&mut self, urgency: u8) -> Option<&mut Class> {
        match urgency {
            ORDINARY => Some(&mut self.ordinary),
            _ => self.other_mut(urgency),
        }
    }

    /// Apart from the ordinary one, which is the way of most.
    #[inline(never)]
    fn other_mut(&mut self, urgency: u8) -> Option<&mut Class> {
        let make = || Box::new([0, 1, 2, 3, 4, 5, 6, 7].map(Class::new));
        let others = self.others.get_or_insert_with(make);
        others.get_mut(usize::from(urgency))
    }

    /// Gives back the memory that only streams of other urgencies need, if none waits.
    pub(super) fn rest(&mut self) {
        if !self.is_any() {
            self.others = None;
        }
    }
}

/// The bits of all urgencies behind this one.
const fn above(urgency: u8) -> u8 {
    match urgency {
        0..=6 => u8::MAX << (urgency + 1),
        _ => 0,
    }
}

/// The most urgent of these bits.
fn first(bits: u8) -> Option<u8> {
    let urgency = u8::try_from(bits.trailing_zeros()).ok()?;
    (bits != 0).then_some(urgency)
}

impl Class {
    const fn new(urgency: u8) -> Self {
        let in_turn = Rank {
            urgency,
            is_whole: false,
        };
        let whole = Rank {
            urgency,
            is_whole: true,
        };
        Self {
            whole: List::new(Name::Ready(whole.number())),
            in_turn: List::new(Name::Ready(in_turn.number())),
            was_whole: false,
        }
    }

    /// Choice: RFC 9218 §10 leaves it open how both kinds go together. The first that is to be served
    /// whole takes every other turn, so that neither kind waits for the end of the other.
    const fn pick(&self, urgency: u8) -> Rank {
        let is_whole = !self.whole.is_empty() && (self.in_turn.is_empty() || !self.was_whole);
        Rank { urgency, is_whole }
    }

    const fn list_mut(&mut self, rank: Rank) -> &mut List {
        match rank.is_whole {
            true => &mut self.whole,
            false => &mut self.in_turn,
        }
    }

    const fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.in_turn.is_empty()
    }
}
