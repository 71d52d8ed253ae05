//! The tests of `tress-h2`, with `h2` itself in its place: `cargo xtask long turned` runs them, and compares
//! those that fail with `known.txt`, which says why.
