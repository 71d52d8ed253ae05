//! A connection with its transport: what clients and servers have in common.

#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use core::fmt;
use core::task::{Context, Poll};
use std::io;

use proto::{Connection, ErrorCode, Role, SettingsChange};
use session::{Extension, Options, Session};

use crate::driver::Driver;
use crate::error::Error;
use crate::link::act;
use crate::setup::{MAX_WINDOW, Setup};
use crate::table::{Table, Turn};
use crate::user_error::UserError;

/// A connection with its transport. Dropped, it ends the connection.
pub(crate) struct Wire<T, R: Role> {
    session: Session<R>,
    driver: Driver<T>,
    is_done: bool,
}

impl<T, R: Role> Wire<T, R>
where
    Table<R>: Extension<R>,
{
    /// A connection that is set up so, and of which nothing was written yet.
    pub(crate) fn new(io: T, setup: &Setup) -> Result<Self, Error> {
        let config = setup.config(R::SIDE);
        let config = config
            .map_err(|error| Error::io(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
        let options = Options {
            extension: Some(Box::new(Table::<R>::new(setup))),
            ..Options::default()
        };
        let mut connection = Connection::<R>::new(config);
        if let Some(observers) = &setup.observers {
            connection.observe(observers.make());
        }
        let session = Session::new(Box::new(connection), options);
        let mut wire = Self {
            session,
            driver: Driver::new(io),
            is_done: false,
        };
        if setup.connection_window() < crate::setup::INITIAL_WINDOW {
            wire.set_target_window_size(setup.connection_window());
        }
        Ok(wire)
    }

    pub(crate) const fn session(&self) -> &Session<R> {
        &self.session
    }

    pub(crate) const fn driver(&mut self) -> &mut Driver<T> {
        &mut self.driver
    }

    /// Takes a turn that is worth nothing in the middle of another.
    pub(crate) fn act<U>(&self, action: impl FnOnce(&mut Turn<'_, R>) -> U) -> Result<U, Error> {
        act(&self.session, action)
    }

    pub(crate) fn set_target_window_size(&mut self, size: u32) {
        assert!(size <= MAX_WINDOW, "a window has at most 2^31-1 octets");
        // Credit is manual, and the size is one.
        let _ = self.act(|turn| turn.connection.set_connection_window(size));
    }

    pub(crate) fn set_initial_window_size(&mut self, size: u32) -> Result<(), Error> {
        assert!(size <= MAX_WINDOW, "a window has at most 2^31-1 octets");
        let change = SettingsChange::default().initial_window(size);
        let change = change.map_err(|_| Error::user(UserError::PayloadTooBig))?;
        self.announce(change, Some(size))
    }

    /// Announces other settings, one after the other was acknowledged.
    pub(crate) fn announce(
        &self,
        change: SettingsChange,
        initial_window: Option<u32>,
    ) -> Result<(), Error> {
        self.act(|turn| {
            if turn.table.has_unacknowledged_settings() {
                return Err(Error::user(UserError::SendSettingsWhilePending));
            }
            // A connection that has ended says so to whoever drives it.
            if turn.connection.update_settings(change).is_ok() {
                turn.table.announced(initial_window);
            }
            Ok(())
        })?
    }

    /// Takes the right to send pings, once.
    pub(crate) fn take_ping(&self) -> bool {
        let taken = self.act(|turn| core::mem::replace(&mut turn.table.ping().is_taken, true));
        !taken.unwrap_or(true)
    }

    pub(crate) fn max_recv_streams(&self) -> usize {
        self.act(|turn| turn.table.max_recv_streams()).unwrap_or(0)
    }

    pub(crate) fn abort(&self, code: ErrorCode) {
        self.session.abort(code);
    }
}

impl<T, R: Role> Wire<T, R>
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    Table<R>: Extension<R>,
{
    /// Drives the connection until both directions are closed; returns how it ended.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.driver.poll(cx, &self.session).is_pending() {
            return Poll::Pending;
        }
        let is_flushed = self.driver.is_flushed();
        let is_first = !core::mem::replace(&mut self.is_done, true);
        let outcome = self.act(|turn| turn.table.outcome(is_flushed));
        // An error is reported once: after it, the connection is closed, and that is all.
        Poll::Ready(outcome.and_then(|outcome| if is_first { outcome } else { Ok(()) }))
    }

    /// Writes what there is, and flushes it.
    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.driver.poll_flush(cx, &self.session)
    }
}

impl<T, R: Role> Drop for Wire<T, R> {
    fn drop(&mut self) {
        if !self.is_done {
            let error = io::Error::new(io::ErrorKind::BrokenPipe, "the connection was dropped");
            self.session.lose(Box::new(error));
        }
    }
}

impl<T, R: Role> fmt::Debug for Wire<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
