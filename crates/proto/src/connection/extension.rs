//! Extension frames: passed on to the application, and sent for it (RFC 9113 §5.5).

use frame::Frame;

use super::Shared;
use crate::error::UserError;
use crate::extension::ExtensionFrame;
use crate::role::Side;

impl Shared {
    /// Queues an extension frame, ahead of all content.
    pub(super) fn send_extension(&mut self, frame: ExtensionFrame) -> Result<(), UserError> {
        if self.life.is_over() {
            return Err(UserError::ConnectionClosed);
        }
        // RFC 7838 §4, RFC 8336 §2: only servers send these.
        if self.side == Side::Client && !matches!(frame, ExtensionFrame::Unknown { .. }) {
            return Err(UserError::Extension);
        }
        let length = frame.with(|frame| frame.head().length);
        // RFC 9113 §4.2: no frame is larger than the peer takes.
        if length.is_none_or(|length| length > self.peer_settings.record().max_frame_size) {
            return Err(UserError::Extension);
        }
        self.control.extend(frame);
        self.signals.wake_writer();
        Ok(())
    }

    /// Tells the application of an extension frame, if it wants to know.
    pub(super) fn tell_extension(&mut self, frame: Frame<'_>) {
        let is_wanted = match frame {
            // RFC 7838 §4: a server ignores ALTSVC. RFC 8336 §2.1: so does it ORIGIN.
            Frame::AltSvc(_) => self.side == Side::Client,
            // RFC 8336 §2.2: without TLS nobody is authoritative, and a client ignores ORIGIN too.
            Frame::Origin(_) => self.side == Side::Client && !self.is_h2c,
            _ => self.config.extensions,
        };
        if let Some(frame) = ExtensionFrame::of(frame).filter(|_| is_wanted) {
            self.signals.push_extension(frame);
        }
    }
}
