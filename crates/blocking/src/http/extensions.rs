//! What a message carries beside its head and its body.

use core::time::Duration;

use tress_http::http::Response;

/// The informational responses that came before the final one, as an extension of it.
#[derive(Clone, Debug)]
pub struct Informational(pub Vec<Response<()>>);

/// How long a client waits for 100 (Continue), as an extension of a request that expects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContinueWait(pub Duration);

impl Default for ContinueWait {
    /// A second: RFC 9110 §10.1.1 has a client not wait for ever, since old servers say nothing.
    fn default() -> Self {
        Self(Duration::from_secs(1))
    }
}
