//! What `h2` has not, at the end that other tests leave out.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicUsize, Ordering};

use testkit::{Wire, data, headers, kind, settings};
use tress_h2::extensions::proto::{Observe, Record};
use tress_h2::server;

use crate::support::{Server, content, granted_in_all, once, ready, set_client};

#[test]
fn a_clients_credit_returns_on_receipt_where_that_is_asked_for() {
    let client = set_client(|builder| {
        builder.credit_on_receipt();
    });
    let frames = client.pipe.frames();
    assert_eq!(frames[0].settings(), [(3, 100)]);
    // A hundred promises, and a request of its own.
    assert_eq!(granted_in_all(&frames), 100 * 65_535);
}

#[test]
fn a_client_says_that_it_knows_priorities_where_they_are_on() {
    let client = set_client(|builder| {
        builder.priorities();
    });
    assert_eq!(client.pipe.frames()[0].settings(), [(9, 1)]);
}

#[test]
fn a_client_measures_round_trips_where_windows_grow() {
    for grows in [true, false] {
        let mut client = set_client(|builder| {
            builder.initial_connection_window_size(64 << 20);
            if grows {
                builder.window_growth(1 << 20);
            }
        });
        let (response, _stream) = client.get();
        client.said();
        let piece = data(1, vec![0; 16_000]).octets();
        let _ = client.says((headers(1).status(200), piece.repeat(4)));
        let mut body = ready(once(response)).unwrap().into_body();
        let taken = content(&mut body).0.len();
        body.flow_control().release_capacity(taken).unwrap();
        let _ = client.run();
        let frames = client.pipe.frames();
        assert_eq!(frames.iter().any(|seen| seen.kind == kind::PING), grows);
    }
}

/// Counts what goes by.
struct Count(Arc<AtomicUsize>);

impl Observe for Count {
    fn record(&mut self, _: Record<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn an_observer_sees_a_servers_connection() {
    let seen = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&seen);
    let mut builder = server::Builder::new();
    builder.observe(move || Count(Arc::clone(&count)));
    let _server = Server::with(&builder, settings());
    assert!(seen.load(Ordering::Relaxed) >= 2);
}
