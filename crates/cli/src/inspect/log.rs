//! The frames of a log of tress.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use blocking::proto::Direction;
use tress_log::{Entry, Event, Field, ReadError, Reader, Value};

use super::item::{Broken, Item};

/// All frames of a log, in their order. Lines that cannot be read are items, too.
pub(super) fn items(log: &[u8]) -> Result<Vec<Item>, ReadError> {
    let mut items: Vec<Item> = Vec::new();
    for entry in Reader::new(log)? {
        match entry {
            Ok(entry) => add(&mut items, &entry),
            Err(error) => items.push(Item {
                what: error.to_string(),
                ..Item::default()
            }),
        }
    }
    Ok(items)
}

fn add(items: &mut Vec<Item>, entry: &Entry<'_>) {
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
            match items.last_mut() {
                // They belong to the frame that was the last of its block.
                Some(last) if last.stream == own.stream && last.fields.is_empty() => {
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
            match items.iter_mut().rev().find(|item| item.is_received) {
                Some(item) => item.broken.push(broken),
                None => items.push(Item {
                    broken: alloc::vec![broken],
                    ..item(
                        true,
                        Some(stream_id.value()),
                        "nothing that was read".to_string(),
                    )
                }),
            }
        }
        _ => {}
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
