//! What a caller asked for that cannot be.

use core::fmt;

/// Writes the errors: for each its name, when it comes, and its words.
macro_rules! user_errors {
    ($($(#[doc = $doc:literal])+ $name:ident => $words:literal,)+) => {
        /// What a caller asked for that cannot be. It is seen by its text and its `Debug` alone.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum UserError {
            $($(#[doc = $doc])+ $name,)+
        }

        impl fmt::Display for UserError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $words,)+
                })
            }
        }
    };
}

user_errors! {
    /// Content for a stream that is closed.
    InactiveStreamId => "inactive stream",
    /// The message does not go on like this: content before its head, anything after its end.
    UnexpectedFrameType => "unexpected frame type",
    /// A piece of content of 2 GiB or more.
    PayloadTooBig => "payload too big",
    /// A request while the one before it still waits to be opened.
    Rejected => "rejected",
    /// More credit is released than content came.
    ReleaseCapacityTooBig => "release capacity too big",
    /// All stream identifiers are used up (RFC 9113 §5.1.1).
    OverflowedStreamId => "stream ID overflowed",
    /// Fields that HTTP/2 does not send, or a message that is malformed otherwise (RFC 9113 §8.1.1).
    MalformedHeaders => "malformed headers",
    /// A request of HTTP/2 whose target names no server (RFC 9113 §8.3.1).
    MissingUriSchemeAndAuthority => "request URI missing scheme and authority",
    /// Who waits for a reset before the response asks after it.
    PollResetAfterSendResponse => "poll_reset after send_response is illegal",
    /// A ping while one is under way.
    SendPingWhilePending => "send_ping before received previous pong",
    /// Settings while others are not acknowledged.
    SendSettingsWhilePending => "sending SETTINGS before received previous ACK",
    /// A promise to a client that takes none (RFC 9113 §8.4).
    PeerDisabledServerPush => "sending PUSH_PROMISE to peer who disabled server push",
    /// A response that is to be informational and is not (RFC 9110 §15.2).
    InvalidInformationalStatusCode => "invalid informational status code",
}
