//! Why a stream or a connection ended, as a number (RFC 9113 §7).

use crate::open::open_codes;

open_codes! {
    /// The reason that RST_STREAM and GOAWAY carry (RFC 9113 §7).
    ///
    /// Open: a peer may send any value, and an unknown one means no more than INTERNAL_ERROR does.
    ///
    /// ```
    /// use tress_frame::ErrorCode;
    ///
    /// assert_eq!(ErrorCode(8), ErrorCode::CANCEL);
    /// assert_eq!(ErrorCode::CANCEL.to_string(), "CANCEL");
    /// assert_eq!(ErrorCode(0x1f).to_string(), "0x1f");
    /// ```
    #[doc(alias("Reason", "nghttp2_error_code"))]
    ErrorCode(u32), "0x{:02x}";
    /// Not an error, for example a graceful shutdown.
    NO_ERROR = 0x0,
    /// A protocol error that no other code describes better.
    PROTOCOL_ERROR = 0x1,
    /// The endpoint itself failed.
    INTERNAL_ERROR = 0x2,
    /// The peer broke the rules of flow control.
    FLOW_CONTROL_ERROR = 0x3,
    /// The acknowledgment of SETTINGS did not come in time.
    SETTINGS_TIMEOUT = 0x4,
    /// A frame arrived after its stream was half-closed.
    STREAM_CLOSED = 0x5,
    /// A frame had an invalid size.
    FRAME_SIZE_ERROR = 0x6,
    /// The stream was refused before anything was done for it.
    REFUSED_STREAM = 0x7,
    /// The stream is no longer needed.
    CANCEL = 0x8,
    /// The field compression context can no longer be kept.
    COMPRESSION_ERROR = 0x9,
    /// The connection made for a CONNECT request was reset or ended abnormally.
    CONNECT_ERROR = 0xa,
    /// The peer causes excessive load.
    ENHANCE_YOUR_CALM = 0xb,
    /// The transport does not meet the security requirements.
    INADEQUATE_SECURITY = 0xc,
    /// HTTP/1.1 is to be used instead.
    HTTP_1_1_REQUIRED = 0xd,
}
