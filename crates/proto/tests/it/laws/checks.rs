//! What must hold when a play is over.

use tress_proto::{Client, Server, Side, StreamError, StreamId};

use super::app::App;
use super::heard::Stream;
use super::machine::Machine;
use super::play::Play;

/// No stream is stuck: when all was said and taken, both ends have forgotten all of them.
pub(crate) fn nothing_is_stuck<A, B>(play: &mut Play<A, B>)
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    let left = |streams: Vec<String>, app: &App| {
        let side = app.side;
        assert!(streams.is_empty(), "stuck at the {side:?}: {streams:#?}");
    };
    left(known(&mut play.pair.a), &play.client);
    left(known(&mut play.pair.b), &play.server);
}

fn known<M: Machine>(machine: &mut M) -> Vec<String> {
    let streams = machine.connection().streams();
    let streams = streams.map(|stream| format!("{stream:?} {:?}", stream.result()));
    streams.collect()
}

/// Both ends are notified once, and last, that it is over; and each of its streams once.
pub(crate) fn all_ends_once<A, B>(play: &Play<A, B>)
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    for app in [&play.client, &play.server] {
        let (side, heard) = (app.side, &app.heard);
        assert_eq!(heard.closed.len(), 1, "{side:?}: {:?}", heard.closed);
        assert_eq!(heard.late, 0, "{side:?} heard events after the last one");
        let known = app.said.keys().chain(&heard.opened);
        for id in known.filter(|id| !app.released.contains(id)) {
            let stream = heard.streams.get(id);
            let times = stream.map_or(0, |stream| stream.finished.len());
            assert_eq!(times, 1, "{side:?}: {id:?} finished {stream:?}");
        }
        let count = |names: &[&str]| {
            let is_named = |event: &&String| names.iter().any(|name| event.starts_with(name));
            heard.others.iter().filter(is_named).count()
        };
        assert_eq!(count(&["Pong", "PingLost"]), app.pings, "{heard:?}");
        assert_eq!(count(&["Flushed"]), app.flushes, "{heard:?}");
    }
}

/// Two of our ends never find fault with each other.
pub(crate) fn nobody_is_blamed<A, B>(play: &Play<A, B>)
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    for app in [&play.client, &play.server] {
        assert_eq!(app.heard.closed, ["Ok(())"], "{:?}", app.side);
        for (id, stream) in &app.heard.streams {
            let is_fault = |result: &Result<(), StreamError>| {
                let error = result.err();
                error.is_some_and(|error| {
                    let is_polite = matches!(
                        error,
                        StreamError::Reset(_)
                            | StreamError::Canceled
                            | StreamError::Unsent
                            | StreamError::Unprocessed(_)
                    );
                    !is_polite
                })
            };
            let faults = stream.finished.iter().filter(|result| is_fault(result));
            assert_eq!(
                faults.count(),
                0,
                "{:?}: {id:?} {:?}",
                app.side,
                stream.finished
            );
        }
    }
}

/// What one end said the other heard: all of it where both are content, else its beginning.
pub(crate) fn all_arrives_in_order<A, B>(play: &Play<A, B>)
where
    A: Machine<Role = Client>,
    B: Machine<Role = Server>,
{
    let ways = [(&play.client, &play.server), (&play.server, &play.client)];
    for (from, to) in ways {
        for (id, heard) in &to.heard.streams {
            let said = from.said.get(id).cloned().unwrap_or_default();
            // Nobody says anything on a pushed stream but the server, who hears the end at once.
            let is_asked = id.is_client_initiated() || to.side == Side::Client;
            let is_whole = is_asked && is_content(from, *id) && is_content(to, *id);
            arrives_in_order(*id, &said, heard, is_whole);
        }
    }
}

/// Says whether a stream finished well at an end that did not let it go.
fn is_content(app: &App, id: StreamId) -> bool {
    let stream = app.heard.streams.get(&id);
    !app.abandoned.contains(&id) && stream.is_some_and(|stream| stream.finished == [Ok(())])
}

#[track_caller]
fn arrives_in_order(id: StreamId, said: &Stream, heard: &Stream, is_whole: bool) {
    let fields = said.fields.get(..heard.fields.len());
    assert_eq!(fields, Some(&heard.fields[..]), "{id:?}: the fields differ");
    let places = said.places.get(..heard.places.len());
    assert_eq!(
        places,
        Some(&heard.places[..]),
        "{id:?}: fields are out of place"
    );
    let begins = said.content.starts_with(&heard.content);
    assert!(begins, "{id:?}: the content differs");
    if is_whole {
        assert_eq!(
            heard.fields.len(),
            said.fields.len(),
            "{id:?}: fields are missing"
        );
        assert_eq!(
            heard.content.len(),
            said.content.len(),
            "{id:?}: content is missing"
        );
        assert!(
            heard.is_ended && said.is_ended,
            "{id:?}: the end is missing"
        );
    }
}
