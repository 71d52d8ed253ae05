//! Opening streams, writing, and what that says of what waits.

use std::io::ErrorKind;

use blocking::proto::runtime::{Runtime, WriteOperation, WriteResult, report_write_error};
use blocking::proto::{Blocked as Waiting, Client, Connection as Machine, State, UserError};

use super::link::Link;
use super::request::Request;
use super::requests::Requests;
use super::{Connection, Outcome};
use crate::bench::context::Context;
use crate::bench::life::Blocked;
use crate::bench::waits::{Wait, Waits};

/// How a write has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// All that could be made was made, and taken.
    All,
    /// The transport takes no more.
    Stuck {
        /// Up to where in all octets frames are made.
        made: u64,
        /// Up to where they were made at first in this turn: what opens streams is there.
        opened: u64,
    },
    /// Nothing is written any more.
    Closed,
}

impl Connection {
    /// Opens the streams that may be opened.
    pub(super) fn open(&mut self, context: &mut Context<'_>, now: u64) {
        while let Some(link) = &mut self.link {
            let Some(place) = self.requests.waiting.front().copied() else {
                return self.waits.set(Wait::Free, now);
            };
            let limit = context.plan.streams;
            if !link.is_ready || link.is_over || link.machine.is_going_away() {
                return;
            }
            if self.requests.running >= limit {
                return self.waits.set(Wait::OwnLimit, now);
            }
            if link.machine.available() == 0 {
                return self.waits.set(Wait::PeerLimit, now);
            }
            self.requests.waiting.pop_front();
            let Some(request) = self.requests.get(place) else {
                continue;
            };
            match ask(&mut link.machine, request, context) {
                Ok(stream) => {
                    request.life.open(&mut self.waits, now);
                    self.requests.opened(place, stream);
                }
                Err(UserError::GoingAway | UserError::StreamIdsExhausted) => {
                    link.machine.go_away();
                    self.requests.waiting.push_front(place);
                    return;
                }
                Err(error) => {
                    context.tally.wrong(&error);
                    self.end(place, Outcome::Failed, now, context);
                }
            }
        }
    }

    /// Writes all that the transport takes.
    pub(super) fn write(&mut self, context: &mut Context<'_>, now: u64) {
        let Some(link) = self.link.as_mut().filter(|link| link.is_ready) else {
            return;
        };
        link.credit.used(link.machine.recv_window());
        self.requests.note_used(link, context.plan.window);
        let already = link.written;
        let written = link.write();
        let now = match link.written == already {
            true => now,
            false => context.clock.now(),
        };
        if written == Written::Closed {
            link.is_over = true;
        }
        link.credit.granted(link.machine.recv_window(), now);
        let window = context.plan.window;
        self.requests.note_granted(link, window, now);
        self.requests.note_sent(link, written, &mut self.waits, now);
    }
}

/// Opens a stream for a request, with its content.
fn ask(
    machine: &mut Machine<Client>,
    request: &mut Request,
    context: &mut Context<'_>,
) -> Result<blocking::proto::StreamId, UserError> {
    let Some(message) = context.plan.messages.get(request.message) else {
        return Err(UserError::State);
    };
    let stream = machine.request(context.spare.request(&message.head))?;
    let mut open = machine.stream_mut(stream)?;
    if !message.content.is_empty() {
        open.send_data(message.content.clone())?;
    }
    open.end()?;
    // What has no content leaves with its head.
    request.queued = message.content.len();
    Ok(stream)
}

impl Link {
    fn write(&mut self) -> Written {
        let mut opened = 0;
        loop {
            let (done, shown) = match self.machine.next_write_operation() {
                WriteOperation::Write(chunks) => {
                    let (slices, count) = chunks.io_slices();
                    let slices = slices.get(..count).unwrap_or_default();
                    (self.transport.write(slices), chunks.octets())
                }
                WriteOperation::Yield => return self.flushed(opened),
                WriteOperation::Close(_) => return Written::Closed,
            };
            let made = self.written + shown as u64;
            opened = if opened == 0 { made } else { opened };
            match done {
                Ok(count) => {
                    self.written += count as u64;
                    self.machine.report_write_result(WriteResult::Ok(count));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Written::Stuck { made, opened };
                }
                Err(error) => {
                    report_write_error(&mut self.machine, error);
                    return Written::All;
                }
            }
        }
    }

