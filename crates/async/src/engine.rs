//! The task of a connection: it reads, hands out what came, and writes once per batch.

mod output;

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::io::{self, ErrorKind};

use proto::{Role, StreamId};
use runtime::{Closing, ReadOperation, Runtime as _};

use self::output::Output;
use crate::buffer::BATCH;
use crate::driver::{Reader, Writer};
use crate::flavor::Flavor;
use crate::io::AsyncIo;
use crate::shared::Link;
use crate::state::State;
use crate::timer::Clock;

/// How many turns one poll takes at most, so that other tasks have theirs.
const TURNS: usize = 16;

/// What takes the streams that the peer opened, and what the task is to go on with by itself.
pub(crate) trait Work<R: Role, F: Flavor> {
    /// Takes what is new, and goes on with what was taken before, as far as that goes now.
    fn work(&mut self, shared: &Link<R, F>, news: News<F>);

    /// Says whether there is nothing that could go on now.
    fn is_idle(&self) -> bool;

    /// Gives back memory that is not needed while the task rests.
    fn rest(&mut self) {}
}

/// What a turn has brought.
pub(crate) struct News<F: Flavor> {
    /// The streams that the peer opened.
    pub(crate) opened: Vec<StreamId>,
    /// Those whose handlers nobody waits for any more.
    pub(crate) canceled: Vec<StreamId>,
    pub(crate) jobs: Vec<F::Job>,
}

/// A connection and its transport.
pub(crate) struct Engine<R: Role, F: Flavor, Io> {
    shared: Link<R, F>,
    io: Pin<Box<Io>>,
    reader: Reader,
    writer: Writer,
    clock: Clock<F::Timer>,
    /// The bell, as the machine knows it.
    waker: Waker,
    /// How many octets the last read brought.
    count: usize,
    stage: Stage,
    /// The transport may keep something back.
    is_unflushed: bool,
    closing: Closing,
    /// The task rested because there was nothing to read.
    is_thirsty: bool,
}

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Open,
    /// Nothing more will be written; the transport is to be told.
    Closing,
    /// The output is closed.
    Closed,
    /// Both directions are; the peer takes the last of it until then.
    Lingering(Duration),
    Done,
}

/// What a turn came to.
enum Turn {
    /// There may be more to do at once.
    Again,
    /// Nothing can be done until somebody wakes the task, or until then.
    Rest(Option<Duration>),
    Over,
}

impl<R: Role, F: Flavor, Io: AsyncIo> Engine<R, F, Io> {
    pub(crate) fn new(shared: Link<R, F>, io: Io) -> Self {
        let waker = shared.bell.waker();
        let clock = Clock::since(shared.look(|state| state.epoch));
        Self {
            shared,
            io: Box::pin(io),
            reader: Reader::default(),
            writer: Writer::default(),
            clock,
            waker,
            count: 0,
            stage: Stage::Open,
            is_unflushed: false,
            closing: Closing::new(),
            is_thirsty: false,
        }
    }

