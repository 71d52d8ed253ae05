//! What a server says to requests on the streams 1, 3, 5 and 7 (RFC 9113 §8.1, RFC 9113 §8.4).

use super::Talk;
use crate::{altsvc, origin, settings_ack};

/// Streams whose response has not begun, those in its content, and the next to promise.
struct Streams {
    waiting: Vec<u32>,
    answering: Vec<u32>,
    next_promise: u32,
}

pub(super) fn talk(talk: &mut Talk<'_>) {
    talk.settings();
    talk.say(settings_ack());
    let mut streams = Streams {
        waiting: vec![1, 3, 5, 7],
        answering: Vec::new(),
        next_promise: 2,
    };
    for _ in 0..talk.rng.range(5..30) {
        turn(talk, &mut streams);
    }
    for stream in streams.answering {
        talk.data(stream, true);
    }
    if talk.rng.chance(1, 3) {
        talk.goaway();
    }
}

fn turn(talk: &mut Talk<'_>, streams: &mut Streams) {
    match talk.rng.range(0..10) {
        0 => talk.small_talk(&streams.answering),
        1 => advertise(talk, &streams.answering),
        2 | 3 => push(talk, streams),
        4 | 5 => answer(talk, streams),
        _ => go_on(talk, streams),
    }
}

fn advertise(talk: &mut Talk<'_>, streams: &[u32]) {
    let stream = talk.some_stream(streams);
    match talk.rng.range(0..3) {
        0 => talk.say(origin(&["https://a", "https://b.example"])),
        1 if stream != 0 => talk.say(altsvc(stream, "", "h2=\":8000\"")),
        _ => talk.say(altsvc(0, "https://a", "clear")),
    }
}

fn push(talk: &mut Talk<'_>, streams: &mut Streams) {
    let parents = [streams.waiting.as_slice(), &streams.answering].concat();
    let mut parents = parents.into_iter().filter(|stream| stream % 2 == 1);
    let Some(parent) = parents.next() else {
        return;
    };
    let promised = streams.next_promise;
    streams.next_promise += 2;
    streams.waiting.push(promised);
    let block = talk.begin().request("GET", "/pushed");
    let block = talk.add_fields(block);
    talk.push_promise(parent, promised, &block);
}

fn answer(talk: &mut Talk<'_>, streams: &mut Streams) {
    if streams.waiting.is_empty() {
        return;
    }
    let place = talk.rng.range(0..streams.waiting.len());
    let stream = streams.waiting.remove(place);
    if talk.rng.chance(1, 4) {
        let block = talk.begin().status(103);
        let block = talk.add_fields(block);
        talk.headers(stream, &block, false);
    }
    let status = *talk.rng.pick(&[200, 204, 206, 304, 404, 418, 500]);
    let is_empty = matches!(status, 204 | 304) || talk.rng.chance(1, 4);
    let block = talk.begin().status(status);
    let block = talk.add_fields(block);
    talk.headers(stream, &block, is_empty);
    if !is_empty {
        streams.answering.push(stream);
    }
}

/// Says more of a response that has begun, or ends it.
fn go_on(talk: &mut Talk<'_>, streams: &mut Streams) {
    if streams.answering.is_empty() {
        return;
    }
    let place = talk.rng.range(0..streams.answering.len());
    let stream = streams.answering.remove(place);
    match talk.rng.range(0..6) {
        0 => talk.data(stream, true),
        1 => talk.rst_stream(stream),
        2 => {
            let block = talk.begin().literal("x-checked", "yes");
            talk.headers(stream, &block, true);
        }
        _ => {
            talk.data(stream, false);
            streams.answering.push(stream);
        }
    }
}
