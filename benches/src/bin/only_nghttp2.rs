//! A server with nghttp2 alone, so that its code can be weighed.

use tress_benches::engine::nghttp2::replay_octets;
use tress_benches::nghttp2::engine::Keeping;
use tress_benches::sizes;

fn main() {
    sizes::serve(|octets| replay_octets(octets, Keeping::Nothing, false));
}
