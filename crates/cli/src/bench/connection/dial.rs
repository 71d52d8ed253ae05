//! Making connections, and what becomes of requests whose connection is gone.

use alloc::boxed::Box;
use core::fmt::Display;
use std::io;

use blocking::proto::{Connection as Machine, Side};
use mio::Registry;

use super::link::Link;
use super::{Connection, Outcome};
use crate::bench::context::Context;
use crate::bench::transport::{Step, Transport};
use crate::bench::waits::Wait;
use crate::record::Observers;

/// How long after a connection could not be made the next is tried, in nanoseconds.
const PAUSE: u64 = 100_000_000;

impl Connection {
    /// Goes on with making the connection; says whether it is there.
    pub(super) fn dial(
        &mut self,
        context: &mut Context<'_>,
        registry: &Registry,
        now: u64,
    ) -> bool {
        // Requests do not wait to be made until there is a connection: they wait for it.
        self.refill(context, now);
        if self.link.is_none() && now >= self.dial_at && self.is_wanted(context) {
            match self.begin(context, registry) {
                Ok(link) => self.link = Some(link),
                Err(error) => self.refused(&error, context, now),
            }
        }
        let Some(link) = &mut self.link else {
            return false;
        };
        if link.is_ready {
            return true;
        }
        match link.transport.step() {
            Ok(Step::Dialing) => false,
            Ok(Step::Ready) => {
                link.is_ready = true;
                link.began = now;
                link.tick(now);
                link.measure(now);
                context.tally.counts.connections += 1;
                context.refused = 0;
                self.waits.set(Wait::Free, now);
                true
            }
            Err(error) => {
                link.transport.leave(registry);
                self.link = None;
                self.refused(&error, context, now);
                false
            }
        }
    }

    fn is_wanted(&self, context: &Context<'_>) -> bool {
        !self.is_idle() || context.supply.is_none_or(|supply| !supply.is_empty())
    }

    fn begin(&self, context: &Context<'_>, registry: &Registry) -> io::Result<Link> {
        let plan = context.plan;
        #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "TLS is put on it"))]
        let mut transport = Transport::dial(plan.address, registry, self.token)?;
        #[cfg(feature = "tls")]
        if let Some((config, name)) = &plan.tls {
            let tls = rustls::ClientConnection::new(config.clone(), name.clone());
            transport.secure(tls.map_err(io::Error::other)?);
        }
        let mut machine = Machine::new(plan.config.clone());
        // What is drawn is one connection: what is seen of it costs much more than the requests do.
        if self.number == 0 && plan.recording.is_on() {
            let observers = plan.recording.observers(Side::Client, "bench");
            machine.observe(Box::new(Observers(observers)));
        }
        Ok(Link::new(transport, machine))
    }

    /// No connection could be made: in a closed loop its requests fail, else they wait.
    fn refused(&mut self, error: &io::Error, context: &mut Context<'_>, now: u64) {
        self.dial_at = now + PAUSE;
        context.refused += 1;
        context
            .tally
            .wrong(&format_args!("cannot connect: {error}"));
        if context.supply.is_some() {
            self.requests.waiting.clear();
            for place in self.requests.places() {
                self.end(place, Outcome::Failed, now, context);
            }
        }
    }

    /// Gives up a connection that is over, or that goes away and has nothing more to do.
    pub(super) fn hang_up(&mut self, context: &mut Context<'_>, registry: &Registry, now: u64) {
        let Some(link) = &mut self.link else { return };
        let is_leaving = link.machine.is_going_away();
        if is_leaving {
            self.waits.set(Wait::Dialing, now);
        }
        let is_idle = is_leaving && self.requests.running == 0;
        if !link.is_over && !is_idle {
            return;
        }
        link.transport.leave(registry);
        for place in self.requests.places() {
            self.give_up(place, context, now);
        }
        self.requests.forget_streams();
        self.link = None;
        self.waits.set(Wait::Dialing, now);
        // A server that only goes away is not asked as fast as it does.
        let is_useful = core::mem::take(&mut self.has_answered);
        self.dial_at = if is_useful { now } else { now + PAUSE };
        self.dial(context, registry, now);
    }

    /// What becomes of a request on a connection that is gone.
    fn give_up(&mut self, place: u32, context: &mut Context<'_>, now: u64) {
        let stream = self.requests.get(place).and_then(|request| request.stream);
        let (Some(stream), Some(link)) = (stream, &mut self.link) else {
            return;
        };
        // What arrived before is taken by now.
        let error = match link
            .machine
            .stream_mut(stream)
            .map(|mut stream| stream.recv())
        {
            Ok(Err(error)) => error,
            _ => blocking::proto::StreamError::ConnectionLost,
        };
        self.fail(place, error, context, now);
    }

    /// A request has failed. One that the server has not looked at is made once more.
    pub(super) fn fail(
        &mut self,
        place: u32,
        error: blocking::proto::StreamError,
        context: &mut Context<'_>,
        now: u64,
    ) {
        if error.is_retryable() {
            if let Some(request) = self.requests.reopen(place) {
                request.life.queue(&mut self.waits, now);
                context.tally.counts.retried += 1;
            }
            return;
        }
        self.wrong(place, &error, context);
        self.end(place, Outcome::Failed, now, context);
    }

    /// Takes note of why a request failed, if it counts.
    fn wrong(&mut self, place: u32, error: &dyn Display, context: &mut Context<'_>) {
        let intended = self.requests.get(place).map(|request| request.intended);
        if intended.is_some_and(|intended| context.counted.counts(intended)) {
            context.tally.wrong(error);
        }
    }
}
