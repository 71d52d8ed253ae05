//! Two observers of a connection that is relayed: of what goes between the client and us, and between us and
//! the server.

use alloc::boxed::Box;
use core::fmt;

use blocking::proto::frame::{Frame, Head, PREFACE};
use blocking::proto::{Direction, FieldSection, Observe, Record};

use super::unit::Unit;
use crate::shaper::Way;

/// Who watches.
#[derive(Default)]
pub(crate) struct Watch {
    /// To the client we are the server.
    pub(crate) client: Option<Box<dyn Observe>>,
    /// To the server we are the client.
    pub(crate) server: Option<Box<dyn Observe>>,
}

impl Watch {
    /// Something came that goes this way.
    pub(super) fn came(&mut self, way: Way, unit: &Unit) {
        let observer = match way {
            Way::Up => &mut self.client,
            Way::Down => &mut self.server,
        };
        let (octets, fields) = match unit {
            Unit::Preface => (&PREFACE[..], None),
            Unit::Data(content) => (&content.octets[..], None),
            Unit::Block(block) => (&block.octets[..], block.fields.as_ref()),
            Unit::Frame(whole) => (&whole.octets[..], None),
            Unit::Raw(_) => return,
        };
        if let Some(observer) = observer {
            record(observer.as_mut(), Direction::Received, octets, fields);
        }
    }

    /// Something goes on this way.
    pub(super) fn left(&mut self, way: Way, octets: &[u8], fields: Option<&FieldSection>) {
        let observer = match way {
            Way::Up => &mut self.server,
            Way::Down => &mut self.client,
        };
        if let Some(observer) = observer {
            record(observer.as_mut(), Direction::Sent, octets, fields);
        }
    }
}

/// Shows frames, and the fields of the last of them.
fn record(
    observer: &mut dyn Observe,
    direction: Direction,
    mut octets: &[u8],
    fields: Option<&FieldSection>,
) {
    if octets == PREFACE {
        return observer.record(Record::Preface { direction });
    }
    let mut stream_id = None;
    while let Some(head) = Head::parse_prefix(octets) {
        let Some((frame, rest)) = octets.split_at_checked(head.frame_len()) else {
            break;
        };
        let payload = frame.get(Head::LEN..).unwrap_or_default();
        if let Ok(shown) = Frame::parse(head, payload) {
            observer.record(Record::Frame {
                direction,
                frame: shown,
                octets: frame.len(),
            });
        }
        (octets, stream_id) = (rest, Some(head.stream_id));
    }
    if let Some((stream_id, fields)) = stream_id.zip(fields) {
        observer.record(Record::Fields {
            direction,
            stream_id,
            fields,
        });
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}
