//! Tables that are made from the code and committed, so that whoever reads them reads the truth.

use std::path::Path;
use std::{env, fs};

/// Compares a table with the file of `src` that holds it.
///
/// `UPDATE=1 cargo test -p tress-proto` writes the file instead.
///
/// # Panics
///
/// Panics where they differ.
#[track_caller]
pub(crate) fn check(file: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, table).expect("the table can be written");
        return;
    }
    let committed = fs::read_to_string(&path).expect("the table is committed");
    assert!(
        committed == table,
        "{file} is not what the code says; UPDATE=1 writes it anew:\n{table}"
    );
}
