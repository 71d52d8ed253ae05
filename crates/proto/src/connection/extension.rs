//! Extension frames: passed on to the application, and sent for it (RFC 9113 §5.5).

use alloc::boxed::Box;

use frame::Frame;

use super::Shared;
use crate::error::UserError;
use crate::event::Event;
use crate::extension::ExtensionFrame;
use crate::role::Side;

/// The octets of extension frames that wait to be polled. What does not fit is dropped, as it may
/// be.
const WAITING: usize = 64 * 1024;

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
        let Some(frame) = ExtensionFrame::of(frame).filter(|_| is_wanted) else {
            return;
        };
        if self.signals.extension_octets + frame.octets() <= WAITING {
            self.signals.extension_octets += frame.octets();
            self.signals.push(Event::Extension(Box::new(frame)));
        }
    }
}
