//! The corpora: for each target one file, with a line of hexadecimal digits for each input.
//!
//! Empty lines and those that begin with `#` say nothing; a line with `-` alone is an input of no octets.

use alloc::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the inputs of a target lie, below the folder of the fuzz package.
pub fn path(root: &Path, target: &str) -> PathBuf {
    root.join("corpus").join(format!("{target}.hex"))
}

/// The inputs of a target; none where there is no file.
///
/// # Errors
///
/// That the file cannot be read, or that a line is not of hexadecimal digits.
pub fn read(root: &Path, target: &str) -> io::Result<BTreeSet<Vec<u8>>> {
    let text = match fs::read_to_string(path(root, target)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        text => text?,
    };
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(input).collect()
}

fn input(line: &str) -> io::Result<Vec<u8>> {
    match line {
        "-" => Ok(Vec::new()),
        _ => hex::decode(line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
    }
}

/// Writes the inputs of a target, the shortest first. Comments of the file are lost.
///
/// # Errors
///
/// That the file cannot be written.
pub fn write(root: &Path, target: &str, inputs: &BTreeSet<Vec<u8>>) -> io::Result<()> {
    let mut sorted: Vec<_> = inputs.iter().collect();
    sorted.sort_by_key(|input| (input.len(), *input));
    let lines = sorted.iter().map(|input| match input.as_slice() {
        [] => "-\n".to_owned(),
        input => hex::encode(input) + "\n",
    });
    fs::write(path(root, target), lines.collect::<String>())
}
