//! SETTINGS (RFC 9113 §6.5).

use super::{Frame, Payload};
use crate::{flag, kind};

/// What SETTINGS adds to a frame.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    values: Vec<(u16, u32)>,
}

/// Begins a SETTINGS frame.
#[must_use]
pub fn settings() -> Frame<Settings> {
    Frame::new(kind::SETTINGS, 0, 0, Settings::default())
}

/// Makes the acknowledgment of SETTINGS.
#[must_use]
pub fn settings_ack() -> Frame<Settings> {
    Frame::new(kind::SETTINGS, flag::ACK, 0, Settings::default())
}

impl Frame<Settings> {
    /// Adds a setting; what was added before stays, with the same identifier too.
    #[must_use]
    pub fn set(mut self, id: u16, value: u32) -> Self {
        self.payload.values.push((id, value));
        self
    }
}

impl Payload for Settings {
    fn write(&self, out: &mut Vec<u8>) {
        for (id, value) in &self.values {
            out.extend(id.to_be_bytes());
            out.extend(value.to_be_bytes());
        }
    }
}
