//! Items for people and for machines.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde_json::json;

use super::item::{Broken, Item};
use crate::talk::{ERROR, FAINT, RECEIVED, SENT};

/// What the objects are, and in which version.
const SCHEMA: &str = "tress-inspect/1";

/// Octets in a line.
const LINE: usize = 16;

/// Writes an item for people.
pub(super) fn text(item: &Item, is_hex: bool, out: &mut String) {
    let (style, arrow) = match (item.is_event, item.is_received) {
        (true, _) => (FAINT, ' '),
        (false, true) => (RECEIVED, '<'),
        (false, false) => (SENT, '>'),
    };
    let Item { place, what, .. } = item;
    out.push_str(&format!(
        "{FAINT}{place}{FAINT:#} {style}{arrow} {what}{style:#}\n"
    ));
    if is_hex && !item.parts.is_empty() {
        hex(item, out);
    } else {
        for (name, value) in &item.fields {
            out.push_str(&format!("             {name}: {value}\n"));
        }
    }
    for Broken {
        rule,
        says,
        section,
        then,
    } in &item.broken
    {
        out.push_str(&format!(
            "  {ERROR}broken:{ERROR:#} {rule}: {says} ({section}); {then}\n"
        ));
    }
}

/// Each part of the octets, and what it means.
fn hex(item: &Item, out: &mut String) {
    let mut rest = item.octets.as_slice();
    for part in &item.parts {
        let (octets, after) = rest.split_at_checked(part.octets).unwrap_or((rest, &[]));
        rest = after;
        let mut means = part.means.as_str();
        for line in octets.chunks(LINE) {
            let digits: String = line.iter().map(|octet| format!("{octet:02x} ")).collect();
            out.push_str(&format!("  {digits:<48} {means}\n"));
            means = "";
        }
    }
}

/// Writes an item for machines.
pub(super) fn json(item: &Item, out: &mut String) {
    let broken = item.broken.iter().map(|its| {
        json!({ "rule": its.rule, "says": its.says, "section": its.section, "then": its.then })
    });
    let fields = item.fields.iter().map(|(name, value)| json!([name, value]));
    let object = json!({
        "schema": SCHEMA,
        "place": item.place,
        "direction": match (item.is_event, item.is_received) {
            (true, _) => None,
            (false, true) => Some("received"),
            (false, false) => Some("sent"),
        },
        "stream": item.stream,
        "what": item.what,
        "octets": item.octets.len(),
        "fields": fields.collect::<Vec<_>>(),
        "broken": broken.collect::<Vec<_>>(),
    });
    out.push_str(&format!("{object}\n"));
}
