//! A connection that does to honest peers what ours did once, or might: planted from outside.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use tress_proto::frame::Frame;
use tress_proto::runtime::Runtime;
use tress_proto::{
    Config, Connection, Credit, Direction, ErrorCode, Event, Observe, Part, Record, Role,
    SettingsChange, StreamError, StreamId, UserError,
};

use crate::laws::machine::{Machine, streams};

/// What is wrong with it; numbers are seconds or counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoils {
    /// A stream whose content did not move for so long is reset, whoever it waits for.
    Waiting(u64),
    /// A request that waits so long to be opened is given up.
    Unopened(u64),
    /// So many streams that the peer resets within a second end the connection.
    Canceled(usize),
    /// Credit for the connection comes back when content is taken.
    CreditOnTaking,
    /// Settings that are not acknowledged so long after they were queued end the connection.
    SettingsTimer(u64),
    /// Streams above a lowered limit are refused before the peer has acknowledged it.
    LowersAtOnce,
    /// So many resets of our own end the connection.
    OwnResets(usize),
    /// So many resets of the peer end the connection.
    ResetCalls(usize),
    /// A request is reported so many seconds after it came.
    Slows(u64),
    /// The connection breaks off after a minute.
    Aborts,
    /// The first stream is reset after a second.
    Resets(ErrorCode),
    /// The machine is never told the time.
    Timeless,
}

/// Counts RST_STREAM, sent and received.
#[derive(Clone, Debug, Default)]
struct Resets(Arc<[AtomicUsize; 2]>);

impl Resets {
    fn count(&self, direction: Direction) -> &AtomicUsize {
        let [sent, received] = &*self.0;
        match direction {
            Direction::Sent => sent,
            Direction::Received => received,
        }
    }
}

impl Observe for Resets {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame {
            direction,
            frame: Frame::RstStream(_),
            ..
        } = record
        {
            self.count(direction).fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A connection that is spoiled.
pub(crate) struct Spoiled<R: Role> {
    inner: Connection<R>,
    spoils: Spoils,
    now: Duration,
    /// What was seen of each stream, and since when it is so.
    seen: BTreeMap<StreamId, (usize, Duration)>,
    /// When the peer reset streams.
    canceled: VecDeque<Duration>,
    resets: Resets,
    is_acknowledged: bool,
    lowered: Option<u32>,
    delayed: VecDeque<(Duration, Event)>,
}

impl<R: Role> Spoiled<R> {
    pub(crate) fn new(config: Config, spoils: Spoils) -> Self {
        let config = match spoils {
            Spoils::CreditOnTaking => {
                let config = config.credit(Credit::Manual);
                config
                    .and_then(|config| config.connection_window(1 << 20))
                    .expect("it is no small window")
            }
            _ => config,
        };
        let mut inner = Connection::new(config);
        let resets = Resets::default();
        // An attack puts another observer in its place.
        inner.observe(Box::new(resets.clone()));
        Self {
            inner,
            spoils,
            now: Duration::ZERO,
            seen: BTreeMap::new(),
            canceled: VecDeque::new(),
            resets,
            is_acknowledged: false,
            lowered: None,
            delayed: VecDeque::new(),
        }
    }

    /// Does its harm, as the time passes; says when to look again.
    fn spoil(&mut self) -> Option<Duration> {
        let seconds = Duration::from_secs;
        match self.spoils {
            Spoils::Waiting(limit) => return self.reset_still(seconds(limit), false),
            Spoils::Unopened(limit) => return self.reset_still(seconds(limit), true),
            Spoils::SettingsTimer(limit) if !self.is_acknowledged => {
                if self.now >= seconds(limit) {
                    self.inner.abort(ErrorCode::SETTINGS_TIMEOUT);
                }
                return Some(seconds(limit));
            }
            Spoils::Canceled(most) if self.canceled.len() > most => {
                self.inner.abort(ErrorCode::ENHANCE_YOUR_CALM);
            }
            Spoils::OwnResets(most) => self.abort_above(most, Direction::Sent),
            Spoils::ResetCalls(most) => self.abort_above(most, Direction::Received),
            Spoils::Aborts if self.now >= seconds(60) => {
                self.inner.abort(ErrorCode::INTERNAL_ERROR);
            }
            Spoils::Resets(code) if self.now >= seconds(1) => {
                if let Ok(mut stream) = self.inner.stream_mut(StreamId::from_wire(1)) {
                    // It fails where the stream is over.
                    let _ = stream.reset(code);
                }
            }
            Spoils::Slows(_) => return self.delayed.front().map(|(at, _)| *at),
            _ => {}
        }
        None
    }

    fn abort_above(&mut self, most: usize, direction: Direction) {
        if self.resets.count(direction).load(Ordering::Relaxed) > most {
            self.inner.abort(ErrorCode::ENHANCE_YOUR_CALM);
        }
    }

    /// Resets streams that stand still: those that are not open yet, or those that are.
    fn reset_still(&mut self, limit: Duration, unopened: bool) -> Option<Duration> {
        let mut next = None;
        for id in streams(&mut self.inner) {
            let Some(stream) = self.inner.stream(id) else {
                continue;
            };
            let is_idle = stream.state() == tress_proto::State::Idle;
            let (queued, now) = (stream.queued(), self.now);
            if is_idle != unopened || (queued == 0 && !unopened) {
                self.seen.remove(&id);
                continue;
            }
            let (before, since) = *self.seen.entry(id).or_insert((queued, now));
            if before != queued {
                self.seen.insert(id, (queued, now));
            } else if now - since >= limit {
                if let Ok(mut stream) = self.inner.stream_mut(id) {
                    // It fails where the stream is over.
                    let _ = stream.reset(ErrorCode::CANCEL);
                }
                continue;
            }
            let at = self.seen.get(&id).map(|(_, since)| *since + limit);
            next = next.into_iter().chain(at).min();
        }
        next
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::SettingsAcked => {
                self.is_acknowledged = true;
                self.lowered = None;
            }
            Event::Finished {
                result: Err(StreamError::Reset(_)),
                ..
            } => {
                let second = Duration::from_secs(1);
                self.canceled.push_back(self.now);
                let now = self.now;
                self.canceled.retain(|at| now - *at < second);
            }
            _ => {}
        }
    }

    /// Refuses a stream that the lowered limit does not allow.
    fn refuses(&mut self, id: StreamId) -> bool {
        let Some(limit) = self.lowered else {
            return false;
        };
        if streams(&mut self.inner).len() <= limit as usize {
            return false;
        }
        if let Ok(mut stream) = self.inner.stream_mut(id) {
            // It fails where the stream is over.
            let _ = stream.reset(ErrorCode::REFUSED_STREAM);
            stream.release();
        }
        true
    }
}

impl<R: Role> Machine for Spoiled<R> {
    type Role = R;

