//! What an application learns, one readable line each; and how scripts ask for it.

use testkit::Subject;
use tress_proto::{Client, Config, Connection, Event, Fields, Part, Response, Server, StreamId};

use super::Ends;

/// A server, as scripts play with it: whatever is readable is taken.
pub(crate) fn serving() -> Subject<Connection<Server>> {
    Subject::new(
        testkit::Side::Server,
        Connection::new(Config::default()),
        happened,
    )
}

/// A client, as scripts play with it: whatever is readable is taken.
pub(crate) fn asking() -> Subject<Connection<Client>> {
    Subject::new(
        testkit::Side::Client,
        Connection::new(Config::default()),
        happened,
    )
}

/// What has happened: the parts of readable streams, and all events but those of settings.
pub(crate) fn happened<R: Ends>(connection: &mut Connection<R>) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(event) = connection.poll_event() {
        match event {
            Event::Readable { stream_id } => lines.extend(take(connection, stream_id)),
            Event::SettingsChanged | Event::SettingsAcked => {}
            event => lines.push(tell(&event)),
        }
    }
    lines
}

/// Takes everything that has arrived on a stream, one line for each part.
pub(super) fn take<R: Ends>(connection: &mut Connection<R>, id: StreamId) -> Vec<String> {
    let mut lines = Vec::new();
    while let Ok(mut stream) = connection.stream_mut(id) {
        lines.push(match stream.recv() {
            Ok(Some(part)) => format!("{id}: {}", tell_part(&part)),
            Ok(None) => break,
            Err(error) => {
                lines.push(format!("{id}: {error}"));
                break;
            }
        });
    }
    lines
}

fn tell_part<R: Ends>(part: &Part<R>) -> String {
    match part {
        Part::Informational(response) => tell_response(response),
        Part::Head(head) => R::tell(head),
        Part::Data(data) if data.len() > 64 => format!("{} octets", data.len()),
        Part::Data(data) => format!("\"{}\"", data.escape_ascii()),
        Part::Trailers(trailers) => "trailers".to_owned() + &tell_fields(trailers.fields()),
        Part::End => "end".to_owned(),
        part => format!("{part:?}"),
    }
}

pub(super) fn tell_response(response: &Response) -> String {
    response.status().to_string() + &tell_fields(response.fields())
}

pub(super) fn tell_fields(fields: Fields<'_>) -> String {
    let text = |value| String::from_utf8_lossy(value).into_owned();
    fields
        .map(|field| format!(" {}={}", text(field.name), text(field.value)))
        .collect()
}

pub(super) fn tell(event: &Event) -> String {
    match event {
        Event::Opened { stream_id } => format!("opened {stream_id}"),
        Event::Readable { stream_id } => format!("readable {stream_id}"),
        Event::Writable { stream_id } => format!("writable {stream_id}"),
        Event::Finished { stream_id, result } => match result {
            Ok(()) => format!("finished {stream_id}"),
            Err(error) => format!("finished {stream_id}: {error}"),
        },
        Event::GoAway {
            last_stream_id,
            code,
        } => format!("goaway {last_stream_id} {code}"),
        Event::Pong { payload } => format!("pong {}", payload.escape_ascii()),
        Event::PingLost { payload } => format!("ping lost {}", payload.escape_ascii()),
        Event::Closed(Ok(())) => "closed".to_owned(),
        Event::Closed(Err(error)) => format!("closed: {error}"),
        event => format!("{event:?}"),
    }
}
