//! What a client's driver is to go on with by itself.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::future::Future;
use core::pin::Pin;
use std::sync::PoisonError;

use proto::Client as Role;
use session::Session;

use crate::sync::{self, AtomicBool, Mutex, MutexGuard, Ordering};

/// Something that the driver goes on with by itself, although nobody asks for the outcome.
pub(crate) type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The jobs that a driver has not taken yet.
#[derive(Clone)]
pub(crate) struct Jobs(Arc<Queue>);

struct Queue {
    /// `None` once the driver is at its end.
    jobs: Mutex<Option<Vec<Job>>>,
    is_any: AtomicBool,
}

impl Default for Jobs {
    fn default() -> Self {
        Self(Arc::new(Queue {
            jobs: Mutex::new(Some(Vec::new())),
            is_any: sync::flag(),
        }))
    }
}

impl Jobs {
    /// Has the driver of a connection go on with something; what comes too late is dropped.
    #[cfg_attr(
        not(feature = "http-body"),
        expect(dead_code, reason = "nobody has any")
    )]
    pub(crate) fn push(&self, session: &Session<Role>, job: Job) {
        let refused = match &mut *self.lock() {
            Some(jobs) => {
                jobs.push(job);
                None
            }
            None => Some(job),
        };
        // It may act on the connection when it is dropped.
        drop(refused);
        self.0.is_any.store(true, Ordering::SeqCst);
        session.driver().wake();
    }

    /// Takes all that there are, and locks nothing if there are none.
    pub(crate) fn take(&self) -> Vec<Job> {
        if !self.0.is_any.load(Ordering::SeqCst) {
            return Vec::new();
        }
        let mut jobs = self.lock();
        self.0.is_any.store(false, Ordering::SeqCst);
        jobs.as_mut().map(core::mem::take).unwrap_or_default()
    }

    /// The driver is at its end.
    pub(crate) fn close(&self) {
        let left = self.lock().take();
        drop(left);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Job>>> {
        self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
