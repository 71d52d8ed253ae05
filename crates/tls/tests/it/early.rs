//! What a client sends before the handshake is over (RFC 8446 §2.3, RFC 8470 §3).

use alloc::sync::Arc;
use std::io::Write;

use runtime::Runtime;
use rustls::ClientConnection;
use testkit::{Echo, settle, written};
use tress_tls::{Tls, h2_client, h2_server, rustls};

use testkit::Certified;

use crate::world::{connection, watched};

#[test]
fn a_server_does_not_allow_early_data_unless_its_configuration_does() {
    // The client would send some, and resumes a session.
    let mut session = resumed(Certified::default());
    assert!(session.client.early_data().is_none());
}

#[test]
fn early_data_waits_until_the_handshake_is_over() {
    let mut configs = Certified::default();
    configs.server.max_early_data_size = 1024;
    let mut session = resumed(configs);
    let early = b"early bird";
    let count = session.client.early_data().unwrap().write(early).unwrap();
    assert_eq!(count, early.len());
    let mut client = Tls::client(session.client, Echo::listener());
    let octets = written(&mut client);
    assert_eq!(session.server.read(&octets), octets.len());
    // The server has it, and lets nobody see it.
    assert_eq!(session.server.inner().heard(), b"");
    client.inner_mut().say(b" and worm");
    settle(&mut client, &mut session.server, 1000);
    assert_eq!(session.server.inner().heard(), b"early bird and worm");
}

struct Session {
    client: ClientConnection,
    server: Tls<Echo>,
}

/// A session that goes on where an earlier one left off.
fn resumed(configs: Certified) -> Session {
    let mut client_config = configs.client;
    client_config.enable_early_data = true;
    let client_config = h2_client(Arc::new(client_config));
    let server_config = h2_server(Arc::new(configs.server));
    let first = Tls::connect(client_config.clone(), Certified::NAME, connection()).unwrap();
    let mut first = watched::<proto::Connection<proto::Client>>(first);
    let server = Tls::accept(server_config.clone(), connection()).unwrap();
    let mut server = watched::<proto::Connection<proto::Server>>(server);
    settle(&mut first.tls, &mut server.tls, 1000);
    Session {
        client: ClientConnection::new(client_config, Certified::NAME.try_into().unwrap()).unwrap(),
        server: Tls::accept(server_config, Echo::listener()).unwrap(),
    }
}
