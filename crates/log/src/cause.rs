//! What a stream spends an instant on.

use core::fmt;

/// What a stream spends an instant on, as far as this end of the connection can see.
///
/// Every instant from the beginning of a stream to its end has exactly one cause. Where several could
/// be named, the first that holds is, in this order: it is not opened; its fields are under way; it has
/// content to send; the peer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The application made it, and it waits to be opened: for a free place among the streams that the
    /// peer takes at once (RFC 9113 §5.1.2), or for its turn.
    Opening,
    /// Its fields are on their way: HEADERS wait for the transport, for a moment, or have not all come.
    Headers,
    /// The peer has yet to answer, or to send more, and nothing at this end keeps it from that.
    Peer,
    /// Content moves.
    Content,
    /// There is content, and the stream's window is used up (RFC 9113 §6.9.1). Of the peer's content
    /// this is what its sender sees: a round trip after the credit left.
    StreamWindow,
    /// The same for the window that all streams share.
    ConnectionWindow,
    /// The transport does not take what is to be sent.
    Socket,
    /// Content of other streams goes first.
    Others,
    /// The application at this end has yet to say more, or to take what has come.
    Application,
}

impl Cause {
    /// Every cause, in the order of a stream's life.
    pub const ALL: [Self; 9] = [
        Self::Opening,
        Self::Headers,
        Self::Peer,
        Self::Application,
        Self::Content,
        Self::StreamWindow,
        Self::ConnectionWindow,
        Self::Socket,
        Self::Others,
    ];

    /// One word, for machines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Headers => "headers",
            Self::Peer => "peer",
            Self::Content => "content",
            Self::StreamWindow => "stream_window",
            Self::ConnectionWindow => "connection_window",
            Self::Socket => "socket",
            Self::Others => "others",
            Self::Application => "application",
        }
    }
}

impl fmt::Display for Cause {
    /// What it is called in a legend.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opening => "waiting to open",
            Self::Headers => "headers",
            Self::Peer => "waiting for the peer",
            Self::Content => "content",
            Self::StreamWindow => "blocked on the stream's window",
            Self::ConnectionWindow => "blocked on the connection's window",
            Self::Socket => "blocked on the socket",
            Self::Others => "behind others",
            Self::Application => "waiting for the application",
        })
    }
}
