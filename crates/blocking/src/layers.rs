//! What is known of errors that a layer around the connection reports.

use core::error::Error as StdError;

use session::Fault;

/// Who made a layer fail, and whether that was for a lack of time.
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
