//! What applications do to a connection, in no order that makes sense.

use testkit::Rng;
use tress_proto::{
    Bytes, Client, ErrorCode, Request, Response, Role, Server, SettingsChange, StreamId, StreamMut,
    Trailers,
};

use super::machine::Machine;

/// What the application of one end does. Commands may be refused at any time.
#[derive(Debug)]
pub(crate) struct Habits<M> {
    /// At the beginning.
    pub(crate) begin: fn(&mut M, &mut Rng),
    /// To a stream, whether or not it still is there.
    pub(crate) act: fn(&mut M, StreamId, &mut Rng),
}

/// A client that asks four things, as a generated server expects it.
pub(crate) fn of_a_client<M: Machine<Role = Client>>() -> Habits<M> {
    Habits {
        begin: |client, _| {
            for method in ["GET", "POST", "HEAD", "POST"] {
                let request = Request::new(method, "http", "example.org", "/");
                let id = client.connection().request(request);
                let id = id.expect("nothing has happened yet");
                let stream = client.connection().stream_mut(id);
                let mut stream = stream.expect("it was just opened");
                if method != "POST" {
                    let _ = stream.end();
                }
            }
        },
        act: |client, id, rng| {
            any_end(client, rng);
            let Ok(mut stream) = client.connection().stream_mut(id) else {
                return;
            };
            match rng.range(0..8) {
                0 => drop(stream.take_promise()),
                1 => drop(stream.take_unsent()),
                2 => {
                    let request = Request::get("http", "example.org", "/again");
                    let _ = client.connection().request(request);
                }
                _ => say(stream, rng),
            }
        },
    }
}

/// A server that answers, sooner or later.
pub(crate) fn of_a_server<M: Machine<Role = Server>>() -> Habits<M> {
    Habits {
        begin: |_, _| {},
        act: |server, id, rng| {
            any_end(server, rng);
            let Ok(mut stream) = server.connection().stream_mut(id) else {
                return;
            };
            let status = *rng.pick(&[200, 204, 304, 404]);
            match rng.range(0..8) {
                0 => drop(stream.inform(Response::new(103).field("link", "</a>"))),
                1 => drop(stream.push(Request::get("http", "example.org", "/pushed"))),
                2..=4 => drop(stream.respond(Response::new(status).field("x-a", "b"))),
                _ => say(stream, rng),
            }
        },
    }
}

/// Says or ends something on a stream.
fn say<R: Role>(mut stream: StreamMut<'_, R>, rng: &mut Rng) {
    let length = *rng.pick(&[0, 1, 10, 2000, 20_000]);
    match rng.range(0..14) {
        0..=4 => drop(stream.send_data(Bytes::from(vec![b'x'; length]))),
        5 | 6 => drop(stream.send_trailers(Trailers::new().field("x-check", "yes"))),
        7..=9 => drop(stream.end()),
        10 => drop(stream.reset(ErrorCode::CANCEL)),
        11 => drop(stream.stop(ErrorCode::NO_ERROR)),
        12 => stream.release(),
        _ => {}
    }
}

/// Does what either end may do to a connection, now and then.
fn any_end<M: Machine>(machine: &mut M, rng: &mut Rng) {
    let connection = machine.connection();
    let octets = *rng.pick(&[0, 1, 1000, 100_000]);
    match rng.range(0..40) {
        0 => drop(connection.ping(rng.number().to_be_bytes())),
        1 => {
            let change = SettingsChange::default().initial_window(octets);
            let change = change.expect("it is below the limit");
            let _ = connection.update_settings(change.header_table_size(octets / 10));
        }
        2 => {
            let change = SettingsChange::default().concurrent_streams(octets.min(5));
            let _ = connection.update_settings(change);
        }
        3 if rng.chance(1, 4) => connection.go_away(),
        4 if rng.chance(1, 16) => connection.abort(ErrorCode::ENHANCE_YOUR_CALM),
        _ => {}
    }
}
