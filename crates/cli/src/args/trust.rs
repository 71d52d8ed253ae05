//! Whom a client trusts, on the command line.

use std::path::PathBuf;

/// Whose certificates will do
#[derive(Debug, clap::Args)]
pub(crate) struct Trust {
    /// Trust any certificate; whoever is in between can read and change everything
    #[arg(short = 'k', long)]
    pub(crate) insecure: bool,

    /// Trust the certificates in this PEM file, and no others
    #[arg(long, value_name = "FILE", conflicts_with = "insecure")]
    pub(crate) cacert: Option<PathBuf>,
}
