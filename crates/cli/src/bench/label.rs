//! What a nanosecond of a request was spent on.

/// What an instant of a request is spent on. Where several could be named it is the first that applies,
/// in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// It is due, and this tool has not come to it.
    Late,
    /// Its connection is not there yet.
    Dialing,
    /// Its connection has as many requests as `-m` lets it have.
    OwnLimit,
    /// The server takes no more streams at once (RFC 9113 §5.1.2).
    PeerLimit,
    /// Frames of it are made, and our socket has not taken them.
    Socket,
    /// Its content waits while that of our other streams goes first.
    OtherStreams,
    /// Its content waits for the server's window of the connection (RFC 9113 §6.9.1).
    ConnectionWindow,
    /// Its content waits for the server's window of the stream.
    StreamWindow,
    /// All of it is sent, and no answer has begun.
    FirstOctet,
    /// The server has used up our window of the connection, as far as it can know.
    OwnConnectionWindow,
    /// The server has used up our window of the stream, as far as it can know.
    OwnStreamWindow,
    /// DATA of other streams arrives, and none of its own.
    OtherData,
    /// Nothing arrives, or its own content does.
    Nothing,
}

/// How many labels there are.
pub(super) const LABELS: usize = Label::Nothing as usize + 1;

impl Label {
    /// All of them, the first first.
    pub(super) const ALL: [Self; LABELS] = [
        Self::Late,
        Self::Dialing,
        Self::OwnLimit,
        Self::PeerLimit,
        Self::Socket,
        Self::OtherStreams,
        Self::ConnectionWindow,
        Self::StreamWindow,
        Self::FirstOctet,
        Self::OwnConnectionWindow,
        Self::OwnStreamWindow,
        Self::OtherData,
        Self::Nothing,
    ];

    /// A word for machines.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Late => "generator_late",
            Self::Dialing => "dialing",
            Self::OwnLimit => "own_limit",
            Self::PeerLimit => "max_concurrent_streams",
            Self::Socket => "own_socket",
            Self::OtherStreams => "behind_own_streams",
            Self::ConnectionWindow => "connection_window",
            Self::StreamWindow => "stream_window",
            Self::FirstOctet => "first_octet",
            Self::OwnConnectionWindow => "own_connection_window",
            Self::OwnStreamWindow => "own_stream_window",
            Self::OtherData => "behind_other_data",
            Self::Nothing => "nothing_arriving",
        }
    }

    /// What people are told.
    pub(super) const fn said(self) -> &'static str {
        match self {
            Self::Late => "generator late",
            Self::Dialing => "dialing",
            Self::OwnLimit => "our -m",
            Self::PeerLimit => "MAX_CONCURRENT_STREAMS",
            Self::Socket => "our socket",
            Self::OtherStreams => "behind our other streams",
            Self::ConnectionWindow => "connection window",
            Self::StreamWindow => "stream window",
            Self::FirstOctet => "the peer's first octet",
            Self::OwnConnectionWindow => "connection window exhausted by us",
            Self::OwnStreamWindow => "stream window exhausted by us",
            Self::OtherData => "behind other streams' DATA",
            Self::Nothing => "nothing arriving",
        }
    }
}
