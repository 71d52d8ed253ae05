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
use crate::writing::{Job, PATIENCE, Writer};

/// How long a write may wait before the thread looks whether it is still wanted.
const LONG: Duration = Duration::from_secs(1);

impl<R: Role> Io<R> {
    /// Starts the thread, with what was handed over.
    pub(crate) fn start_pump(self: &Arc<Self>, session: &Session<R>) {
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
        let Some(mut writer) = self.queue().take_handed() else {
            return;
        };
        loop {
            writer.set_patience(LONG);
            let result = writer.drain(self.number);
            let is_stuck = result.as_ref().is_err_and(is_out_of_time);
            match self.after_write(session, writer, result) {
                Some(Job::Write(next)) if is_stuck && is_given_up(session) => {
                    return self.close(session, next);
                }
                Some(Job::Write(next)) => writer = next,
                Some(Job::Close(writer)) => return self.close(session, writer),
                Some(Job::Wake) | None => return,
            }
        }
    }
}

/// Tells the machine the time, which judges output that nobody takes. Says whether it gave it up.
fn is_given_up<R: Role>(session: &Session<R>) -> bool {
    let turn = session.turn(|locked| {
        tick(locked);
        locked.machine().is_closed()
    });
    turn.is_ok_and(|(is_closed, _)| is_closed)
}

impl<R: Role> Link<R> {
    /// Writes what is handed over, until the connection is done.
    fn pump(&self) {
        // Nobody starts another meanwhile: what was handed over is for this one.
        self.io.queue().pump = Some(thread::current());
        loop {
            self.io.pump_once(&self.session);
            let mut queue = self.io.queue();
            if queue.is_done {
                queue.pump = None;
                drop(queue);
                return self.io.ended.notify_all();
            }
            drop(queue);
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
