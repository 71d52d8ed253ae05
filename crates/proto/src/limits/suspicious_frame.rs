//! What is allowed, and suspicious where it comes often.

/// A kind of suspicious frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SuspiciousFrame {
    /// PRIORITY, which means nothing any more, or PRIORITY_UPDATE without need.
    Priority,
    /// A frame of a type that nobody here knows, or did not ask for.
    Extension,
    /// An answer to a PING that was not sent.
    Pong,
    /// A frame on a stream that is over.
    Late,
    /// One more WINDOW_UPDATE of next to nothing.
    SmallWindowUpdate,
    /// Another initial window, which moves those of all streams.
    InitialWindow,
    /// GOAWAY once more, of which the application is told.
    GoAway,
}

impl SuspiciousFrame {
    /// How many of the budget it costs.
    pub(super) const fn weight(self) -> u32 {
        match self {
            Self::Priority
            | Self::Extension
            | Self::Pong
            | Self::Late
            | Self::SmallWindowUpdate => 1,
            Self::InitialWindow => 2,
            Self::GoAway => 10,
        }
    }
}
