//! The thread that writes what takes long, so that a blocked write never stops reading.
//!
//! Over a socket it is started on first need. Over two halves that know no time limits it does all
//! the writing, and keeps the time, too.

use alloc::sync::Arc;
use core::time::Duration;

use proto::Role;
use runtime::Staged;
use session::Session;

use crate::clock::{is_out_of_time, park, thread_waker, tick};
use crate::link::{Io, Link};
use crate::sync::thread;
use crate::writer::{Job, PATIENCE, Writer};

/// How long a write may wait before the thread looks whether it is still wanted.
const LONG: Duration = Duration::from_secs(1);

impl<R: Role> Io<R> {
    /// Gives the writer to the thread that writes what takes long.
    pub(crate) fn hand_over(self: &Arc<Self>, session: &Session<R>, writer: Writer) {
        let pump = {
            let mut threads = self.threads();
            threads.handed = Some(writer);
            threads.pump.clone()
        };
        match pump {
            Some(pump) => pump.unpark(),
            None => self.start_pump(session),
        }
    }

    /// Starts the thread, with what was handed over.
    fn start_pump(self: &Arc<Self>, session: &Session<R>) {
        let link = Link {
            session: session.clone(),
            io: Arc::clone(self),
        };
        let builder = thread::Builder::new().name("tress-write".into());
        if builder.spawn(move || link.pump()).is_err() {
            self.pump_once(session);
        }
    }

    fn pump_once(&self, session: &Session<R>) {
        let Some(mut writer) = self.threads().handed.take() else {
            return;
        };
        loop {
            writer.set_patience(LONG);
            let result = writer.drain(self.number);
            let is_stuck = result.as_ref().is_err_and(is_out_of_time);
            match self.after_write(session, writer, result) {
                Some(Job::Write(next)) if is_stuck && self.is_given_up(session) => {
                    return self.close(session, next);
                }
                Some(Job::Write(next)) => writer = next,
                Some(Job::Close(writer)) => return self.close(session, writer),
                Some(Job::Wake) | None => return,
            }
        }
    }

    /// Tells the machine the time, which judges output that nobody takes. Says whether it gave it up.
    fn is_given_up(&self, session: &Session<R>) -> bool {
        let is_closed = self.turn(session, |locked| {
            tick(locked);
            locked.machine().is_closed()
        });
        is_closed == Some(true)
    }
}

impl<R: Role> Link<R> {
    /// Writes what is handed over, until the connection is done.
    fn pump(&self) {
        // Nobody starts another meanwhile: what was handed over is for this one.
        self.io.threads().pump = Some(thread::current());
        loop {
            self.io.pump_once(&self.session);
            let mut threads = self.io.threads();
            if threads.is_done {
                threads.pump = None;
                drop(threads);
                return self.io.ended.notify_all();
            }
            drop(threads);
            park(None);
        }
    }

    /// Does all the writing of a connection.
    pub(crate) fn pump_alone(&self, mut writer: Writer) {
        let (driver, waker) = (self.session.driver(), thread_waker());
        driver.begin();
        loop {
            driver.clear();
            let turn = self.session.turn(|locked| {
                let limit = tick(locked);
                (limit, writer.stage(locked))
            });
            let Ok(((limit, staged), _)) = turn else {
                return;
            };
            match staged {
                Staged::Closed => return self.io.close(&self.session, writer),
                Staged::Nothing => {
                    if driver.rest(&waker, || true) {
                        park(limit);
                        driver.begin();
                    }
                }
                Staged::Octets => {
                    let result = writer.drain(self.io.number);
                    if result.as_ref().is_err_and(is_out_of_time) {
                        thread::sleep(PATIENCE);
                    }
                    // It is this thread's turn again at once.
                    let _ = self.session.turn(|locked| writer.report(locked, result));
                }
            }
        }
    }
}
