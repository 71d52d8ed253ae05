//! What a folder without `index.html` looks like in a browser.

use alloc::string::String;
use alloc::vec::Vec;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use super::path::{self, Place};

/// A name in a folder.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    name: Vec<u8>,
    is_folder: bool,
}

/// Writes the page of a folder under `root` that has `title` as its path.
///
/// # Errors
///
/// The folder cannot be read.
pub(crate) fn page(root: &Path, folder: &Place, title: &str) -> io::Result<String> {
    let mut entries = Vec::new();
    for found in fs::read_dir(&folder.path)? {
        entries.extend(entry(root, folder, &found?.file_name()));
    }
    entries.sort();
    Ok(html(title, &entries))
}

/// Looks at a name; `None` for what would not be served, such as a link that leads out.
fn entry(root: &Path, folder: &Place, name: &OsStr) -> Option<Entry> {
    let place = path::locate_in(root, folder, name)?;
    let is_folder = place.metadata.is_dir();
    (is_folder || place.metadata.is_file()).then(|| Entry {
        name: name.as_encoded_bytes().to_vec(),
        is_folder,
    })
}

fn html(title: &str, entries: &[Entry]) -> String {
    let title = escape(title);
    let mut page = alloc::format!(
        "<!doctype html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<ul>\n"
    );
    if title != "/" {
        page.push_str("<li><a href=\"../\">../</a>\n");
    }
    for entry in entries {
        let slash = if entry.is_folder { "/" } else { "" };
        let href = path::percent_encode(&entry.name);
        let name = escape(&String::from_utf8_lossy(&entry.name));
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
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
