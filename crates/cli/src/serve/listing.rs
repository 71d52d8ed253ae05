//! What a folder without `index.html` looks like in a browser.

use alloc::string::String;

use super::path;
use super::root::Entry;
use crate::markup::entity;

/// The page of a folder that has `title` as its path.
pub(crate) fn page(title: &str, entries: &[Entry]) -> String {
    let title = escape(title);
    let mut page = alloc::format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<ul>\n"
    );
    if title != "/" {
        page.push_str("<li><a href=\"../\">../</a>\n");
    }
    for entry in entries {
        let slash = if entry.is_folder { "/" } else { "" };
        let href = path::percent_encode(entry.name.as_encoded_bytes());
        let name = escape(&entry.name.to_string_lossy());
        // The dot keeps a name with a colon from being taken for a scheme.
        page.push_str(&alloc::format!(
            "<li><a href=\"./{href}{slash}\">{name}{slash}</a>\n"
        ));
    }
    page.push_str("</ul>\n");
    page
}

/// Makes text harmless in HTML, between tags and inside quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match (entity(character), character) {
            (Some(entity), _) => escaped.push_str(entity),
            (None, '\'') => escaped.push_str("&#39;"),
            (None, character) => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
