//! What a frame is, as a number (RFC 9113 §6).

use crate::open::open_codes;

open_codes! {
    /// The type of a frame (RFC 9113 §4.1).
    ///
    /// Open: frames of other types are extensions, and an endpoint ignores those that it does not
    /// know.
    FrameType(u8), "0x{:02x}";
    /// Content (RFC 9113 §6.1).
    DATA = 0x0,
    /// The first piece of a field block (RFC 9113 §6.2).
    HEADERS = 0x1,
    /// A deprecated priority signal (RFC 9113 §6.3).
    PRIORITY = 0x2,
    /// The end of a stream at once (RFC 9113 §6.4).
    RST_STREAM = 0x3,
    /// Configuration (RFC 9113 §6.5).
    SETTINGS = 0x4,
    /// An announced request (RFC 9113 §6.6).
    PUSH_PROMISE = 0x5,
    /// A liveness check (RFC 9113 §6.7).
    PING = 0x6,
    /// The end of a connection (RFC 9113 §6.8).
    GOAWAY = 0x7,
    /// Credit for flow control (RFC 9113 §6.9).
    WINDOW_UPDATE = 0x8,
    /// A further piece of a field block (RFC 9113 §6.10).
    CONTINUATION = 0x9,
    /// An alternative service (RFC 7838 §4).
    ALTSVC = 0xa,
    /// Origins that the connection serves (RFC 8336 §2).
    ORIGIN = 0xc,
    /// The priority of a response (RFC 9218 §7.1).
    PRIORITY_UPDATE = 0x10,
}
