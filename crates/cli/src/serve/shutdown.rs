//! Ctrl-C and SIGTERM: the first lets running streams finish, the second ends at once.

use alloc::sync::Arc;
use core::time::Duration;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::health::Health;
use crate::args;
use crate::exit::{self, Result};
use crate::record::Recording;
use crate::talk::say;

/// How long we may take to end what still runs when the time is over.
const MERCY: Duration = Duration::from_secs(1);

/// How a server ends.
#[derive(Clone, Debug)]
pub(crate) struct Drain {
    /// How long it goes on as before.
    delay: Duration,
    /// How long running streams may go on then.
    limit: Duration,
    health: Health,
    recording: Recording,
}

/// The end of the server, if it has begun.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending(Arc<Mutex<Option<JoinHandle<()>>>>);

impl Drain {
    /// Ends a server as the command line asks for.
    pub(crate) fn new(args: &args::Serve, health: Health, recording: Recording) -> Self {
        Self {
            delay: args.drain_delay.unwrap_or_default(),
            limit: args.drain_limit,
            health,
            recording,
        }
    }
}

impl Ending {
    /// Calls `shut_down` on a thread of its own at the first signal, with how long it may take.
    ///
    /// # Errors
    ///
    /// The system does not let us catch signals.
    pub(crate) fn on_termination(
        drain: Drain,
        shut_down: impl FnOnce(Duration) + Send + 'static,
    ) -> Result<Self> {
        let ending = Self::default();
        let begun = ending.clone();
        let mut shut_down = Some(shut_down);
        exit::on_termination(move |code| match shut_down.take() {
            Some(shut_down) => begun.begin(drain.clone(), shut_down),
            None => leave(&drain.recording, code),
        })?;
        Ok(ending)
    }

    fn begin(&self, drain: Drain, shut_down: impl FnOnce(Duration) + Send + 'static) {
        let Drain {
            delay,
            limit,
            health,
            recording,
        } = drain;
        health.end();
        let all = delay.saturating_add(limit);
        say(format_args!(
            "going away: running requests have {} to finish; Ctrl-C again ends at once",
            humantime::format_duration(all)
        ));
        let thread = thread::spawn(move || {
            thread::sleep(delay);
            shut_down(limit);
        });
        // An exchange that sleeps, as a slow sink does, cannot be woken, and is not waited for.
        thread::spawn(move || {
            thread::sleep(all.saturating_add(MERCY));
            leave(&recording, 0)
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// Waits for the end, if it has begun.
    pub(crate) fn wait(self) {
        let thread = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A panic has been reported on stderr by then.
        let _ = thread.map(JoinHandle::join);
    }
}

/// Ends at once, and leaves what was recorded until then.
fn leave(recording: &Recording, code: i32) -> ! {
    if let Err(failure) = recording.finish() {
        failure.report();
    }
    process::exit(code)
}
