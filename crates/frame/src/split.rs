//! What is too long for one frame, in several (RFC 9113 §4.3, RFC 9113 §6.10).

use core::fmt;
use core::iter::FusedIterator;

use crate::padding::padded_len;
use crate::text::Octets;
use crate::{Continuation, Data, Frame, Headers, PushPromise, StreamId};

/// Divides a field block into pieces of at most `max_frame_size` octets.
///
/// The first goes into a HEADERS or PUSH_PROMISE frame, the others into CONTINUATION frames. There
/// is always a first one, even of an empty block, and each other has at least one octet. Where the
/// first frame carries more than the block, [`Headers::split`] and [`PushPromise::split`] leave
/// space.
///
/// ```
/// let pieces: Vec<_> = tress_frame::fragments(b"abcde", 2).collect();
/// assert_eq!(pieces[0].octets, b"ab");
/// assert!(pieces[0].is_first && !pieces[0].end_headers);
/// assert_eq!(pieces[2].octets, b"e");
/// assert!(pieces[2].end_headers);
/// ```
#[must_use]
pub fn fragments(block: &[u8], max_frame_size: u32) -> Fragments<'_> {
    let space = max_frame_size as usize;
    Fragments {
        pieces: Pieces::new(block, space, space),
        is_first: true,
    }
}

/// The pieces of a field block, in order; made by [`fragments`].
#[derive(Clone)]
pub struct Fragments<'a> {
    pieces: Pieces<'a>,
    is_first: bool,
}

/// A piece of a field block, and which one (RFC 9113 §4.3).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fragment<'a> {
    /// The octets of the piece.
    pub octets: &'a [u8],
    /// Whether it begins the block, and so is not for a CONTINUATION frame.
    pub is_first: bool,
    /// Whether it ends the block.
    pub end_headers: bool,
}

impl<'a> Iterator for Fragments<'a> {
    type Item = Fragment<'a>;

    fn next(&mut self) -> Option<Fragment<'a>> {
        let (octets, end_headers) = self.pieces.next()?;
        let is_first = core::mem::take(&mut self.is_first);
        Some(Fragment {
            octets,
            is_first,
            end_headers,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.pieces.size_hint()
    }
}

impl ExactSizeIterator for Fragments<'_> {}

impl FusedIterator for Fragments<'_> {}

impl fmt::Debug for Fragments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl fmt::Debug for Fragment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fragment")
            .field("octets", &Octets(self.octets))
            .field("is_first", &self.is_first)
            .field("end_headers", &self.end_headers)
            .finish()
    }
}

impl<'a> Headers<'a> {
    /// Divides a field block that is too long for one frame: HEADERS, then CONTINUATION frames.
    ///
    /// Priority and padding stay with the HEADERS frame. Every payload is at most `max_frame_size`
    /// octets long, as long as that leaves space for an octet of the block.
    pub fn split(self, max_frame_size: u32) -> impl Iterator<Item = Frame<'a>> + Clone {
        let space = max_frame_size as usize;
        let mut pieces = Pieces::new(self.fragment, space.saturating_sub(self.overhead()), space);
        let first = pieces.next().map(|(fragment, is_last)| {
            Frame::Headers(Self {
                fragment,
                end_headers: is_last && self.end_headers,
                ..self
            })
        });
        let others = continuations(self.stream_id, pieces, self.end_headers);
        first.into_iter().chain(others)
    }
}

impl<'a> PushPromise<'a> {
    /// Divides a field block that is too long for one frame: PUSH_PROMISE, then CONTINUATION.
    ///
    /// Padding stays with the PUSH_PROMISE frame. Every payload is at most `max_frame_size` octets
    /// long, as long as that leaves space for an octet of the block.
    pub fn split(self, max_frame_size: u32) -> impl Iterator<Item = Frame<'a>> + Clone {
        let space = max_frame_size as usize;
        let mut pieces = Pieces::new(self.fragment, space.saturating_sub(self.overhead()), space);
        let first = pieces.next().map(|(fragment, is_last)| {
            Frame::PushPromise(Self {
                fragment,
                end_headers: is_last && self.end_headers,
                ..self
            })
        });
        let others = continuations(self.stream_id, pieces, self.end_headers);
        first.into_iter().chain(others)
    }
}

impl<'a> Data<'a> {
    /// Divides content that is too long for one frame; the last frame ends the stream if this one
    /// does.
    ///
    /// Each frame is padded as this one is. Every payload is at most `max_frame_size` octets long,
    /// as long as that leaves space for an octet of content.
    pub fn split(self, max_frame_size: u32) -> impl Iterator<Item = Self> + Clone {
        let space = (max_frame_size as usize).saturating_sub(padded_len(self.pad_length));
        Pieces::new(self.data, space, space).map(move |(data, is_last)| Self {
            data,
            end_stream: is_last && self.end_stream,
            ..self
        })
    }
}

/// The rest of a field block; `ends` says whether the block ends with it.
fn continuations(
    stream_id: StreamId,
    pieces: Pieces<'_>,
    ends: bool,
) -> impl Iterator<Item = Frame<'_>> + Clone {
    pieces.map(move |(fragment, is_last)| {
        Frame::Continuation(Continuation {
            end_headers: is_last && ends,
            ..Continuation::new(stream_id, fragment)
        })
    })
}

/// Octets in pieces, and of each whether it is the last; at least one, and none but it empty.
#[derive(Clone)]
struct Pieces<'a> {
    rest: Option<&'a [u8]>,
    space: usize,
    next_space: usize,
}

impl<'a> Pieces<'a> {
    /// Space for nothing would never end, so there is always space for one octet.
    fn new(octets: &'a [u8], first_space: usize, space: usize) -> Self {
        Self {
            rest: Some(octets),
            space: first_space.max(1),
            next_space: space.max(1),
        }
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (&'a [u8], bool);

    fn next(&mut self) -> Option<Self::Item> {
        let octets = self.rest.take()?;
        let (piece, rest) = octets.split_at_checked(self.space).unwrap_or((octets, &[]));
        self.space = self.next_space;
        if !rest.is_empty() {
            self.rest = Some(rest);
        }
        Some((piece, rest.is_empty()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = match self.rest {
            None => 0,
            Some(octets) => {
                1 + octets
                    .len()
                    .saturating_sub(self.space)
                    .div_ceil(self.next_space)
            }
        };
        (len, Some(len))
    }
}
