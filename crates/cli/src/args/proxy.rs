//! The command line of `tress proxy`.

use std::path::PathBuf;

/// Stand between clients and a server, show what goes by, and break things on purpose
///
/// Connections to LISTEN go on to UPSTREAM. Frames are passed on one to one, WINDOW_UPDATE and SETTINGS included; only
/// a frame that a fault touches is made anew. HTTP/2 in cleartext is understood; anything else is passed on as it is.
///
/// A script is statements, a line each or with ; between them: the name of a fault and words key=value. The README has
/// all of them, and recipes.
///
/// Ctrl-C ends it at once; what was logged is written.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress proxy 127.0.0.1:9090 127.0.0.1:8080 --fault 'rst path=/large after=100K count=1'\n  \
    tress proxy 127.0.0.1:9090 127.0.0.1:8080 --fault 'link delay=20ms; stall chance=5% for=2s; seed 7' -v\n  \
    tress proxy 127.0.0.1:0 127.0.0.1:8080 --fault @shutdown.fault --log proxy.log",
    after_help = "Exit codes: 0 ended by Ctrl-C, 1 the log cannot be written, 2 wrong usage, a script that cannot be \
    read among it, 4 the server's name is not known."
)]
pub(crate) struct Proxy {
    /// Where to listen; port 0 takes any that is free
    #[arg(value_name = "LISTEN")]
    pub(crate) listen: String,

    /// Where connections go on to, HOST:PORT
    #[arg(value_name = "UPSTREAM")]
    pub(crate) upstream: String,

    /// What goes wrong: a script, or @FILE
    #[arg(long, value_name = "SCRIPT")]
    pub(crate) fault: Option<String>,

    /// Write a log of all that goes by, for tress timeline and tress inspect; secrets are not in it; - is stdout
    ///
    /// Each connection is two in it: with the client, whose server we are, and with the server, whose client we are.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// Show every frame on stderr, behind its time, the number of its connection, and with whom: c client, s server
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Write an object a line: where it is, each connection, each fault; schema tress-proxy/1
    ///
    /// tress inspect --json shows the frames of a log.
    #[arg(long)]
    pub(crate) json: bool,
}
