//! Reads a recording, and serves nothing: what `only_tress` and its like are measured against.

use tress_benches::sizes;

fn main() {
    sizes::serve(<[u8]>::len);
}