    /// All was taken; what TLS still holds was not.
    fn flushed(&mut self, opened: u64) -> Written {
        match self.transport.flush() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let made = self.written + 1;
                Written::Stuck { made, opened }
            }
            _ => Written::All,
        }
    }
}

impl Requests {
    /// Takes note of what is left of the windows of the streams whose content came in this turn.
    fn note_used(&mut self, link: &Link, window: u32) {
        for (place, stream) in &self.receiving {
            let request = self.places.get(*place);
            let touched = request.filter(|request| request.is_touched);
            if let (Some(request), Some(stream)) = (touched, link.machine.stream(*stream)) {
                request.credit(window).used(stream.recv_window());
            }
        }
    }

    /// Takes note of the credit that has left, and of whether the server can have more to send.
    fn note_granted(&mut self, link: &mut Link, window: u32, now: u64) {
        if self.receiving.is_empty() {
            return;
        }
        let (connection, trip) = link.stall(now);
        let mut has_stalled = connection.until > now;
        for (place, stream) in &self.receiving {
            let request = self.places.get(*place);
            let (Some(request), Some(stream)) = (request, link.machine.stream(*stream)) else {
                continue;
            };
            if core::mem::take(&mut request.is_touched) {
                request.credit(window).granted(stream.recv_window(), now);
            }
            let own = request.credit(window).stall(trip, now);
            has_stalled |= own.until > now;
            request.life.hold(connection, own);
        }
        if has_stalled {
            // How long that lasts depends on the round trip.
            link.measure(now);
        }
    }

    /// Takes note of what the transport has taken, and of what keeps the rest.
    fn note_sent(&mut self, link: &Link, written: Written, waits: &mut Waits, now: u64) {
        let mut sending = core::mem::take(&mut self.sending);
        sending.retain(|held| {
            let Some(request) = self.held(*held) else {
                return false;
            };
            let blocked = match written {
                // There is nothing behind its head.
                Written::All if request.queued == 0 => None,
                _ => blocked(link, request, written, held.1),
            };
            if blocked != Some(Blocked::Socket) {
                request.service.get_or_insert(now);
            }
            match blocked {
                Some(why) => request.life.block(why, waits, now),
                None => request.life.sent(waits, now),
            }
            blocked.is_some()
        });
        self.sending = sending;
    }
}

/// What keeps a request from being sent whole.
fn blocked(
    link: &Link,
    request: &mut Request,
    written: Written,
    stream: blocking::proto::StreamId,
) -> Option<Blocked> {
    // It has left: nothing more of it is sent.
    let stream = link.machine.stream(stream)?;
    let (made, opened) = match written {
        Written::Stuck { made, opened } => (made, opened),
        Written::All | Written::Closed => (link.written, link.written),
    };
    if stream.state() == State::Idle {
        return Some(Blocked::Socket);
    }
    if request.queued != stream.queued() {
        request.queued = stream.queued();
        request.made = made;
    } else if request.made == 0 {
        request.made = opened.max(1);
    }
    if request.made > link.written {
        return Some(Blocked::Socket);
    }
    // What it was parked for last may be over, and its turn not here yet.
    let (shared, own) = (link.machine.send_window(), stream.send_window());
    match stream.blocked() {
        Some(Waiting::SharedWindow) if shared <= 0 => Some(Blocked::ConnectionWindow),
        Some(Waiting::OwnWindow) if own <= 0 => Some(Blocked::StreamWindow),
        _ if stream.has_queued() => Some(Blocked::OtherStreams),
        _ => None,
    }
}
