//! What may go with the head of a response (RFC 9110 §6.4.1).

/// What may go with the head of a response, which follows from its status and from what was asked
/// (RFC 9110 §6.4.1). It is the one rule of everything here that answers.
///
/// | answer to | status | content | `content-length` |
/// |---|---|---|---|
/// | CONNECT | 2xx | a tunnel (RFC 9110 §9.3.6) | none |
/// | any other | 1xx, 204, 205 (RFC 9110 §15.3.5, RFC 9110 §15.3.6) | none | none |
/// | any other | 304 (RFC 9110 §15.4.5) | none | that of the content of 200 |
/// | HEAD (RFC 9110 §9.3.2) | any other | none | that of the content of GET |
/// | any other | any other | any | its length, where it is known |
///
/// ```
/// use tress_proto::ResponseContent;
///
/// assert_eq!(ResponseContent::of(200, true, false), ResponseContent::LengthOnly);
/// assert!(!ResponseContent::of(204, false, false).has_content());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseContent {
    /// Content, as long as `content-length` says where it does (RFC 9113 §8.1.1).
    Content,
    /// None, and a `content-length` that says how long it would have been.
    LengthOnly,
    /// None, and no `content-length`.
    Nothing,
    /// The octets of a tunnel, which has no length (RFC 9113 §8.5).
    Tunnel,
}

impl ResponseContent {
    /// Finds it from the status, and from whether the method was HEAD or CONNECT.
    #[must_use]
    pub const fn of(status: u16, is_head: bool, is_connect: bool) -> Self {
        match status {
            200..=299 if is_connect => Self::Tunnel,
            // RFC 9110 §8.6: a length may not stand where there is never content. With 205 it could say
            // only that there is none (RFC 9110 §15.3.6), which the end of the stream says.
            100..=199 | 204 | 205 => Self::Nothing,
            304 => Self::LengthOnly,
            _ if is_head => Self::LengthOnly,
            _ => Self::Content,
        }
    }

    /// Says whether octets may follow the head.
    #[must_use]
    pub const fn has_content(self) -> bool {
        matches!(self, Self::Content | Self::Tunnel)
    }

    /// Says whether a `content-length` may stand in the head.
    #[must_use]
    pub const fn has_length(self) -> bool {
        matches!(self, Self::Content | Self::LengthOnly)
    }

    /// The `content-length` that is to be added to a head that says none, for content of which so many
    /// octets were given, where that is known.
    ///
    /// Whoever answers HEAD as GET says its length so; whoever gives no content for it says nothing.
    #[must_use]
    pub const fn length_due(self, known: Option<u64>) -> Option<u64> {
        match (self, known) {
            (Self::LengthOnly, Some(0)) => None,
            (Self::Content | Self::LengthOnly, known) => known,
            (Self::Nothing | Self::Tunnel, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ResponseContent as Content;

    /// RFC 9110 §6.4.1: every status that there may be, with every method that means something for it.
    #[test]
    fn the_rule_is_that_of_the_table_for_every_status_and_method() {
        for status in 100..=999 {
            let is_bare = matches!(status, 100..=199 | 204 | 205);
            for (is_head, is_connect) in [(false, false), (true, false), (false, true)] {
                let expected = match status {
                    200..=299 if is_connect => Content::Tunnel,
                    _ if is_bare => Content::Nothing,
                    304 => Content::LengthOnly,
                    _ if is_head => Content::LengthOnly,
                    _ => Content::Content,
                };
                let content = Content::of(status, is_head, is_connect);
                assert_eq!(content, expected, "{status} {is_head} {is_connect}");
            }
        }
    }

    #[test]
    fn a_length_is_due_where_there_is_content_or_would_have_been_some() {
        assert_eq!(Content::Content.length_due(Some(0)), Some(0));
        assert_eq!(Content::Content.length_due(None), None);
        assert_eq!(Content::LengthOnly.length_due(Some(5)), Some(5));
        assert_eq!(Content::LengthOnly.length_due(Some(0)), None);
        assert_eq!(Content::Nothing.length_due(Some(5)), None);
        assert_eq!(Content::Tunnel.length_due(Some(5)), None);
    }
}
