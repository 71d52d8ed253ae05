//! What arrives, and what it means to whom.

use blocking::proto::runtime::ReadOperation;
use blocking::proto::{Bytes, Event, Part, StreamError, StreamId, Trailers};

use super::{Connection, Outcome};
use crate::bench::context::Context;
use crate::bench::life::Arrived;

/// What one stream had to say.
#[derive(Debug)]
enum Said {
    /// No more for now.
    Nothing,
    /// All of it.
    End,
    /// It failed.
    Error(StreamError),
}

impl Connection {
    /// Reads once, and hears what came; says whether the socket has no more, and when it was read.
    pub(super) fn read(&mut self, context: &mut Context<'_>) -> (bool, Option<u64>) {
        let Some(link) = self.link.as_mut().filter(|link| !link.is_over) else {
            return (true, None);
        };
        if link.reader.held() == 0 {
            if context.memory.is_empty() {
                context.memory = alloc::vec![0; blocking::proto::runtime::Reader::LENGTH];
            }
            link.reader
                .give_memory(core::mem::take(&mut context.memory));
        }
        let space = link.reader.space().len();
        let (is_drained, is_lost) = match link.fill() {
            Ok(None) => (true, false),
            Ok(Some(0)) => (true, false),
            Ok(Some(count)) => (!context.plan.is_secure() && count < space, false),
            Err(error) => {
                context.tally.wrong(&error);
                (true, true)
            }
        };
        let now = context.clock.now();
        link.is_over |= is_lost;
        let next = link.reader.offer(&mut link.machine);
        if next == ReadOperation::Close {
            link.is_over = true;
        }
        let memory = link.reader.take_memory();
        if !memory.is_empty() {
            context.memory = memory;
        }
        self.hear(context, now);
        (is_drained, Some(now))
    }

    /// Takes note of all that happened.
    fn hear(&mut self, context: &mut Context<'_>, now: u64) {
        let mut has_data = false;
        while let Some(event) = self
            .link
            .as_mut()
            .and_then(|link| link.machine.poll_event())
        {
            match event {
                Event::Readable { stream_id } => has_data |= self.listen(stream_id, context, now),
                Event::Finished {
                    stream_id,
                    result: Err(error),
                } => {
                    // Whoever is told by content that it ended is not there any more.
                    if let Some((place, _)) = self.requests.of(stream_id) {
                        self.fail(place, error, context, now);
                    }
                }
                Event::SettingsAcked => {
                    if let Some(link) = &mut self.link {
                        link.took(now.saturating_sub(link.began));
                    }
                }
                Event::Pong { payload } => {
                    if let Some(link) = &mut self.link {
                        link.ponged(payload, now);
                    }
                }
                Event::Closed(result) => {
                    if let Err(error) = result {
                        context.tally.wrong(&error);
                    }
                    if let Some(link) = &mut self.link {
                        link.is_over = true;
                    }
                }
                _ => {}
            }
        }
        self.pass(has_data, now);
    }

    /// Those whose answer has begun, and of which nothing came, know why.
    fn pass(&mut self, has_data: bool, now: u64) {
        let arrived = match has_data {
            true => Arrived::Others,
            false => Arrived::Nothing,
        };
        let mut receiving = core::mem::take(&mut self.requests.receiving);
        receiving.retain(|held| match self.requests.held(*held) {
            Some(request) => {
                request.life.arrive(arrived, &mut self.waits, now);
                true
            }
            None => false,
        });
        self.requests.receiving = receiving;
    }

    /// Takes all that a stream has; says whether there was content.
    fn listen(&mut self, stream: StreamId, context: &mut Context<'_>, now: u64) -> bool {
        let Some((place, request)) = self.requests.of(stream) else {
            return false;
        };
        let had_begun = request.octets > 0 || request.status > 0;
        request.life.arrive(Arrived::Own, &mut self.waits, now);
        let before = request.octets;
        let said = self.take(stream, place, context);
        let has_data = self
            .requests
            .get(place)
            .is_some_and(|request| request.octets > before);
        match said {
            Said::End => {
                self.end(place, Outcome::Answered, now, context);
                // The next is made at once, for the memory of the one before is at hand.
                self.refill(context, now);
                self.open(context, now);
            }
            Said::Error(error) => self.fail(place, error, context, now),
            Said::Nothing if !had_begun => self.requests.receiving.push((place, stream)),
            Said::Nothing => {}
        }
        has_data
    }

    /// Takes the parts of a stream's answer.
    fn take(&mut self, stream: StreamId, place: u32, context: &mut Context<'_>) -> Said {
        let (Some(link), Some(request)) = (&mut self.link, self.requests.get(place)) else {
            return Said::Nothing;
        };
        request.is_touched = true;
        let is_grpc = context.plan.messages.is_grpc;
        let returns_credit = context.plan.returns_credit;
        let Ok(mut parts) = link.machine.stream_mut(stream) else {
            return Said::Nothing;
        };
        loop {
            match parts.recv() {
                Ok(Some(Part::Head(head))) => {
                    request.status = head.status();
                    if is_grpc {
                        request.call = head.field_value("grpc-status").and_then(number);
                    }
                    context.spare.keep(head);
                }
                Ok(Some(Part::Data(data))) => {
                    request.octets += data.len() as u64;
                    if is_grpc {
                        request.messages.take(&data);
                    }
                    if returns_credit {
                        return_credit(&mut parts, &data);
                    }
                }
                Ok(Some(Part::Trailers(trailers))) if is_grpc => {
                    request.call = status(&trailers).or(request.call);
                }
                Ok(Some(Part::End)) => return Said::End,
                Ok(Some(_)) => {}
                Ok(None) => return Said::Nothing,
                Err(error) => return Said::Error(error),
            }
        }
    }
}

fn return_credit(
    stream: &mut blocking::proto::StreamMut<'_, blocking::proto::Client>,
    data: &Bytes,
) {
    // It was taken a moment ago, so that it can be returned.
    let _ = stream.release_credit(u32::try_from(data.len()).unwrap_or(u32::MAX));
}

fn status(trailers: &Trailers) -> Option<i64> {
    trailers.field_value("grpc-status").and_then(number)
}

fn number(text: &[u8]) -> Option<i64> {
    core::str::from_utf8(text).ok()?.parse().ok()
}
