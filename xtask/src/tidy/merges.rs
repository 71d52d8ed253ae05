//! What a merge leaves in a file that nobody resolved.

use super::Finding;

/// How the lines begin that git writes around what it could not merge. The row of equality signs between
/// them underlines a heading in Markdown, and never stands without one of these.
const MARKERS: [&str; 3] = ["<<<<<<<", ">>>>>>>", "|||||||"];

/// The lines of a file that are such.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let lines = (1..).zip(text.lines());
    let left = lines.filter(|(_, text)| MARKERS.iter().any(|marker| text.starts_with(marker)));
    let advice = "a merge stopped here: keep what both sides meant, and remove the marker";
    left.map(|(line, _)| Finding::new(path, line, advice))
        .collect()
}
