//! How driving ends: a transport that fails, and what is waited for at the end of one.

use std::io::{self, ErrorKind};
use std::time::Instant;

use proto::Role;
use runtime::{Reader, Writer};

use super::{Course, Driver, Next, settle};
use crate::error::Error;
use crate::locked::Locked;

impl<R: Role> Driver<R> {
    /// The transport failed while it was read.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn fail_input(&mut self, reader: &mut Reader, error: io::Error) -> Result<(), Error> {
        reader.ended();
        let turn = |locked: &mut Locked<R>| locked.machine().report_exn(Box::new(error));
        self.session.turn(turn)?;
        Ok(())
    }

    /// The transport failed while it was written to. Where that only means that the peer takes no more, it
    /// is read on, for the peer may have said why: see [`runtime::report_write_error`].
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn fail_output(&mut self, writer: &mut Writer, error: io::Error) -> Result<(), Error> {
        self.session.turn(|locked| {
            settle(locked, writer);
            writer.fail(locked.machine(), error);
        })?;
        Ok(())
    }

    /// Both directions are closed. To drop a transport on unread input may destroy our last words.
    pub(super) fn end(
        &mut self,
        reader: &Reader,
        is_aborted: bool,
        now: Instant,
    ) -> Result<Next, Error> {
        self.course = Course::Lingering;
        let until = self.closing.lingers_until(self.point(now));
        if !reader.is_ended() && !is_aborted && self.point(now) < until {
            return Ok(Next::Read(self.epoch.checked_add(until)));
        }
        self.session.turn(Locked::finish)?;
        self.course = Course::Over;
        Ok(Next::Over)
    }
}

impl<R: Role> Drop for Driver<R> {
    fn drop(&mut self) {
        if self.course != Course::Over {
            let error = io::Error::new(ErrorKind::Interrupted, "the driver was dropped");
            self.session.lose(Box::new(error));
        }
    }
}
