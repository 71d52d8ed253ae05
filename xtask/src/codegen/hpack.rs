//! Writes the tables of `tress-hpack` from the tables of facts in `xtask/data` (RFC 7541 §A, RFC 7541 §B).

mod huffman;
mod static_table;

/// Returns every generated file of `tress-hpack`: its path from the root, and its content.
pub(crate) fn files() -> Vec<(&'static str, String)> {
    vec![
        ("crates/hpack/src/huffman/table.rs", huffman::file()),
        ("crates/hpack/src/table/static.rs", static_table::file()),
    ]
}

/// The rows of a table of facts: lines without comments, split at tabs.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}
