//! A server with the crate `h2` alone, so that its code can be weighed.

use tress_benches::engine::h2::{Manner, replay_octets};
use tress_benches::sizes;

fn main() {
    sizes::serve(|octets| replay_octets(octets, Manner::default()));
}
