//! Numbers of the wire and their names (RFC 9113 §6, RFC 9113 §7; RFC 9218 §7.1).

/// Frame types.
pub mod kind {
    /// RFC 9113 §6.1.
    pub const DATA: u8 = 0x0;
    /// RFC 9113 §6.2.
    pub const HEADERS: u8 = 0x1;
    /// RFC 9113 §6.3.
    pub const PRIORITY: u8 = 0x2;
    /// RFC 9113 §6.4.
    pub const RST_STREAM: u8 = 0x3;
    /// RFC 9113 §6.5.
    pub const SETTINGS: u8 = 0x4;
    /// RFC 9113 §6.6.
    pub const PUSH_PROMISE: u8 = 0x5;
    /// RFC 9113 §6.7.
    pub const PING: u8 = 0x6;
    /// RFC 9113 §6.8.
    pub const GOAWAY: u8 = 0x7;
    /// RFC 9113 §6.9.
    pub const WINDOW_UPDATE: u8 = 0x8;
    /// RFC 9113 §6.10.
    pub const CONTINUATION: u8 = 0x9;
    /// RFC 7838 §4.
    pub const ALTSVC: u8 = 0xa;
    /// RFC 8336 §2.
    pub const ORIGIN: u8 = 0xc;
    /// RFC 9218 §7.1.
    pub const PRIORITY_UPDATE: u8 = 0x10;

    /// The types that have a name, in order.
    pub const NAMED: [(u8, &str); 13] = [
        (DATA, "DATA"),
        (HEADERS, "HEADERS"),
        (PRIORITY, "PRIORITY"),
        (RST_STREAM, "RST_STREAM"),
        (SETTINGS, "SETTINGS"),
        (PUSH_PROMISE, "PUSH_PROMISE"),
        (PING, "PING"),
        (GOAWAY, "GOAWAY"),
        (WINDOW_UPDATE, "WINDOW_UPDATE"),
        (CONTINUATION, "CONTINUATION"),
        (ALTSVC, "ALTSVC"),
        (ORIGIN, "ORIGIN"),
        (PRIORITY_UPDATE, "PRIORITY_UPDATE"),
    ];

    /// The name of a type; `UNKNOWN` for all that have none here.
    #[must_use]
    pub fn name(kind: u8) -> &'static str {
        NAMED
            .iter()
            .find(|(number, _)| *number == kind)
            .map_or("UNKNOWN", |(_, name)| name)
    }
}

/// Flags of frames.
pub mod flag {
    /// Of DATA and HEADERS.
    pub const END_STREAM: u8 = 0x1;
    /// Of SETTINGS and PING.
    pub const ACK: u8 = 0x1;
    /// Of HEADERS, PUSH_PROMISE and CONTINUATION.
    pub const END_HEADERS: u8 = 0x4;
    /// Of DATA, HEADERS and PUSH_PROMISE.
    pub const PADDED: u8 = 0x8;
    /// Of HEADERS.
    pub const PRIORITY: u8 = 0x20;
}

/// Error codes (RFC 9113 §7).
pub mod code {
    /// Graceful shutdown.
    pub const NO_ERROR: u32 = 0x0;
    /// A rule of the protocol was broken.
    pub const PROTOCOL_ERROR: u32 = 0x1;
    /// The sender of the code is at fault.
    pub const INTERNAL_ERROR: u32 = 0x2;
    /// A window was exceeded.
    pub const FLOW_CONTROL_ERROR: u32 = 0x3;
    /// SETTINGS were not acknowledged in time.
    pub const SETTINGS_TIMEOUT: u32 = 0x4;
    /// A frame came for a stream that had ended.
    pub const STREAM_CLOSED: u32 = 0x5;
    /// A frame has a size that it may not have.
    pub const FRAME_SIZE_ERROR: u32 = 0x6;
    /// The stream was not processed.
    pub const REFUSED_STREAM: u32 = 0x7;
    /// The stream is not wanted any more.
    pub const CANCEL: u32 = 0x8;
    /// The compression contexts are lost.
    pub const COMPRESSION_ERROR: u32 = 0x9;
    /// The tunnel broke.
    pub const CONNECT_ERROR: u32 = 0xa;
    /// The peer asks for too much.
    pub const ENHANCE_YOUR_CALM: u32 = 0xb;
    /// The security of the transport does not suffice.
    pub const INADEQUATE_SECURITY: u32 = 0xc;
    /// The resource wants HTTP/1.1.
    pub const HTTP_1_1_REQUIRED: u32 = 0xd;

    const NAMES: [&str; 14] = [
        "NO_ERROR",
        "PROTOCOL_ERROR",
        "INTERNAL_ERROR",
        "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR",
        "REFUSED_STREAM",
        "CANCEL",
        "COMPRESSION_ERROR",
        "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY",
        "HTTP_1_1_REQUIRED",
    ];

    /// The name of a code, or its number where it has none.
    #[must_use]
    pub fn name(code: u32) -> String {
        let index = usize::try_from(code).unwrap_or(usize::MAX);
        NAMES
            .get(index)
            .map_or_else(|| format!("{code:#x}"), |name| (*name).to_owned())
    }
}
