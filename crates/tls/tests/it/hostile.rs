//! Sessions over a wire that cuts everything into pieces, loses its peer, and wakes for nothing.

use proto::{Client, Connection, Server, StreamId};
use runtime::Runtime;
use testkit::{Certified, Echo, Pair};
use tress_tls::{Tls, rustls};

use crate::world::{VERSIONS, answer, ask, connection, content};

type Ends = Pair<Tls<Connection<Client>>, Tls<Connection<Server>>>;

fn ends(version: &'static rustls::SupportedProtocolVersion, seed: u64) -> Ends {
    let (client, server) = Certified::new(&[version]).shared();
    Pair::new(
        Tls::connect(client, Certified::NAME, connection()).unwrap(),
        Tls::accept(server, connection()).unwrap(),
    )
    .unrecorded()
    .hostile(seed)
}

/// Runs until a response of so many octets is whole.
fn fetch(pair: &mut Ends, len: usize) -> StreamId {
    let id = ask(pair.a.inner_mut());
    pair.run();
    answer(pair.b.inner_mut(), len);
    let mut taken = 0;
    loop {
        pair.run();
        let (some, is_all) = content(pair.a.inner_mut(), id).unwrap();
        taken += some;
        if is_all {
            assert_eq!(taken, len);
            return id;
        }
        assert_ne!(some, 0, "{taken} of {len} octets came");
    }
}

#[test]
fn any_order_of_pieces_carries_requests_and_the_end() {
    for version in VERSIONS {
        for seed in 0..30 {
            let mut pair = ends(version, seed);
            fetch(&mut pair, 100_000);
            pair.a.inner_mut().go_away();
            pair.run();
            assert!(pair.a.is_closed() && pair.b.is_closed(), "{seed}");
        }
    }
}

#[test]
fn a_cut_at_any_moment_ends_both() {
    for seed in 0..300 {
        let mut pair = ends(VERSIONS[1], seed);
        ask(pair.a.inner_mut());
        for _ in 0..seed {
            pair.step();
            answer(pair.b.inner_mut(), 10_000);
        }
        pair.cut();
        pair.run();
        assert!(pair.a.is_closed() && pair.b.is_closed(), "{seed}");
    }
}

#[test]
fn a_machine_that_pauses_is_woken_through_the_session() {
    for seed in 0..50 {
        let (client, server) = Certified::default().shared();
        let echo = Echo::new().capacity(100).bite(30).piece(7);
        let client = Tls::connect(client, Certified::NAME, Echo::listener()).unwrap();
        let server = Tls::accept(server, echo).unwrap();
        let mut pair = Pair::new(client, server).unrecorded().hostile(seed);
        let words: Vec<u8> = (0..5_000)
            .map(|at| u8::try_from(at % 251).unwrap())
            .collect();
        pair.a.inner_mut().say(&words);
        pair.run();
        assert!(pair.a.inner().heard() == words, "{seed}");
    }
}
