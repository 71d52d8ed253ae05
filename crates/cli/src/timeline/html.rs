//! The picture in a page, with a table of all streams below it.

use alloc::format;
use alloc::string::String;

use tress_log::{Cause, Conversation};

use super::{escape, finding, lanes, svg, units};

/// What the style of the picture does not say.
const STYLE: &str = "
body { margin: 0; background: var(--ground); color: var(--ink); font: 13px ui-sans-serif, system-ui, sans-serif; }
svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; margin: 8px 20px 40px; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px; text-align: right; border-bottom: 1px solid var(--grid); }
td:not(.path) { white-space: nowrap; }
th { color: var(--soft); font-weight: 500; }
.path { text-align: left; max-width: 40ch; overflow-wrap: anywhere; }
";

/// A page that needs nothing else.
pub(super) fn page(conversation: &Conversation) -> String {
    let title = escape(&finding::headline(conversation));
    let (picture, table) = (svg::picture(conversation), table(conversation));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n{picture}{table}</html>\n"
    )
}

fn table(conversation: &Conversation) -> String {
    let totals = conversation.totals();
    let mut text = String::from(
        "<table>\n<tr><th>stream<th class=\"path\">request<th>status<th>out<th>in<th>life",
    );
    for (cause, _) in &totals {
        text.push_str(&format!("<th>{}", escape(&format!("{cause}"))));
    }
    for stream in &conversation.streams {
        let (path, status) = (
            lanes::title(stream),
            stream.status.as_deref().unwrap_or("-"),
        );
        text.push_str(&format!(
            "\n<tr><td>{}<td class=\"path\">{}<td>{}<td>{}<td>{}<td>{}",
            stream.id,
            escape(&path),
            escape(status),
            units::octets(stream.content.sent),
            units::octets(stream.content.received),
            units::time(stream.life())
        ));
        let its = stream.totals();
        let spent = |cause: Cause| its.iter().find(|(other, _)| *other == cause);
        for (cause, _) in &totals {
            let time = spent(*cause).map_or_else(String::new, |(_, time)| units::time(*time));
            text.push_str(&format!("<td>{time}"));
        }
    }
    text.push_str("\n</table>\n");
    text
}
