//! What a client is about to do, and what it asks its server to do: the path of a request says it.

use core::time::Duration;

/// What the server does for a request, whoever it is; its path tells all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How long it takes until the answer begins.
    pub(crate) wait: Duration,
    /// The pieces of its content, the octets of each, and the time from one to the next.
    pub(crate) pieces: usize,
    pub(crate) size: usize,
    pub(crate) gap: Duration,
    /// The octets of the request's content that are taken in a second; all at once if zero.
    pub(crate) reads: u64,
    /// The answer begins before the request has ended, and ends after it.
    pub(crate) is_dialogue: bool,
    /// Whoever answers goes on after a reset, until it would have said the next thing.
    pub(crate) is_deaf: bool,
    /// The call is reset instead of an answer.
    pub(crate) is_crash: bool,
}

impl Plan {
    /// Answers with so many octets, after a while.
    pub(crate) fn content(wait: Duration, octets: usize) -> Self {
        Self {
            wait,
            pieces: octets.div_ceil(PIECE),
            size: octets.min(PIECE),
            ..Self::default()
        }
    }

    pub(crate) fn path(&self) -> String {
        let flags = [self.is_dialogue, self.is_deaf, self.is_crash].map(u8::from);
        format!(
            "/{}/{}/{}/{}/{}/{}/{}/{}",
            self.wait.as_millis(),
            self.pieces,
            self.size,
            self.gap.as_millis(),
            self.reads,
            flags[0],
            flags[1],
            flags[2],
        )
    }

    /// Reads a path; what is not there is zero.
    pub(crate) fn of_path(path: &[u8]) -> Self {
        let text = String::from_utf8_lossy(path);
        let mut numbers = text
            .split('/')
            .skip(1)
            .map(|part| part.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0_u64);
        let small = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Self {
            wait: Duration::from_millis(next()),
            pieces: small(next()),
            size: small(next()),
            gap: Duration::from_millis(next()),
            reads: next(),
            is_dialogue: next() == 1,
            is_deaf: next() == 1,
            is_crash: next() == 1,
        }
    }
}

/// The octets that an application makes at once.
const PIECE: usize = 16_000;

/// When a client does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    At(Duration),
    /// A while after another task is over.
    After(usize, Duration),
}

/// When it gives a request up, if it is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cancel {
    At(Duration),
    /// A while after it began.
    After(Duration),
}

/// How it takes what comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reader {
    /// It takes nothing for so long after its beginning.
    pub(crate) pause: Duration,
    /// The octets that it takes in a second; all at once if zero.
    pub(crate) rate: u64,
}

/// One request of a client, and all about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Task {
    pub(crate) start: Start,
    pub(crate) plan: Plan,
    pub(crate) cancel: Option<Cancel>,
    pub(crate) reader: Reader,
    /// Urgency, and whether it is of use bit by bit (RFC 9218 §4).
    pub(crate) priority: Option<(u8, bool)>,
    /// Another urgency, a while after its beginning.
    pub(crate) update: Option<(Duration, u8)>,
    /// The pieces of its content, the octets of each, and the time from one to the next.
    pub(crate) upload: (usize, usize, Duration),
}

impl Task {
    pub(crate) fn new(start: Start, plan: Plan) -> Self {
        Self {
            start,
            plan,
            cancel: None,
            reader: Reader::default(),
            priority: None,
            update: None,
            upload: (0, 0, Duration::ZERO),
        }
    }

    pub(crate) fn cancel(self, cancel: Cancel) -> Self {
        Self {
            cancel: Some(cancel),
            ..self
        }
    }

    /// Sends so many octets with it.
    pub(crate) fn upload(self, octets: usize) -> Self {
        Self {
            upload: (octets.div_ceil(PIECE), octets.min(PIECE), Duration::ZERO),
            ..self
        }
    }
}
