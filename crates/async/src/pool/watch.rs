//! What a connection says of itself while its pool is busy with others.

use alloc::sync::Arc;
use std::sync::{Mutex, PoisonError};

use proto::{Direction, ErrorCode, Observe, Record, Window, frame::Frame};
use tokio::sync::Notify;

/// What has been said since the pool looked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Updates {
    /// The peer announced settings (RFC 9113 §6.5).
    pub(super) settings: bool,
    /// The peer goes away (RFC 9113 §6.8).
    pub(super) going_away: Option<ErrorCode>,
    /// The connection's window began, or ceased, to hold streams up.
    pub(super) window: Option<bool>,
    /// The transport ceased, or began again, to take what is written.
    pub(super) transport: Option<bool>,
    /// The peer named origins, and this one was not among them (RFC 8336 §2.4).
    pub(super) is_excluded: bool,
}

/// Takes what a connection says.
#[derive(Debug, Default)]
pub(super) struct Watch {
    update: Mutex<Updates>,
    changed: Notify,
}

/// The observer of a connection, before the caller's own.
pub(super) struct Watching {
    watch: Arc<Watch>,
    /// As ORIGIN has it.
    origin: Arc<str>,
    is_named: bool,
    /// How many streams the connection's window holds up.
    stalled: usize,
    inner: Option<Box<dyn Observe>>,
}

impl Watch {
    /// Takes what has been said.
    pub(super) fn take(&self) -> Updates {
        let mut update = self.update.lock().unwrap_or_else(PoisonError::into_inner);
        core::mem::take(&mut *update)
    }

    /// Waits until something is said.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// The transport takes what is written, or not.
    pub(super) fn transport(&self, is_stalled: bool) {
        self.say(|update| update.transport = Some(is_stalled));
    }

    fn say(&self, change: impl FnOnce(&mut Updates)) {
        change(&mut self.update.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_one();
    }
}

impl Watching {
    pub(super) fn new(
        watch: Arc<Watch>,
        origin: Arc<str>,
        inner: Option<Box<dyn Observe>>,
    ) -> Self {
        Self {
            watch,
            origin,
            is_named: false,
            stalled: 0,
            inner,
        }
    }

    fn received(&mut self, frame: Frame<'_>) {
        match frame {
            Frame::Settings(_) => self.watch.say(|update| update.settings = true),
            Frame::GoAway(frame) => {
                let code = frame.error_code;
                self.watch.say(|update| update.going_away = Some(code));
            }
            Frame::Origin(frame) => {
                let ours = self.origin.as_bytes();
                self.is_named |= frame.iter().any(|origin| origin == ours);
                let is_excluded = !self.is_named;
                self.watch.say(|update| update.is_excluded = is_excluded);
            }
            _ => {}
        }
    }
}

impl Observe for Watching {
    fn record(&mut self, record: Record<'_>) {
        match record {
            Record::Frame {
                direction: Direction::Received,
                frame,
                ..
            } => self.received(frame),
            Record::StallBegan {
                window: Window::Connection,
                ..
            } => {
                self.stalled += 1;
                self.watch.say(|update| update.window = Some(true));
            }
            Record::StallEnded {
                window: Window::Connection,
                ..
            } => {
                self.stalled = self.stalled.saturating_sub(1);
                let is_stalled = self.stalled > 0;
                self.watch.say(|update| update.window = Some(is_stalled));
            }
            _ => {}
        }
        if let Some(inner) = &mut self.inner {
            inner.record(record);
        }
    }
}
