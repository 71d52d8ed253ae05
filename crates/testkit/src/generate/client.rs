//! What a client says (RFC 9113 §8.1).

use super::Talk;
use crate::{PREFACE, priority_update, settings_ack};

/// Streams that were opened, and those of them that are not ended.
#[derive(Default)]
struct Streams {
    opened: Vec<u32>,
    open: Vec<u32>,
}

pub(super) fn talk(talk: &mut Talk<'_>) {
    talk.say(PREFACE);
    talk.settings();
    talk.say(settings_ack());
    let mut streams = Streams::default();
    for _ in 0..talk.rng.range(5..30) {
        turn(talk, &mut streams);
    }
    for stream in streams.open {
        talk.data(stream, true);
    }
    if talk.rng.chance(1, 3) {
        talk.goaway();
    }
}

fn turn(talk: &mut Talk<'_>, streams: &mut Streams) {
    let place = talk.rng.range(0..streams.open.len());
    match (talk.rng.range(0..10), streams.open.get(place).copied()) {
        (0..=2, _) => request(talk, streams),
        (3 | 4, Some(stream)) => talk.data(stream, false),
        (5, Some(stream)) => {
            streams.open.remove(place);
            talk.data(stream, true);
        }
        (6, Some(stream)) => {
            streams.open.remove(place);
            let block = talk.begin();
            let block = talk.add_fields(block).literal("x-checked", "yes");
            talk.headers(stream, &block, true);
        }
        (7, Some(stream)) => {
            streams.open.remove(place);
            talk.rst_stream(stream);
        }
        (8, _) => prioritize(talk, streams),
        _ => talk.small_talk(&streams.opened),
    }
}

fn request(talk: &mut Talk<'_>, streams: &mut Streams) {
    let stream = streams.opened.last().map_or(1, |last| last + 2);
    streams.opened.push(stream);
    let has_content = talk.rng.chance(2, 3);
    let method = if has_content { "POST" } else { "GET" };
    let path = *talk.rng.pick(&["/", "/index.html", "/a?b=c"]);
    let block = talk.begin().request(method, path);
    let block = talk.add_fields(block);
    talk.headers(stream, &block, !has_content);
    if has_content {
        streams.open.push(stream);
    }
}

fn prioritize(talk: &mut Talk<'_>, streams: &Streams) {
    if !streams.opened.is_empty() {
        let stream = *talk.rng.pick(&streams.opened);
        let value = *talk.rng.pick(&["u=0", "u=7,i", "i", ""]);
        talk.say(priority_update(stream, value));
    }
}
