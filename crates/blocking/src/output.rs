//! Who writes, as seen within turns.
//!
//! The session's lock is held meanwhile, so that nobody ever waits here.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::writer::{Job, Writer};

/// Where the writer is, and how far the ends have come.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// Here, for whoever has something to write.
    free: Mutex<Option<Writer>>,
    /// Taken in a turn, to be done after it.
    prepared: Mutex<Option<Job>>,
    /// Nothing is written any more.
    is_closed: AtomicBool,
    /// The thread that reads is in the middle of that.
    is_read: AtomicBool,
}

impl Output {
    /// One whose writer is for whoever has something to write.
    pub(crate) fn open(writer: Writer) -> Self {
        Self {
            free: Mutex::new(Some(writer)),
            ..Self::default()
        }
    }

    /// Takes the writer, if it is there.
    pub(crate) fn take(&self) -> Option<Writer> {
        take(&self.free)
    }

    /// Puts the writer back: the machine has nothing more to write, and wakes whom it has to.
    pub(crate) fn put_back(&self, writer: Writer) {
        put(&self.free, writer);
    }

    /// Keeps a job until the turn is over. Whoever has the writer is the only one who has one, but for those
    /// who end the input once more, of whom one is enough.
    pub(crate) fn prepare(&self, job: Job) -> bool {
        put(&self.prepared, job);
        true
    }

    /// Takes what was prepared: by this thread, or by another that has not come to it.
    pub(crate) fn take_prepared(&self) -> Option<Job> {
        take(&self.prepared)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_read(&self) -> bool {
        self.is_read.load(Ordering::Relaxed)
    }

    pub(crate) fn set_read(&self, is_read: bool) {
        self.is_read.store(is_read, Ordering::Relaxed);
    }
}

fn take<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn put<T>(place: &Mutex<Option<T>>, value: T) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
}
