//! What each error code is usually about (RFC 9113 §7).

use blocking::proto::ErrorCode;

/// A code: what it says, what usually causes it, and what to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    pub(super) code: ErrorCode,
    pub(super) says: &'static str,
    pub(super) cause: &'static str,
    pub(super) remedy: &'static str,
}

pub(super) const CODES: [Code; 14] = [
    Code {
        code: ErrorCode::NO_ERROR,
        says: "nothing is wrong: a graceful shutdown, or a request that need not be sent to its end",
        cause: "a server that restarts or is told to drain, a connection that is old enough or idle, or an answer that came before its request was whole",
        remedy: "streams above the last one of the GOAWAY were not processed and may be repeated elsewhere; of a whole answer, take it",
    },
    Code {
        code: ErrorCode::PROTOCOL_ERROR,
        says: "a rule of the protocol was broken that has no code of its own",
        cause: "a bug in the peer or in something between that rewrites messages; HTTP/1 fields such as connection or transfer-encoding in a message, names in capitals, a content-length that is wrong",
        remedy: "look at the debug data of the GOAWAY; record the connection and let `tress inspect --check` name the rule",
    },
    Code {
        code: ErrorCode::INTERNAL_ERROR,
        says: "whoever sent it has failed, by no fault of its peer",
        cause: "a handler that panicked, a file or an upstream that broke off in the middle of an answer",
        remedy: "the log of the sender says why; whether the request was processed is not known",
    },
    Code {
        code: ErrorCode::FLOW_CONTROL_ERROR,
        says: "more was sent than a window allowed, or a window went above 2^31-1",
        cause: "a sender that does not count padding, or counts a stream's window and not the connection's; a receiver that grants twice; a change of SETTINGS_INITIAL_WINDOW_SIZE that one end forgot",
        remedy: "draw the windows with `tress timeline`: the curve of whoever is wrong goes below 0",
    },
    Code {
        code: ErrorCode::SETTINGS_TIMEOUT,
        says: "SETTINGS were not acknowledged in time",
        cause: "a peer that does not read, or that does not know HTTP/2 well",
        remedy: "see whether the peer reads at all: the transport may be stuck",
    },
    Code {
        code: ErrorCode::STREAM_CLOSED,
        says: "a frame came on a stream that its sender had closed",
        cause: "DATA or HEADERS behind END_STREAM or behind RST_STREAM",
        remedy: "a bug of the sender of that frame; record the connection and look at the stream's last frames",
    },
    Code {
        code: ErrorCode::FRAME_SIZE_ERROR,
        says: "a frame has a length that its type does not allow, or more than SETTINGS_MAX_FRAME_SIZE",
        cause: "octets that are out of step after a wrong length, or something that is not HTTP/2 at all",
        remedy: "let `tress inspect --hex` show where the frames stop making sense",
    },
    Code {
        code: ErrorCode::REFUSED_STREAM,
        says: "the stream was refused before anything was done for it",
        cause: "more streams than SETTINGS_MAX_CONCURRENT_STREAMS, or a server under load",
        remedy: "it is safe to repeat the request, later or on another connection",
    },
    Code {
        code: ErrorCode::CANCEL,
        says: "the stream is not needed any more",
        cause: "an application that dropped its request or its answer, a time limit, a page that was left",
        remedy: "nothing, if it was meant; else look for the time limit at the sender",
    },
    Code {
        code: ErrorCode::COMPRESSION_ERROR,
        says: "a field block could not be decoded, and both tables are out of step",
        cause: "a proxy that drops or repeats a field block, or an encoder with a bug",
        remedy: "decode the blocks in their order with `tress hpack decode`",
    },
    Code {
        code: ErrorCode::CONNECT_ERROR,
        says: "the connection behind a CONNECT request failed or was reset",
        cause: "the target of the tunnel",
        remedy: "ask whoever opened the tunnel to look at its target",
    },
    Code {
        code: ErrorCode::ENHANCE_YOUR_CALM,
        says: "the peer costs more than it may",
        cause: "many resets, pings or settings in a short time, field sections that are too long, credit that does not come: an attack, or a client with a tight loop",
        remedy: "the debug data of the GOAWAY names the limit; `tress explain` knows it by that text",
    },
    Code {
        code: ErrorCode::INADEQUATE_SECURITY,
        says: "the transport is not as safe as HTTP/2 wants it",
        cause: "TLS 1.1 or a cipher suite of the list in RFC 9113, Appendix A; or cleartext where TLS is spoken",
        remedy: "speak TLS 1.2 or above with a modern cipher suite",
    },
    Code {
        code: ErrorCode::HTTP_1_1_REQUIRED,
        says: "the resource wants HTTP/1.1",
        cause: "an authentication that is bound to a connection, such as NTLM",
        remedy: "ask again over HTTP/1.1",
    },
];
