//! What limits must be to each other.

use super::{Limits, SMALL};
use crate::error::ConfigError;

impl Limits {
    /// Says which limit, or which relation between two, lets nothing pass or cannot be kept.
    pub(crate) const fn check(&self) -> Result<(), ConfigError> {
        if let Some(name) = self.zero() {
            return Err(ConfigError::Zero(name));
        }
        match self.broken() {
            Some(relation) => Err(ConfigError::Relation(relation)),
            None => Ok(()),
        }
    }

    /// A relation that does not hold.
    const fn broken(&self) -> Option<&'static str> {
        let (started, resets) = (self.started_resets, self.resets);
        if self.fields_hard < self.fields {
            Some("fields <= fields_hard")
        } else if self.waiting_sections() < self.field_section_octets as usize {
            Some("field_section_octets <= decoded_octets")
        } else if self.replies < 2 {
            // Reading stops at half of them.
            Some("replies >= 2")
        } else if resets.depth < started.depth || resets.per_second < started.per_second {
            // Who is slowed must not be ended first.
            Some("started_resets <= resets")
        } else if self.small_data.depth < SMALL {
            // Else no frame could ever be paid for.
            Some("small_data >= 256")
        } else {
            None
        }
    }

    /// The name of a limit that is zero and may not be.
    const fn zero(&self) -> Option<&'static str> {
        if self.field_section_octets == 0 {
            Some("field_section_octets")
        } else if self.fields == 0 {
            Some("fields")
        } else if self.fields_hard == 0 {
            Some("fields_hard")
        } else if self.waiting_sections() == 0 {
            Some("decoded_octets")
        } else if self.replies_octets == 0 {
            Some("replies_octets")
        } else if self.replies == 0 {
            Some("replies")
        } else if self.settings_entries == 0 {
            Some("settings_entries")
        } else if self.assumed_streams == 0 {
            Some("assumed_streams")
        } else if self.started_resets.depth == 0 || self.started_resets.per_second == 0 {
            Some("started_resets")
        } else if self.small_data.per_second == 0 {
            Some("small_data")
        } else {
            None
        }
    }
}
