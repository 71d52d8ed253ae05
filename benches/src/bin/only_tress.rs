//! A server with tress alone, so that its code can be weighed.

use tress_benches::engine::tress::{Style, replay_octets};
use tress_benches::sizes;

fn main() {
    sizes::serve(|octets| replay_octets(octets, Style::Built));
}
