//! `tress completions`: a script for a shell.

use alloc::vec::Vec;
use std::io::Write;

use clap::CommandFactory;

use crate::args::{Args, Completions};
use crate::exit::{Failure, Result};

/// Writes the script.
pub(crate) fn run(args: &Completions) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "tress", &mut script);
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(&script)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::write("stdout", &error))
}
