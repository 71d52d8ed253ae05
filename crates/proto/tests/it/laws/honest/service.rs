//! The application of a server: it does what the path of each request says.

use alloc::collections::{BTreeMap, BTreeSet};
use core::time::Duration;

use tress_proto::{Bytes, ErrorCode, Event, Part, Response, Server, StreamId};

use super::super::machine::Machine;
use super::task::Plan;

/// Content of whatever length.
pub(super) static CONTENT: [u8; 16_384] = [b'c'; 16_384];

/// What a handler does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Answer,
    Take,
}

/// All handlers of a connection.
#[derive(Debug, Default)]
pub(crate) struct Service {
    handlers: BTreeMap<StreamId, Handler>,
    agenda: BTreeSet<(Duration, StreamId, What)>,
    /// How many there were.
    pub(crate) started: usize,
    /// How many answered in full.
    pub(crate) completed: usize,
    pub(crate) closed: Vec<String>,
    /// Handlers abandon a stream when it is reset, and not when they are over: the fault of an
    /// adapter.
    pub(crate) abandons_early: bool,
    /// Handlers queue all that they have at once: a fault of theirs.
    pub(crate) ignores_capacity: bool,
}

/// Whoever works on one request.
#[derive(Debug, Default)]
struct Handler {
    plan: Plan,
    has_begun: bool,
    is_heard: bool,
    is_reset: bool,
    said: usize,
    /// When it may take more.
    rests_until: Duration,
}

impl Service {
    /// When it has something to do by itself.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.agenda.first().map(|(at, ..)| *at)
    }

    /// How many handlers run.
    pub(crate) fn live(&self) -> usize {
        self.handlers.len()
    }

    /// Hears what happened, and does what is due.
    pub(crate) fn act<M: Machine<Role = Server>>(&mut self, machine: &mut M, now: Duration) {
        // What is done may make something happen.
        loop {
            while let Some(event) = machine.event() {
                self.note(machine, event, now);
            }
            let Some((_, id, what)) = self.agenda.first().filter(|(at, ..)| *at <= now).copied()
            else {
                return;
            };
            self.agenda.pop_first();
            match what {
                What::Answer => self.answer(machine, id, now),
                What::Take => self.take(machine, id, now),
            }
        }
    }

    fn note<M: Machine<Role = Server>>(&mut self, machine: &mut M, event: Event, now: Duration) {
        match event {
            Event::Opened { stream_id } => {
                self.handlers.insert(stream_id, Handler::default());
                self.started += 1;
                self.take(machine, stream_id, now);
            }
            Event::Readable { stream_id } => self.take(machine, stream_id, now),
            Event::Writable { stream_id } => self.answer(machine, stream_id, now),
            Event::Finished {
                stream_id,
                result: Err(_),
            } => self.lose(machine, stream_id, now),
            Event::Closed(result) => self.closed.push(format!("{result:?}")),
            _ => {}
        }
    }

    /// Takes what has come of a request.
    fn take<M: Machine<Role = Server>>(&mut self, machine: &mut M, id: StreamId, now: Duration) {
        while let Some(handler) = self.handlers.get_mut(&id) {
            // Whoever is deaf looks at the stream no more once it has the request.
            if handler.rests_until > now || (handler.plan.is_deaf && handler.is_heard) {
                return;
            }
            match machine.take(id) {
                Ok(Some(Part::Head(request))) => {
                    handler.plan = Plan::of_path(request.path().unwrap_or_default());
                    if handler.plan.is_dialogue {
                        self.agenda
                            .insert((now + handler.plan.wait, id, What::Answer));
                    }
                }
                Ok(Some(Part::Data(data))) if handler.plan.reads > 0 => {
                    let micros = 1_000_000 * data.len() as u64 / handler.plan.reads;
                    handler.rests_until = now + Duration::from_micros(micros);
                    self.agenda.insert((handler.rests_until, id, What::Take));
                }
                Ok(Some(Part::End)) => {
                    handler.is_heard = true;
                    let wait = match handler.plan.is_dialogue {
                        true => Duration::ZERO,
                        false => handler.plan.wait,
                    };
                    if !handler.plan.is_dialogue || handler.has_begun {
                        self.agenda.insert((now + wait, id, What::Answer));
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => return,
                // To take the error is to abandon it.
                Err(_) => return self.abandon(machine, id),
            }
        }
    }

    /// Says what may be said now.
    fn answer<M: Machine<Role = Server>>(&mut self, machine: &mut M, id: StreamId, now: Duration) {
        let Some(handler) = self.handlers.get_mut(&id) else {
            return;
        };
        let Ok(mut stream) = machine.connection().stream_mut(id) else {
            self.handlers.remove(&id);
            return;
        };
        if handler.is_reset || handler.plan.is_crash {
            // It fails where the stream is closed already.
            let _ = stream.reset(ErrorCode::INTERNAL_ERROR);
            return self.abandon(machine, id);
        }
        let plan = handler.plan;
        if !handler.has_begun && stream.respond(Response::new(200)).is_err() {
            return;
        }
        handler.has_begun = true;
        while handler.said < plan.pieces {
            if stream.capacity() == 0 && !self.ignores_capacity {
                return;
            }
            let piece = CONTENT.get(..plan.size).unwrap_or(&CONTENT);
            if stream.send_data(Bytes::from_static(piece)).is_err() {
                return;
            }
            handler.said += 1;
            if !plan.gap.is_zero() && handler.said < plan.pieces {
                self.agenda.insert((now + plan.gap, id, What::Answer));
                return;
            }
        }
        if handler.is_heard && stream.end().is_ok() {
            self.completed += 1;
            self.abandon(machine, id);
        }
    }

    /// Nobody waits for the answer any more.
    fn lose<M: Machine<Role = Server>>(&mut self, machine: &mut M, id: StreamId, now: Duration) {
        let Some(handler) = self.handlers.get_mut(&id) else {
            return;
        };
        handler.is_reset = true;
        if !handler.plan.is_deaf || !handler.is_heard {
            return self.abandon(machine, id);
        }
        if self.abandons_early {
            release(machine, id);
        }
        let is_due = self.agenda.iter().any(|(_, other, _)| *other == id);
        if !is_due {
            self.agenda.insert((now, id, What::Answer));
        }
    }

    fn abandon<M: Machine<Role = Server>>(&mut self, machine: &mut M, id: StreamId) {
        self.handlers.remove(&id);
        release(machine, id);
    }
}

fn release<M: Machine<Role = Server>>(machine: &mut M, id: StreamId) {
    if let Ok(stream) = machine.connection().stream_mut(id) {
        stream.release();
    }
}