    /// Takes turns until both directions are closed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>, work: &mut impl Work<R, F>) -> Poll<()> {
        self.shared.bell.begin();
        self.drink(cx, work);
        // What piles up before its reader has a turn is out of the cache by then, or needs memory
        // that the system has to give anew.
        let mut taken = self.count;
        for _ in 0..TURNS {
            match self.turn(cx, work) {
                Turn::Again => {
                    taken += self.count;
                    if taken >= BATCH {
                        break;
                    }
                }
                Turn::Rest(until) => {
                    let is_time = self.clock.poll_until(cx, until).is_ready();
                    if !is_time && self.shared.bell.rest(cx.waker(), || work.is_idle()) {
                        work.rest();
                        return Poll::Pending;
                    }
                }
                Turn::Over => return self.finish(),
            }
        }
        self.clock.give_way(cx);
        Poll::Pending
    }

    /// Reads before anything else, where most likely nothing else woke the task.
    fn drink(&mut self, cx: &mut Context<'_>, work: &impl Work<R, F>) {
        let is_thirsty = core::mem::take(&mut self.is_thirsty);
        if is_thirsty && !self.shared.bell.has_rung() && work.is_idle() {
            // Whatever comes of it, the turns see to all the rest.
            let _ = self.fill(cx, None);
        }
    }

    fn turn(&mut self, cx: &mut Context<'_>, work: &mut impl Work<R, F>) -> Turn {
        if let Stage::Lingering(until) = self.stage {
            return self.linger(cx, until);
        }
        let (offered, news) = self.offer();
        work.work(&self.shared, news);
        self.shared.bell.clear();
        let output = self.write(cx);
        let (next, deadline) = self.next(output == Output::Stuck);
        let turn = match next {
            ReadOperation::Read if offered != ReadOperation::Read => Turn::Again,
            ReadOperation::Read => self.fill(cx, deadline),
            ReadOperation::Close if self.stage == Stage::Closed => self.end(),
            ReadOperation::Close | ReadOperation::Yield => Turn::Rest(deadline),
        };
        match turn {
            Turn::Rest(_) if output == Output::More => Turn::Again,
            turn => turn,
        }
    }

    /// Offers what came to the machine.
    fn offer(&mut self) -> (ReadOperation, News<F>) {
        let now = self.clock.now();
        let count = core::mem::take(&mut self.count);
        let (reader, clock) = (&mut self.reader, &self.clock);
        self.shared.turn(|state| {
            state.octets.received += u64::try_from(count).unwrap_or_default();
            state.machine.tick(now);
            state.ring_alarms(|| clock.instant(now));
            let offered = reader.offer(&mut *state.machine);
            state.absorb();
            let news = News {
                opened: core::mem::take(&mut state.opened),
                canceled: core::mem::take(&mut state.canceled),
                jobs: core::mem::take(&mut state.jobs),
            };
            (offered, news)
        })
    }

    /// What is to be done next.
    fn next(&mut self, is_stuck: bool) -> (ReadOperation, Option<Duration>) {
        let now = self.clock.now();
        let (reader, waker, clock) = (&self.reader, &self.waker, &self.clock);
        let is_mute = self.stage != Stage::Open;
        let turn = |state: &mut State<R, F>| {
            let next = reader.next(&mut *state.machine);
            if next == ReadOperation::Yield {
                state.machine.yield_reader(waker);
            }
            state.slots.rest();
            let alarm = state.alarms.next().map(|at| clock.point(at));
            let deadline = earlier(state.machine.tick(now), alarm);
            // A deadline that is new is to be kept, although nothing can be written.
            state.is_mute = is_mute || is_stuck && deadline.is_none();
            (next, deadline, state.is_aborted)
        };
        let ((next, deadline, is_aborted), has_news) = self.shared.turn_for(turn, State::has_news);
        if has_news {
            self.shared.bell.mark();
        }
        if !is_stuck || (next != ReadOperation::Close && !is_aborted) {
            return (next, deadline);
        }
        let left = u64::try_from(self.writer.left()).unwrap_or(u64::MAX);
        let end = self.closing.leaves_by(left, now);
        if is_aborted || now >= end {
            self.stage = Stage::Closed;
        }
        (next, earlier(deadline, Some(end)))
    }

    /// Reads once.
    fn fill(&mut self, cx: &mut Context<'_>, deadline: Option<Duration>) -> Turn {
        match self.reader.fill(cx, self.io.as_mut()) {
            Poll::Pending => {
                self.is_thirsty = true;
                return Turn::Rest(deadline);
            }
            Poll::Ready(Ok(count)) => self.count = count,
            Poll::Ready(Err(error)) => {
                self.shared
                    .act(|state| state.machine.report_exn(Box::new(error)));
            }
        }
        Turn::Again
    }

    /// Both directions are closed. To drop a transport on unread input may destroy our last words.
    fn end(&mut self) -> Turn {
        if self.reader.is_ended()
            || !self.clock.has_timer()
            || self.shared.look(|state| state.is_aborted)
        {
            return Turn::Over;
        }
        self.stage = Stage::Lingering(self.closing.lingers_until(self.clock.now()));
        Turn::Again
    }

    /// Reads and drops what still comes.
    fn linger(&mut self, cx: &mut Context<'_>, until: Duration) -> Turn {
        let mut into = [0; 1024];
        match self.io.as_mut().poll_read(cx, &mut into) {
            _ if self.clock.now() >= until => Turn::Over,
            Poll::Ready(Ok(1..)) => Turn::Again,
            Poll::Ready(_) => Turn::Over,
            Poll::Pending => Turn::Rest(Some(until)),
        }
    }

    fn finish(&mut self) -> Poll<()> {
        self.stage = Stage::Done;
        drop(self.shared.act(State::finish));
        Poll::Ready(())
    }
}

/// The earlier of two points, where there are any.
fn earlier(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl<R: Role, F: Flavor, Io> Engine<R, F, Io> {
    pub(crate) fn shared(&self) -> &Link<R, F> {
        &self.shared
    }

    pub(crate) fn set_timer(&mut self, timer: Box<F::Timer>) {
        self.clock.set_timer(timer);
        self.shared.look(|state| state.alarms.enable());
    }
}

impl<R: Role, F: Flavor, Io> Drop for Engine<R, F, Io> {
    fn drop(&mut self) {
        if self.stage == Stage::Done {
            return;
        }
        drop(self.shared.act(|state| {
            let error = io::Error::new(ErrorKind::Interrupted, "the driver was dropped");
            state.machine.report_exn(Box::new(error));
            state.absorb();
            state.finish()
        }));
    }
}

impl<R: Role, F: Flavor, Io> fmt::Debug for Engine<R, F, Io> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
