//! Settings of both ends: two records, never one (RFC 9113 §6.5).
//!
//! The peer's are in force when they come, ours when they are acknowledged. This is responsible for
//! the values, for which of them may change how, and for what the peer may rightly take to be in force
//! while an acknowledgment is under way. It is not responsible for what a value does to windows,
//! tables and streams.

mod change;
mod delivery;
mod first;
mod local;
mod peer;
mod record;
#[cfg(test)]
mod tests;

use frame::Setting;
use smallvec::SmallVec;

pub use self::change::SettingsChange;
pub(crate) use self::first::first;
pub(crate) use self::local::LocalSettings;
pub(crate) use self::peer::PeerSettings;
pub use self::record::Settings;

/// Settings on their way to the peer.
pub(crate) type Announcement = SmallVec<[Setting; 8]>;
