//! The accept loop.

use alloc::sync::Arc;
use core::time::Duration;
use std::thread;
use std::time::Instant;

use super::serving::{Mode, Service, serve};
use super::{Listener, Making, Server};
use crate::exchange::Exchange;
use crate::pool::Pool;
use crate::socket::Socket;
use session::{AcceptFailure, Error};

/// How long handlers have to notice that the server was aborted.
const LINGER: Duration = Duration::from_secs(1);

/// How long to wait when the system is out of something.
const PAUSE: Duration = Duration::from_millis(50);

/// How many connections are taken at most, where a listener is to be closed and they keep coming.
const WAITING: usize = 4096;

impl<L: Listener> Server<L> {
    pub(super) fn run<H>(self, mode: Mode, handler: H) -> Result<(), Error>
    where
        H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
    {
        let make = self.making();
        let pool = Arc::new(Pool::new(self.threads));
        let service = Service {
            mode,
            handler: Arc::new(handler),
            pool: Arc::clone(&pool),
            limit: self.limit,
            tcp: self.tcp,
            error_hook: self.error_hook.clone(),
        };
        let result = if self.registry.begin_to_accept() {
            let result = self.accept_all(&make, &service);
            self.registry.end_accepting();
            result
        } else {
            Ok(())
        };
        self.registry.wait_until_empty(None);
        if self.registry.is_aborted() {
            pool.close_within(LINGER);
        } else {
            pool.close();
        }
        result
    }

    fn accept_all<H>(
        &self,
        make: &Arc<Making<L::Stream>>,
        service: &Service<H>,
    ) -> Result<(), Error>
    where
        H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
    {
        loop {
            let begun = Instant::now();
            let accepted = self.listener.accept();
            let is_ending = self.registry.is_ending();
            match accepted {
                Ok(stream) => self.start(stream, make, service),
                Err(error) => match AcceptFailure::of(&error) {
                    _ if is_ending => {}
                    AcceptFailure::Listener => return Err(error.into()),
                    AcceptFailure::Peer => {}
                    // A listener that is shared looks now and then whether the server is to end.
                    AcceptFailure::Nobody if begun.elapsed() > PAUSE => {}
                    AcceptFailure::Nobody | AcceptFailure::Passing => thread::sleep(PAUSE),
                },
            }
            // That may be so since, for a connection had to wait for its place.
            if is_ending || self.registry.is_ending() {
                self.take_waiting(make, service);
                return Ok(());
            }
        }
    }

    /// Begins with the connections that the system has accepted already, and would reset when the
    /// listener is closed.
    fn take_waiting<H>(&self, make: &Arc<Making<L::Stream>>, service: &Service<H>)
    where
        H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
    {
        if self.shares_listener {
            return;
        }
        for _ in 0..WAITING {
            match self.listener.accept_waiting() {
                Ok(Some(stream)) => self.start(stream, make, service),
                Err(error) if AcceptFailure::of(&error) == AcceptFailure::Peer => {}
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// Starts the thread of a connection, once there is place for it.
    fn start<H>(&self, stream: L::Stream, make: &Arc<Making<L::Stream>>, service: &Service<H>)
    where
        H: Fn(Exchange) -> Result<(), Error> + Send + Sync + 'static,
    {
        if !self.registry.make_place(self.connections) {
            return;
        }
        let stream = Arc::new(stream);
        let membership = self.registry.join(Arc::clone(&stream) as Arc<dyn Socket>);
        let (make, service) = (Arc::clone(make), service.clone());
        let builder = thread::Builder::new().name("tress-server".into());
        let started = builder.spawn(move || {
            // A connection that ends badly ends alone, and its streams were told.
            if let Ok(Some(machine)) = make(&stream) {
                let _ = serve(machine, stream, &service, |shared| membership.run(shared));
            }
            drop(service);
            drop(membership);
        });
        if started.is_err() {
            // The connection is closed; threads may be available again later.
            thread::sleep(PAUSE);
        }
    }
}
