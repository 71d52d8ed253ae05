//! The peer's settings, and waiting to hear them (RFC 9113 §6.5).

use core::task::{Context, Poll, Waker};

use proto::{Role, Settings, SettingsChange};

use crate::error::Error;
use crate::locked::Locked;
use crate::session::Session;
use crate::spent::note;

impl<R: Role> Locked<R> {
    /// Waits until the peer's settings have come, or never will.
    pub(crate) fn poll_settings(&mut self, waker: &Waker) -> Poll<()> {
        if self.peer_settings.is_received || self.is_going_away || self.closed.is_some() {
            return Poll::Ready(());
        }
        note(&mut self.peer_settings.waiting, waker);
        Poll::Pending
    }
}

impl<R: Role> Session<R> {
    /// Waits until the peer's settings have come, or never will.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn poll_settings(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.poll(|locked| locked.poll_settings(cx.waker()).map(Ok))
    }

    /// What the peer has announced so far (RFC 9113 §6.5).
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn peer_settings(&self) -> Result<Settings, Error> {
        self.act(|locked| Ok(*locked.machine.connection().peer_settings()))
    }

    /// Announces other settings of ours (RFC 9113 §6.5.3).
    ///
    /// # Errors
    ///
    /// What ended the connection, that a value cannot be announced,
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn update_settings(&self, change: SettingsChange) -> Result<(), Error> {
        self.act(|locked| {
            let outcome = locked.machine.connection().update_settings(change);
            outcome.map_err(|error| locked.refusal(proto::StreamId::MAX, error))
        })
    }

    /// How often the peer has acknowledged settings of ours (RFC 9113 §6.5.3).
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn settings_acked(&self) -> Result<u64, Error> {
        self.act(|locked| Ok(locked.peer_settings.acked))
    }
}
