//! What is known of errors that the layers of this workspace report.

use core::error::Error as StdError;

use crate::kind::Fault;

/// Who made a layer fail, and whether that was for a lack of time, of the layers whose features are on.
pub(crate) fn judge(error: &(dyn StdError + 'static)) -> Option<Fault> {
    #[cfg(feature = "rustls")]
    if let Some(error) = error.downcast_ref::<tls::TlsError>() {
        return Some(Fault::from(error));
    }
    #[cfg(feature = "h2c-upgrade")]
    if error.is::<upgrade::UpgradeError>() {
        return Some(Fault {
            blame: proto::Blame::Peer,
            is_timeout: false,
        });
    }
    let _ = error;
    None
}
