//! How far a request has come with the application.

/// Whether the application works for a stream of the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// It does not: the stream is ours, or answered without it, or it has released it.
    None,
    /// It is not told yet, for it works for as many as it may.
    Waiting,
    /// It was told.
    Started,
    /// It was told, and the budget of resets has paid for it already.
    Prepaid,
}

impl Work {
    /// Says whether the application was told, and has not released it.
    pub(crate) const fn is_started(self) -> bool {
        matches!(self, Self::Started | Self::Prepaid)
    }
}
