//! Two ends of TLS in memory, with a certificate made up for the occasion.

use std::sync::mpsc::{Receiver, Sender, channel};

use proto::{
    Client, Config, Connection, Event, Part, Request, Response, Role, Server, StreamError, StreamId,
};
use runtime::Runtime;
use rustls::SupportedProtocolVersion;
use testkit::Certified;
use tress_tls::rustls;
use tress_tls::{Tls, TlsError};

/// The versions that are allowed, each by itself.
pub(crate) const VERSIONS: [&SupportedProtocolVersion; 2] =
    [&rustls::version::TLS12, &rustls::version::TLS13];

/// A machine in a session, and what its watcher heard.
pub(crate) struct End<M> {
    pub(crate) tls: Tls<M>,
    pub(crate) heard: Receiver<Result<(), TlsError>>,
}

/// Both ends, with a machine in each.
pub(crate) fn join<C: Runtime, S: Runtime>(
    certified: Certified,
    client: C,
    server: S,
) -> (End<C>, End<S>) {
    let (client_config, server_config) = certified.shared();
    let client = Tls::connect(client_config, Certified::NAME, client).unwrap();
    let server = Tls::accept(server_config, server).unwrap();
    (watched(client), watched(server))
}

/// Both ends of HTTP/2.
pub(crate) fn http(certified: Certified) -> (End<Connection<Client>>, End<Connection<Server>>) {
    join(certified, connection(), connection())
}

pub(crate) fn connection<R: Role>() -> Connection<R> {
    Connection::new(Config::default())
}

pub(crate) fn watched<M: Runtime>(tls: Tls<M>) -> End<M> {
    let (says, heard): (Sender<Result<(), TlsError>>, _) = channel();
    let tls = tls.watch(move |update| says.send(update.map_err(Clone::clone)).unwrap());
    End { tls, heard }
}

/// Asks for `/`.
pub(crate) fn ask(client: &mut Connection<Client>) -> StreamId {
    let id = client
        .request(Request::get("https", Certified::NAME, "/"))
        .unwrap();
    client.stream_mut(id).unwrap().end().unwrap();
    id
}

/// Answers what is open, with so many octets.
pub(crate) fn answer(server: &mut Connection<Server>, len: usize) {
    while let Some(event) = server.poll_event() {
        if let Event::Opened { stream_id } = event {
            let mut stream = server.stream_mut(stream_id).unwrap();
            stream.respond(Response::new(200)).unwrap();
            stream.send_data(vec![7; len].into()).unwrap();
            stream.end().unwrap();
        }
    }
}

/// Takes what has arrived on a stream; says how much it was and whether it was all.
pub(crate) fn content<R: Role>(
    connection: &mut Connection<R>,
    id: StreamId,
) -> Result<(usize, bool), StreamError> {
    let mut len = 0;
    while let Some(part) = connection.stream_mut(id).unwrap().recv()? {
        match part {
            Part::Data(data) => len += data.len(),
            Part::End => return Ok((len, true)),
            _ => {}
        }
    }
    Ok((len, false))
}

/// How a connection ended.
pub(crate) fn ending<R: Role>(
    connection: &mut Connection<R>,
) -> Option<Result<(), proto::ConnectionError>> {
    while let Some(event) = connection.poll_event() {
        if let Event::Closed(result) = event {
            return Some(result);
        }
    }
    None
}
