//! The text of a list, and what makes two of them differ.

use alloc::collections::BTreeSet;
use std::path::Path;

use super::foreign;

/// How many lines of a difference are shown.
const SHOWN: usize = 40;

/// The list of a package, from rustdoc's JSON of it. What every type has anyway is left out.
pub(super) fn of(package: &str, json: &Path) -> Result<String, String> {
    let api = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()
        .map_err(|error| format!("{package}: {error}"))?;
    let items: Vec<String> = api.items().map(ToString::to_string).collect();
    Ok(text(package, &items))
}

fn text(package: &str, items: &[String]) -> String {
    let own = package.replace('-', "_");
    let foreign: BTreeSet<&str> = items
        .iter()
        .flat_map(|item| foreign::types(item, &own))
        .collect();
    let mut text = format!(
        "# What {package} shows to others, with all of its features: `cargo xtask public-api` writes it.\n\
         #\n\
         # What belongs to other crates in it:\n"
    );
    for path in &foreign {
        text.push_str(&format!("# - {path}\n"));
    }
    if foreign.is_empty() {
        text.push_str("# nothing\n");
    }
    text.push('\n');
    for item in items {
        text.push_str(item);
        text.push('\n');
    }
    text
}

/// What was taken from a list and what was added to it, a line each; `None` if it is the same.
pub(super) fn difference(before: &str, now: &str) -> Option<String> {
    if before == now {
        return None;
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (before, now) = (lines(before), lines(now));
    let gone = before.difference(&now).map(|line| format!("  - {line}"));
    let new = now.difference(&before).map(|line| format!("  + {line}"));
    let mut all: Vec<String> = gone.chain(new).collect();
    if all.is_empty() {
        all.push("  the same lines in another order".to_owned());
    }
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    if more > 0 {
        all.push(format!("  … and {more} more"));
    }
    Some(all.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{difference, text};

    #[test]
    fn a_list_names_what_is_foreign_first() {
        let items = [
            "pub fn tress_x::a(b: bytes::bytes::Bytes)".to_owned(),
            "pub struct tress_x::S".to_owned(),
        ];
        let text = text("tress-x", &items);
        assert!(
            text.contains("in it:\n# - bytes::bytes::Bytes\n\npub fn"),
            "{text}"
        );
        assert!(text.ends_with("pub struct tress_x::S\n"), "{text}");
        assert!(super::text("tress-x", &[]).contains("# nothing\n"));
    }

    #[test]
    fn a_difference_shows_what_is_gone_and_what_is_new() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(
            difference("a\nb\n", "a\nc\n").as_deref(),
            Some("  - b\n  + c")
        );
        let order = difference("a\nb\n", "b\na\n");
        assert_eq!(order.as_deref(), Some("  the same lines in another order"));
        let many: String = (0..100).map(|number| format!("{number}\n")).collect();
        assert!(difference("", &many).is_some_and(|text| text.ends_with("… and 60 more")));
    }
}
