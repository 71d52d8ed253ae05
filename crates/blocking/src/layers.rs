//! What is known of errors that a layer around the connection reports.

use core::error::Error as StdError;

use session::Fault;

/// Who made a layer fail, and whether that was for a lack of time.
pub(crate) fn judge(error: &(dyn StdError + 'static)) -> Option<Fault> {
    #[cfg(feature = "rustls")]
    if let Some(error) = error.downcast_ref() {
        return Some(of_tls(error));
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

#[cfg(feature = "rustls")]
pub(crate) fn of_tls(error: &tls::TlsError) -> Fault {
    Fault {
        blame: if error.is_ours() {
            proto::Blame::Local
        } else {
            proto::Blame::Peer
        },
        is_timeout: matches!(error, tls::TlsError::Timeout),
    }
}

/// No TLS came about.
#[cfg(feature = "rustls")]
pub(crate) fn no_tls(error: tls::TlsError) -> session::Error {
    let fault = of_tls(&error);
    session::Error::layer(error, fault)
}
