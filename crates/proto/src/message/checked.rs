//! What is known of a message of ours once it was judged (RFC 9113 §8).

/// What the connection needs to know of a message of ours that breaks no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    /// The length of the content that the message announces.
    pub(crate) content_length: Option<u64>,
    /// The status of a response; 0 if it is none.
    pub(crate) status: u16,
    /// The request asks for a tunnel (RFC 9113 §8.5).
    pub(crate) is_connect: bool,
    /// The response to the request has no content (RFC 9110 §9.3.2).
    pub(crate) is_head: bool,
    /// The message says how urgent it is (RFC 9218 §5).
    pub(crate) has_priority: bool,
}
