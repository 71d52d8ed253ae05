//! Ctrl-C: the first lets running streams finish, the second ends at once.

use alloc::sync::Arc;
use core::time::Duration;
use std::process;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::exit::{self, INTERRUPTED, Result};
use crate::record::Recording;
use crate::talk::say;

/// How long running streams may go on.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// How long we may take to end what still runs then.
const MERCY: Duration = Duration::from_secs(1);

/// The end of the server, if it has begun.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending(Arc<Mutex<Option<JoinHandle<()>>>>);

impl Ending {
    /// Calls `shut_down` on a thread of its own at the first Ctrl-C.
    ///
    /// # Errors
    ///
    /// The system does not let us catch it.
    pub(crate) fn on_ctrl_c(
        recording: Recording,
        shut_down: impl FnOnce() + Send + 'static,
    ) -> Result<Self> {
        let ending = Self::default();
        let begun = ending.clone();
        let mut shut_down = Some(shut_down);
        exit::on_ctrl_c(move || match shut_down.take() {
            Some(shut_down) => begun.begin(recording.clone(), shut_down),
            None => leave(&recording, INTERRUPTED),
        })?;
        Ok(ending)
    }

    fn begin(&self, recording: Recording, shut_down: impl FnOnce() + Send + 'static) {
        let limit = LIMIT.as_secs();
        say(format_args!(
            "going away: running requests have {limit} seconds to finish; Ctrl-C again ends at once"
        ));
        let thread = thread::spawn(shut_down);
        // An exchange that sleeps, as a slow sink does, cannot be woken, and is not waited for.
        thread::spawn(move || {
            thread::sleep(LIMIT + MERCY);
            leave(&recording, 0)
        });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
    }

    /// Waits for the end, if it has begun.
    pub(crate) fn wait(self) {
        let thread = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A panic has been told of on stderr by then.
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
