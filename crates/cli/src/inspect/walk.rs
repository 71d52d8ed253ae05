//! The octets of one side as the preface and frames.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use blocking::proto::HeaderField;
use blocking::proto::frame::{Decoder, Frame, Head, PREFACE};
use blocking::proto::hpack;
use tress_log::is_secret;

use super::block;
use super::item::Item;
use super::octets;
use crate::frames::Harmless;

/// As large as a dynamic table may be here, in octets: whether its sender may have one so large is the other
/// side's to say.
const TABLE: usize = 1 << 20;

/// What is known from one frame to the next.
struct Walk {
    decoder: hpack::Decoder,
    /// The pieces of a field block that has not ended.
    block: Vec<u8>,
}

/// All that is in the octets.
pub(super) fn items(input: &[u8]) -> Vec<Item> {
    let mut walk = Walk {
        decoder: hpack::Decoder::new(),
        block: Vec::new(),
    };
    walk.decoder.set_max_size(TABLE);
    let (mut items, mut rest) = (Vec::new(), input);
    if let Some(frames) = input.strip_prefix(PREFACE.as_slice()) {
        items.push(Item {
            place: place(0),
            what: "PREFACE".to_string(),
            octets: PREFACE.to_vec(),
            parts: alloc::vec![octets::part(
                PREFACE.len(),
                "the client's connection preface"
            )],
            ..Item::default()
        });
        rest = frames;
    }
    while !rest.is_empty() {
        let at = input.len() - rest.len();
        let mut item = walk.item(rest);
        item.place = place(at);
        rest = rest.get(item.octets.len().max(1)..).unwrap_or_default();
        items.push(item);
    }
    items
}

/// Where an octet is.
pub(super) fn place(at: usize) -> String {
    format!("{at:08x}")
}

impl Walk {
    /// The frame at the front, or what is left of one.
    fn item(&mut self, rest: &[u8]) -> Item {
        let Some(head) = Head::parse_prefix(rest) else {
            return cut(rest, format!("{} octets, too few for a frame", rest.len()));
        };
        let Some(octets) = rest.get(..head.frame_len()) else {
            let missing = head.frame_len() - rest.len();
            return cut(
                rest,
                format!("{head}, of which {missing} octets are missing"),
            );
        };
        let mut decoder = Decoder::new();
        decoder.set_max_frame_size(blocking::proto::frame::MAX_FRAME_SIZE_LIMIT);
        match decoder.decode(octets) {
            Ok(Some((frame, _))) => self.frame(frame, octets),
            Ok(None) => cut(octets, head.to_string()),
            Err(error) => Item {
                stream: Some(head.stream_id.value()),
                what: format!("{head}: {error}"),
                parts: octets::wrong(head),
                octets: octets.to_vec(),
                ..Item::default()
            },
        }
    }

    fn frame(&mut self, frame: Frame<'_>, octets: &[u8]) -> Item {
        let mut item = Item {
            stream: Some(frame.stream_id().value()),
            what: frame.to_string(),
            octets: octets.to_vec(),
            ..Item::default()
        };
        let (fragment, is_end) = match frame {
            Frame::Headers(frame) => (frame.fragment, frame.end_headers),
            Frame::PushPromise(frame) => (frame.fragment, frame.end_headers),
            Frame::Continuation(frame) => (frame.fragment, frame.end_headers),
            _ => {
                item.parts = octets::parts(&frame, Vec::new());
                return item;
            }
        };
        self.block.extend_from_slice(fragment);
        let is_whole = self.block.len() == fragment.len() && is_end;
        let mut named = alloc::vec![octets::part(fragment.len(), "a piece of a field block")];
        if is_end {
            let block = core::mem::take(&mut self.block);
            let fields = self.fields(&block, &mut item);
            if is_whole {
                named = block::parts(&block, &fields);
            }
        }
        item.parts = octets::parts(&frame, named);
        item
    }

    /// Decodes a field block; returns each field as a text.
    fn fields(&mut self, block: &[u8], item: &mut Item) -> Vec<String> {
        let mut fields = Vec::new();
        let mut take = |field: HeaderField<'_>, _: hpack::Representation, _: &mut u8| {
            fields.push(shown(field));
        };
        let decoded = self.decoder.decode(block, &mut take);
        let decoded = decoded.and_then(|()| self.decoder.finish().map(|_| ()));
        if let Err(error) = decoded {
            item.what = format!("{}: {error}", item.what);
        }
        let texts = fields
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        let texts = texts.collect();
        item.fields = fields;
        texts
    }
}

/// A field without secrets, and without what could disturb a terminal.
fn shown(field: HeaderField<'_>) -> (String, String) {
    let HeaderField { name, value, .. } = field;
    let is_hidden = is_secret(name) || field.sensitivity == hpack::Sensitivity::NeverIndexed;
    let value = match is_hidden {
        true => format!("[{} octets, not shown]", value.len()),
        false => Harmless(value).to_string(),
    };
    (Harmless(name).to_string(), value)
}

fn cut(octets: &[u8], what: String) -> Item {
    Item {
        parts: alloc::vec![octets::part(octets.len(), "what is left")],
        octets: octets.to_vec(),
        what,
        ..Item::default()
    }
}
