//! What must come of an order of frames, in a few lines (RFC 9113 §5.1).

use testkit::code;
use tress_proto::Side;

/// The streams that the frames are on.
pub(super) const IDS: [u32; 2] = [1, 3];

/// What can be said on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Headers,
    HeadersLast,
    /// Without END_HEADERS.
    HeadersBegun,
    Data,
    DataLast,
    RstStream,
    WindowUpdate,
    Continuation,
}

/// A frame: its kind, and which of the two streams it is on.
pub(super) type Step = (Kind, usize);

/// How far a stream is, as its receiver sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Idle,
    /// A higher one was opened first.
    Skipped,
    /// The head is to come.
    Head,
    Content,
    /// The peer has ended it.
    Ended,
    /// Both have.
    Closed,
    ResetByPeer,
    ResetByUs,
}

/// What must come of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Model {
    lives: [Life; 2],
    /// We have ended our side of the second stream.
    has_ended: bool,
    block: Option<usize>,
    pub(super) resets: Vec<(u32, u32)>,
    pub(super) goaway: Option<u32>,
}

impl Model {
    pub(super) const fn new(side: Side) -> Self {
        let (life, has_ended) = match side {
            Side::Server => (Life::Idle, false),
            Side::Client => (Life::Head, true),
        };
        Self {
            lives: [life; 2],
            has_ended,
            block: None,
            resets: Vec::new(),
            goaway: None,
        }
    }

    pub(super) fn after(&self, (kind, place): Step) -> Self {
        let mut next = self.clone();
        match (self.block, kind) {
            (Some(begun), Kind::Continuation) if begun == place => next.head(place, false),
            (Some(_), _) | (None, Kind::Continuation) => next.dies(code::PROTOCOL_ERROR),
            (None, _) => next.takes(kind, place),
        }
        next
    }

    fn takes(&mut self, kind: Kind, place: usize) {
        let is_head = matches!(kind, Kind::Headers | Kind::HeadersLast | Kind::HeadersBegun);
        match self.lives[place] {
            Life::Idle if is_head => {}
            Life::Idle | Life::Skipped => return self.dies(code::PROTOCOL_ERROR),
            Life::Closed if is_head || matches!(kind, Kind::Data | Kind::DataLast) => {
                return self.dies(code::STREAM_CLOSED);
            }
            _ => {}
        }
        match kind {
            Kind::HeadersBegun => {
                self.open(place);
                self.block = Some(place);
            }
            Kind::Headers | Kind::HeadersLast => self.head(place, kind == Kind::HeadersLast),
            Kind::Data | Kind::DataLast => self.data(place, kind == Kind::DataLast),
            Kind::RstStream => {
                if matches!(self.lives[place], Life::Head | Life::Content | Life::Ended) {
                    self.lives[place] = Life::ResetByPeer;
                }
            }
            Kind::WindowUpdate | Kind::Continuation => {}
        }
    }

    /// HEADERS open a stream, and pass over the ones below.
    fn open(&mut self, place: usize) {
        if self.lives[place] == Life::Idle {
            self.lives[place] = Life::Head;
            let below = &mut self.lives[..place];
            below
                .iter_mut()
                .filter(|life| **life == Life::Idle)
                .for_each(|life| *life = Life::Skipped);
        }
    }

    fn head(&mut self, place: usize, is_last: bool) {
        self.block = None;
        self.open(place);
        match self.lives[place] {
            Life::Head if is_last => self.ends(place),
            Life::Head => self.lives[place] = Life::Content,
            // Trailers with pseudo-header fields.
            Life::Content => self.reset(place, code::PROTOCOL_ERROR),
            Life::Ended | Life::ResetByPeer => self.reset(place, code::STREAM_CLOSED),
            _ => {}
        }
    }

    fn data(&mut self, place: usize, is_last: bool) {
        match self.lives[place] {
            Life::Head => self.reset(place, code::PROTOCOL_ERROR),
            Life::Content if is_last => self.ends(place),
            Life::Ended | Life::ResetByPeer => self.reset(place, code::STREAM_CLOSED),
            _ => {}
        }
    }

    fn ends(&mut self, place: usize) {
        self.lives[place] = match place == 1 && self.has_ended {
            true => Life::Closed,
            false => Life::Ended,
        };
    }

    fn reset(&mut self, place: usize, code: u32) {
        self.lives[place] = Life::ResetByUs;
        self.resets.push((IDS[place], code));
    }

    fn dies(&mut self, code: u32) {
        self.goaway = Some(code);
    }
}
