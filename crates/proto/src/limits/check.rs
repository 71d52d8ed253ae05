//! What limits must be to each other.

use super::Limits;
use crate::error::ConfigError;

impl Limits {
    /// Says which limit, or which relation between two, lets nothing pass or cannot be kept.
    pub(crate) const fn check(&self) -> Result<(), ConfigError> {
        if let Some(name) = self.zero() {
            return Err(ConfigError::Zero(name));
        }
        if self.fields_hard < self.fields {
            return Err(ConfigError::Relation("fields <= fields_hard"));
        }
        Ok(())
    }

    /// The name of a limit that is zero and may not be.
    const fn zero(&self) -> Option<&'static str> {
        if self.field_section_octets == 0 {
            Some("field_section_octets")
        } else if self.fields == 0 {
            Some("fields")
        } else if self.fields_hard == 0 {
            Some("fields_hard")
        } else if self.decoded_octets == 0 {
            Some("decoded_octets")
        } else if self.replies_octets == 0 {
            Some("replies_octets")
        } else if self.replies == 0 {
            Some("replies")
        } else if self.settings_entries == 0 {
            Some("settings_entries")
        } else if self.assumed_streams == 0 {
            Some("assumed_streams")
        } else if self.resets_held == 0 {
            Some("resets_held")
        } else {
            None
        }
    }
}
