//! The frames of a log of tress.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use blocking::proto::{Direction, StreamId};
use tress_log::{Entry, Event, Field, ReadError, Reader, Value};

use super::item::{Broken, Item};

/// All frames of a log in the order of their times, and, if they are asked for, all other events. What cannot
/// be read are items, too.
pub(super) fn items(log: &[u8], has_events: bool) -> Result<Vec<Item>, ReadError> {
    let (mut entries, mut errors) = (Vec::new(), Vec::new());
    for entry in Reader::new(log)? {
        match entry {
            Ok(entry) => entries.push(entry),
            Err(error) => errors.push(error),
        }
    }
    // Each connection is in order, and they take turns by chunks.
    entries.sort_by_key(|entry| (entry.at, entry.connection));
    let mut items: Vec<Item> = Vec::new();
    for entry in &entries {
        add(&mut items, entry, has_events);
    }
    items.extend(errors.iter().map(|error| Item {
        what: error.to_string(),
        ..Item::default()
    }));
    Ok(items)
}

fn add(items: &mut Vec<Item>, entry: &Entry<'_>, has_events: bool) {
    let place = format!("{} {:10.6}", entry.connection, entry.at.as_secs_f64());
    let item = |is_received, stream, what| Item {
        place: place.clone(),
        is_received,
        stream,
        what,
        ..Item::default()
    };
    match entry.event {
        Event::Preface { direction } => {
            items.push(item(
                direction == Direction::Received,
                None,
                "PREFACE".to_string(),
            ));
        }
        Event::Frame { direction, frame } => {
            let stream = Some(frame.stream_id.value());
            items.push(item(
                direction == Direction::Received,
                stream,
                frame.to_string(),
            ));
        }
        Event::Fields {
            direction,
            stream_id,
            fields,
        } => {
            let is_received = direction == Direction::Received;
            let mut own = item(is_received, Some(stream_id.value()), "fields".to_string());
            own.fields = fields.iter().map(shown).collect();
            let connection = format!("{} ", entry.connection);
            match items.last_mut() {
                // They belong to the frame that was the last of its block.
                Some(last) if last.stream == own.stream && last.place.starts_with(&connection) => {
                    last.fields = own.fields;
                }
                _ => items.push(own),
            }
        }
        Event::Violation {
            stream_id,
            rule,
            section,
        } => {
            let broken = Broken {
                rule: rule.to_string_lossy(),
                says: "as whoever wrote the log has judged".to_string(),
                section: section.to_string_lossy(),
                then: format!("on stream {stream_id}"),
            };
            let what = "nothing that was read".to_string();
            blame(items, broken, item(true, Some(stream_id.value()), what));
        }
        event if has_events => {
            let stream = event.stream_id().map(StreamId::value);
            items.push(Item {
                is_event: true,
                ..item(false, stream, event.to_string())
            });
        }
        _ => {}
    }
}

/// A rule was broken by what came last, or by what is not there.
fn blame(items: &mut Vec<Item>, broken: Broken, nothing: Item) {
    match items.iter_mut().rev().find(|item| item.is_received) {
        Some(item) => item.broken.push(broken),
        None => items.push(Item {
            broken: alloc::vec![broken],
            ..nothing
        }),
    }
}

fn shown(field: Field<'_>) -> (String, String) {
    let value = match field.value {
        Value::Whole(text) => text.to_string(),
        Value::Part(text, octets) => format!("{text}… [{octets} octets]"),
        Value::Hidden(octets) => format!("[{octets} octets, not shown]"),
    };
    (field.name.to_string(), value)
}
