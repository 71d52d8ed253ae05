//! How requests are shared among servers.

use tress_pool::Config;

use crate::world::{Fault, Play};

/// A thousand requests in a second, to servers that answer in 20 ms.
fn calm(seed: u64, servers: usize, spread: usize) -> Play {
    Play {
        config: Config::default().spread(spread).unwrap(),
        most: 16,
        seed,
        servers,
        requests: 1000,
        is_calm: true,
        fault: Fault::None,
    }
}

#[test]
fn equal_servers_get_equal_shares_within_a_tenth() {
    for seed in 0..8 {
        let figures = calm(seed, 3, 3).run().unwrap();
        assert_eq!(figures.answered, 1000);
        for share in &figures.by_server {
            assert!((300..=367).contains(share), "seed {seed}: {figures:?}");
        }
    }
}

#[test]
fn one_connection_is_enough_while_its_streams_are() {
    let figures = calm(1, 3, 1).run().unwrap();
    assert_eq!((figures.connects, figures.most_connections), (1, 1));
}
