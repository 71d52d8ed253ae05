//! A key log of the user's (what `SSLKEYLOGFILE` names) sees the secrets of our sessions.

use alloc::sync::Arc;
use std::sync::Mutex;

use rustls::KeyLog;
use tress_tls::rustls;

use testkit::{Certified, settle};

use crate::world::{VERSIONS, http};

#[derive(Debug, Default)]
struct Log(Mutex<Vec<(String, Vec<u8>)>>);

impl KeyLog for Log {
    fn log(&self, label: &str, client_random: &[u8], _secret: &[u8]) {
        let line = (label.to_owned(), client_random.to_vec());
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn a_key_log_is_kept_where_the_configuration_asks_for_one() {
    for version in VERSIONS {
        let (client_log, server_log) = (Arc::new(Log::default()), Arc::new(Log::default()));
        let mut configs = Certified::new(&[version]);
        configs.client.key_log = client_log.clone();
        configs.server.key_log = server_log.clone();
        let (mut client, mut server) = http(configs);
        settle(&mut client.tls, &mut server.tls, 1000);
        let mut ours = client_log.0.lock().unwrap().clone();
        let mut theirs = server_log.0.lock().unwrap().clone();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "{version:?}");
        let wanted = match version.version {
            rustls::ProtocolVersion::TLSv1_2 => "CLIENT_RANDOM",
            _ => "CLIENT_TRAFFIC_SECRET_0",
        };
        assert!(ours.iter().any(|(label, _)| label == wanted), "{ours:?}");
    }
}
