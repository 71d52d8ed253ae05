//! What every octet of a frame means.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use blocking::proto::frame::{Frame, Head};

use super::item::Part;

/// Some octets, and what they mean.
pub(super) fn part(octets: usize, means: impl Into<String>) -> Part {
    Part {
        octets,
        means: means.into(),
    }
}

/// The head of a frame.
fn head_parts(head: Head) -> Vec<Part> {
    alloc::vec![
        part(3, format!("length {}", head.length)),
        part(1, format!("type {}", head.frame_type)),
        part(1, format!("flags {}", head.flags)),
        part(4, format!("stream {}", head.stream_id)),
    ]
}

/// A frame that is wrong in itself.
pub(super) fn wrong(head: Head) -> Vec<Part> {
    let mut parts = head_parts(head);
    parts.push(part(head.length as usize, "payload"));
    parts
}

/// All octets of a frame; `block` are those of its field block.
pub(super) fn parts(frame: &Frame<'_>, block: Vec<Part>) -> Vec<Part> {
    let head = frame.head();
    let mut parts = head_parts(head);
    match frame {
        Frame::Data(frame) => {
            padding(&mut parts, frame.pad_length);
            parts.push(part(frame.data.len(), "content"));
            parts.push(part(usize::from(frame.pad_length.unwrap_or(0)), "padding"));
        }
        Frame::Headers(frame) => {
            padding(&mut parts, frame.pad_length);
            if frame.priority.is_some() {
                parts.push(part(5, "a deprecated priority signal"));
            }
            parts.extend(block);
            parts.push(part(usize::from(frame.pad_length.unwrap_or(0)), "padding"));
        }
        Frame::PushPromise(frame) => {
            padding(&mut parts, frame.pad_length);
            parts.push(part(4, format!("promised stream {}", frame.promised_id)));
            parts.extend(block);
            parts.push(part(usize::from(frame.pad_length.unwrap_or(0)), "padding"));
        }
        Frame::Continuation(_) => parts.extend(block),
        Frame::Settings(frame) => {
            for setting in frame.iter() {
                parts.push(part(2, format!("{}", setting.id)));
                parts.push(part(4, format!("= {}", setting.value)));
            }
        }
        Frame::GoAway(frame) => {
            parts.push(part(4, format!("last stream {}", frame.last_stream_id)));
            parts.push(part(4, format!("error code {}", frame.error_code)));
            parts.push(part(frame.debug_data.len(), "debug data"));
        }
        Frame::RstStream(frame) => parts.push(part(4, format!("error code {}", frame.error_code))),
        Frame::WindowUpdate(frame) => {
            parts.push(part(4, format!("increment {}", frame.increment.value())));
        }
        Frame::Ping(_) => parts.push(part(8, "opaque data")),
        Frame::Priority(_) => parts.push(part(5, "a deprecated priority signal")),
        Frame::PriorityUpdate(frame) => {
            parts.push(part(
                4,
                format!("prioritized stream {}", frame.prioritized_id),
            ));
            parts.push(part(frame.field_value.len(), "priority field value"));
        }
        _ => parts.push(part(head.length as usize, "payload")),
    }
    parts.retain(|part| part.octets > 0);
    parts
}

fn padding(parts: &mut Vec<Part>, length: Option<u8>) {
    if let Some(length) = length {
        parts.push(part(1, format!("padding of {length}")));
    }
}
