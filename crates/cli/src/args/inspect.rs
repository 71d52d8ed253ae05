//! The command line of `tress inspect`.

use std::path::PathBuf;

use clap::ValueEnum;

/// Show the frames in octets or in a log, with their fields
///
/// FILE holds the octets that one side of a connection sent, in cleartext, as they are or in hexadecimal digits (as xxd
/// and others write them), a log of tress, or a capture of packets (pcap or pcapng). What it is, and whose octets they are, shows by itself: those of a client
/// begin with the connection preface.
///
/// Behind the place or the time, > is what the side sent whose octets they are, or whose log it is, and < is what came
/// to it; in a capture, > is what a client sent, and < what its server did. TLS 1.3 in a capture is read with --key-log. Values of secret fields are not shown.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress inspect client.bin\n  \
    tress inspect --key-log keys.txt --stream 1 capture.pcapng\n  \
    tress inspect --check --json - < server.bin",
    after_help = "Exit codes: 0 done, 1 it cannot be written, 2 it cannot be read, 3 with --check: a rule was broken."
)]
pub(crate) struct Inspect {
    /// What to look at; - is stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// What it is, where that does not show
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) from: From,

    /// Read what is in TLS 1.3 in a capture by the secrets of its sessions: the file that SSLKEYLOGFILE named to its
    /// client or its server. What a pcapng has of them itself is found without
    #[arg(long, value_name = "FILE")]
    pub(crate) key_log: Option<PathBuf>,

    /// Judge the side that sent it by the rules of HTTP/2, and name those that it broke; in a log, what its other side
    /// broke
    ///
    /// One side alone shows no window and no acknowledgment of the other, and its requests are taken to be GET: what
    /// depends on them is not judged.
    #[arg(long)]
    pub(crate) check: bool,

    /// Show frames of this stream only
    #[arg(long, value_name = "STREAM")]
    pub(crate) stream: Option<u32>,

    /// Show frames that carry fields only
    #[arg(long)]
    pub(crate) headers: bool,

    /// Of a log, show also what is no frame: states, stalls, what the application queued and took, and what the
    /// transport took
    #[arg(long)]
    pub(crate) events: bool,

    /// Show every octet, and what it means; not of a log
    #[arg(long, conflicts_with = "json")]
    pub(crate) hex: bool,

    /// Write an object a line; schema tress-inspect/1
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// Whatever it looks like
    Auto,
    /// Octets as they are
    Raw,
    /// Octets as hexadecimal digits
    Hex,
    /// A log of tress
    Log,
    /// Packets, pcap or pcapng
    Capture,
}
