//! The octets of each event, said once for those that an observer sees and those that are in memory.

use alloc::vec::Vec;
use core::time::Duration;

use proto::frame::FrameType;
use proto::{Cause, Direction, Side, State, StreamId, Window};

use crate::fields::FieldList;
use crate::frame::{FrameEntry, flags};
use crate::kind;
use crate::names::{CAUSES, SIDES, WINDOWS, code, direction, state};
use crate::put::{self, MEDIUM, SMALL, Word};
use crate::text::Text;

/// Where an event goes, and so many nanoseconds after the one before it.
pub(crate) struct At<'o> {
    pub(crate) out: &'o mut Vec<u8>,
    pub(crate) delta: u64,
}

impl<'o> At<'o> {
    /// What every event begins with.
    #[inline]
    fn kind(self, kind: u8) -> &'o mut Vec<u8> {
        self.out.push(kind);
        put::number(self.delta, self.out);
        self.out
    }

    /// An event that is of a stream.
    #[inline]
    fn on(self, kind: u8, stream_id: StreamId) -> &'o mut Vec<u8> {
        let stream = u64::from(stream_id.value());
        if self.delta < MEDIUM && stream < SMALL {
            let word = Word::new(kind).medium(self.delta).small(stream);
            word.put(self.out);
            return self.out;
        }
        let out = self.kind(kind);
        put::number(stream, out);
        out
    }

    #[inline]
    fn count(self, kind: u8, stream_id: StreamId, octets: u64) {
        let stream = u64::from(stream_id.value());
        if self.delta < MEDIUM && (stream | octets) < SMALL {
            let word = Word::new(kind).medium(self.delta);
            return word.small(stream).small(octets).put(self.out);
        }
        let out = self.kind(kind);
        put::number(stream, out);
        put::number(octets, out);
    }

    pub(crate) fn begin(self, side: Side, name: Text<'_>) {
        let out = self.kind(kind::BEGIN + code(SIDES, &side));
        put::text(name.as_bytes(), out);
    }

    pub(crate) fn preface(self, way: Direction) {
        self.kind(kind::PREFACE + direction(way));
    }

    pub(crate) fn frame(self, way: Direction, frame: FrameEntry<'_>) {
        let FrameEntry {
            stream_id,
            octets,
            detail,
        } = frame;
        let head = [detail.frame_type().0, detail.flags()];
        detail.put(self.frame_head(way, head, stream_id, octets));
    }

    /// The frames that there are most of.
    #[inline]
    pub(crate) fn data(
        self,
        way: Direction,
        (stream_id, octets): (StreamId, u64),
        content: u64,
        end_stream: bool,
    ) {
        let head = [FrameType::DATA.0, flags(end_stream, false)];
        let out = self.frame_head(way, head, stream_id, octets);
        put::number(content, out);
    }

    #[inline]
    pub(crate) fn headers(
        self,
        way: Direction,
        (stream_id, octets): (StreamId, u64),
        end_stream: bool,
        end_headers: bool,
    ) {
        let head = [FrameType::HEADERS.0, flags(end_stream, end_headers)];
        self.frame_head(way, head, stream_id, octets);
    }

    /// The type, the flags, the stream, and the octets on the wire.
    #[inline]
    fn frame_head(
        self,
        way: Direction,
        head: [u8; 2],
        stream_id: StreamId,
        octets: u64,
    ) -> &'o mut Vec<u8> {
        let kind = kind::FRAME + direction(way);
        let stream = u64::from(stream_id.value());
        let [frame_type, flags] = head;
        let out = if self.delta < MEDIUM && stream < SMALL {
            let word = Word::new(kind).medium(self.delta);
            let word = word.octet(frame_type).octet(flags).small(stream);
            word.put(self.out);
            self.out
        } else {
            let out = self.kind(kind);
            out.extend_from_slice(&head);
            put::number(stream, out);
            out
        };
        put::number(octets, out);
        out
    }

    #[inline]
    pub(crate) fn fields(self, way: Direction, stream_id: StreamId, fields: FieldList<'_>) {
        fields.put(self.on(kind::FIELDS + direction(way), stream_id));
    }

    pub(crate) fn part(self, frame_type: FrameType, stream_id: StreamId, octets: u64) {
        let out = self.on(kind::PART, stream_id);
        out.push(frame_type.0);
        put::number(octets, out);
    }

    #[inline]
    pub(crate) fn state(self, stream_id: StreamId, from: State, to: State) {
        let out = self.on(kind::STATE, stream_id);
        out.push((state(from) << 4) | state(to));
    }

    #[inline]
    pub(crate) fn created(self, stream_id: StreamId) {
        self.on(kind::CREATED, stream_id);
    }

    #[inline]
    pub(crate) fn queued(self, stream_id: StreamId, octets: u64, end_stream: bool) {
        self.count(kind::QUEUED + u8::from(end_stream), stream_id, octets);
    }

    #[inline]
    pub(crate) fn taken(self, stream_id: StreamId, octets: u64) {
        self.count(kind::TAKEN, stream_id, octets);
    }

    #[inline]
    pub(crate) fn written(self, octets: u64) {
        put::number(octets, self.kind(kind::WRITTEN));
    }

    pub(crate) fn stall(self, stream_id: StreamId, window: Window) {
        self.on(kind::STALL + code(WINDOWS, &window), stream_id);
    }

    pub(crate) fn stalled(self, stream_id: StreamId, window: Window, waited: Duration) {
        let kind = kind::STALLED + code(WINDOWS, &window);
        self.count(kind, stream_id, nanoseconds(waited));
    }

    pub(crate) fn timed(self, stream_id: StreamId, cause: Cause) {
        self.on(kind::TIMED + code(CAUSES, &cause), stream_id);
    }

    pub(crate) fn violation(self, stream_id: StreamId, rule: Text<'_>, section: Text<'_>) {
        let out = self.on(kind::VIOLATION, stream_id);
        put::text(rule.as_bytes(), out);
        put::text(section.as_bytes(), out);
    }

    pub(crate) fn limit(self, stream_id: StreamId, limit: Text<'_>, allowed: u64) {
        let out = self.on(kind::LIMIT, stream_id);
        put::text(limit.as_bytes(), out);
        put::number(allowed, out);
    }

    pub(crate) fn full(self) {
        self.kind(kind::FULL);
    }

    pub(crate) fn end(self) {
        self.kind(kind::END);
    }
}

/// A time on the timeline of a log, which ends after 584 years.
#[inline]
pub(crate) const fn nanoseconds(time: Duration) -> u64 {
    let whole = time.as_secs().saturating_mul(1_000_000_000);
    whole.saturating_add(time.subsec_nanos() as u64)
}
