//! How a comment cites an RFC: its number and its section, in one form only.

/// The sign before the number of a section.
const SIGN: char = '\u{a7}';

/// A place where a text names a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Citation {
    /// In the project's form.
    Proper { rfc: u32, section: String },
    /// In any other form; holds what stands there.
    Improper(String),
}

/// Finds all citations of a line, in order.
pub(crate) fn in_line(line: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    for (at, sign) in line.match_indices(SIGN) {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + sign.len()..).unwrap_or_default();
        let section = section(after);
        found.push(match rfc(before) {
            Some(rfc) if !section.is_empty() => Citation::Proper { rfc, section },
            _ => Citation::Improper(format!("{SIGN}{section}")),
        });
    }
    found.extend(spelled_out(line));
    found
}

/// The number at the end of `… RFC 9113 `.
fn rfc(before: &str) -> Option<u32> {
    let before = before.strip_suffix(' ')?;
    let (rest, number) = before.rsplit_once(' ')?;
    let word = rest.rsplit(|sign: char| !sign.is_alphanumeric()).next();
    if word == Some("RFC") {
        number.parse().ok()
    } else {
        None
    }
}

/// The section number at the start of `6.9.1: …`.
fn section(after: &str) -> String {
    let end = after
        .find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '.'))
        .unwrap_or(after.len());
    let number = after.get(..end).unwrap_or_default();
    number.trim_end_matches('.').to_owned()
}

/// Sections that are written as a word and a number.
fn spelled_out(line: &str) -> Vec<Citation> {
    let lower = line.to_lowercase();
    let places = lower.match_indices("section ").filter_map(|(at, word)| {
        let number = section(lower.get(at + word.len()..)?);
        let first = number.chars().next()?;
        first
            .is_ascii_digit()
            .then(|| Citation::Improper(format!("Section {number}")))
    });
    places.collect()
}

#[cfg(test)]
mod tests {
    use super::{Citation, in_line};

    #[test]
    fn the_form_of_a_citation_is_proper() {
        let line = "// RFC 9113 \u{a7}6.9.1: a sum (RFC 7541 \u{a7}C.4).";
        let expected = [(9113, "6.9.1"), (7541, "C.4")].map(|(rfc, section)| Citation::Proper {
            rfc,
            section: section.to_owned(),
        });
        assert_eq!(in_line(line), expected);
    }

    #[test]
    fn a_bare_sign_is_improper() {
        for line in [
            "see \u{a7}6.9",
            "see RFC9113 \u{a7}6.9",
            "RFC 9113, \u{a7}6.9",
            "RFC 9113 \u{a7} 6",
        ] {
            assert!(
                matches!(in_line(line).as_slice(), [Citation::Improper(_)]),
                "{line}"
            );
        }
    }

    #[test]
    fn a_section_in_words_is_improper() {
        let expected = [Citation::Improper("Section 6.9".to_owned())];
        assert_eq!(in_line("as Section 6.9 says"), expected);
        assert_eq!(in_line("a section of the text"), []);
    }
}