    fn connection(&mut self) -> &mut Connection<R> {
        &mut self.inner
    }

    fn event(&mut self) -> Option<Event> {
        if let Some((at, _)) = self.delayed.front() {
            if *at <= self.now {
                return self.delayed.pop_front().map(|(_, event)| event);
            }
        }
        let event = self.inner.poll_event()?;
        self.note(&event);
        match event {
            Event::Opened { stream_id } if self.refuses(stream_id) => self.event(),
            Event::Opened { .. } if matches!(self.spoils, Spoils::Slows(_)) => {
                let Spoils::Slows(seconds) = self.spoils else {
                    return None;
                };
                let at = self.now + Duration::from_secs(seconds);
                self.delayed.push_back((at, event));
                self.event()
            }
            event => Some(event),
        }
    }

    fn take(&mut self, id: StreamId) -> Result<Option<Part<R>>, StreamError> {
        let part = self.inner.take(id)?;
        if let (Spoils::CreditOnTaking, Some(Part::Data(data))) = (self.spoils, &part) {
            if let Ok(mut stream) = self.inner.stream_mut(id) {
                let octets = u32::try_from(data.len()).unwrap_or(u32::MAX);
                // What was just taken can be returned.
                let _ = stream.release_credit(octets);
            }
        }
        Ok(part)
    }

    fn announce(&mut self, change: SettingsChange, streams: u32) -> Result<(), UserError> {
        if self.spoils == Spoils::LowersAtOnce {
            self.lowered = Some(streams);
        }
        self.inner.update_settings(change)
    }
}

impl<R: Role> Runtime for Spoiled<R> {
    testkit::forward!(inner: next_read_operation read read_eof yield_reader next_write_operation);
    testkit::forward!(inner: report_write_result yield_writer report_exn shutdown is_closed);

    fn tick(&mut self, now: Duration) -> Option<Duration> {
        self.now = now;
        let own = self.spoil().filter(|at| *at > now);
        if self.spoils == Spoils::Timeless {
            return own;
        }
        let next = self.inner.tick(now);
        own.into_iter().chain(next).min()
    }
}
