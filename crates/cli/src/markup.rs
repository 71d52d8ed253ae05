//! Text in markup.

/// What stands for a character that means something in HTML and XML, between tags and inside double
/// quotes.
pub(crate) const fn entity(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        _ => None,
    }
}
