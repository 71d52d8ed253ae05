//! Error codes (RFC 9113 §7).

use core::fmt;

use proto::ErrorCode;

/// An error code, as RST_STREAM and GOAWAY carry it (RFC 9113 §7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reason(u32);

/// Writes the codes: for each its name, its number, what it is for, and its words.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $words:literal;)+) => {
        impl Reason {
            $($(#[doc = $doc])+ pub const $name: Self = Self($code);)+

            /// Says in a few words what the code is for.
            #[must_use]
            pub fn description(&self) -> &str {
                match self.0 {
                    $($code => $words,)+
                    _ => "unknown reason",
                }
            }

            const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some(stringify!($name)),)+
                    _ => None,
                }
            }
        }
    };
}

reasons! {
    /// Nothing went wrong: a graceful end, say (RFC 9113 §7).
    NO_ERROR = 0x0, "not a result of an error";
    /// The peer broke a rule that has no code of its own (RFC 9113 §7).
    PROTOCOL_ERROR = 0x1, "unspecific protocol error detected";
    /// The endpoint failed by itself (RFC 9113 §7).
    INTERNAL_ERROR = 0x2, "unexpected internal error encountered";
    /// The peer sent more than its credit (RFC 9113 §7).
    FLOW_CONTROL_ERROR = 0x3, "flow-control protocol violated";
    /// The peer did not acknowledge SETTINGS in time (RFC 9113 §7).
    SETTINGS_TIMEOUT = 0x4, "settings ACK not received in timely manner";
    /// A frame came on a stream whose sender had ended it (RFC 9113 §7).
    STREAM_CLOSED = 0x5, "received frame when stream half-closed";
    /// The length of a frame is not allowed (RFC 9113 §7).
    FRAME_SIZE_ERROR = 0x6, "frame with invalid size";
    /// The application has not begun with the request, which may be sent again (RFC 9113 §8.7).
    REFUSED_STREAM = 0x7, "refused stream before processing any application logic";
    /// Nobody needs the stream any more (RFC 9113 §7).
    CANCEL = 0x8, "stream no longer needed";
    /// The table of the field compression is lost (RFC 9113 §7).
    COMPRESSION_ERROR = 0x9, "unable to maintain the header compression context";
    /// The connection behind a CONNECT was reset or closed out of order (RFC 9113 §7).
    CONNECT_ERROR = 0xa,
        "connection established in response to a CONNECT request was reset or abnormally closed";
    /// The peer costs more than it should (RFC 9113 §7).
    ENHANCE_YOUR_CALM = 0xb, "detected excessive load generating behavior";
    /// The transport is not secure enough (RFC 9113 §7).
    INADEQUATE_SECURITY = 0xc, "security properties do not meet minimum requirements";
    /// Only HTTP/1.1 will do (RFC 9113 §7).
    HTTP_1_1_REQUIRED = 0xd, "endpoint requires HTTP/1.1";
}

impl Reason {
    pub(crate) const fn code(self) -> ErrorCode {
        ErrorCode(self.0)
    }

    pub(crate) const fn of(code: ErrorCode) -> Self {
        Self(code.0)
    }
}

impl From<u32> for Reason {
    fn from(code: u32) -> Self {
        Self(code)
    }
}

impl From<Reason> for u32 {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Reason({:x})", self.0),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description())
    }
}
