//! The command line of `tress serve`.

use core::time::Duration;
use std::path::PathBuf;

use super::Runtime;
use crate::seconds;

/// Serve a folder over HTTP/2
///
/// Besides the files there are /echo, which answers a GET with a short text and a POST with its own content and
/// trailers, and /sink?rate=1M, which reads a POST at that rate (octets in a second; K, M and G are powers of 1024)
/// and answers how many octets it had.
///
/// Ctrl-C or SIGTERM lets running requests finish for up to 10 seconds, and ends with the status 0; a second one ends
/// at once.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress serve\n  \
    tress serve ~/site --listen 127.0.0.1:0 --runtime blocking\n  \
    tress serve . --listen 0.0.0.0:8443 --self-signed --access-log -",
    after_help = "Exit codes: 0 ended by Ctrl-C, 1 the server failed or a log cannot be written, 2 wrong usage, 130 a \
    second Ctrl-C. What was logged until then is written in any case."
)]
pub(crate) struct Serve {
    /// The folder to serve; nothing outside of it is ever served
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,

    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,

    /// Take the listener that the process was started with (LISTEN_FDS), as a socket unit of systemd's hands it over
    ///
    /// Connections that wait when this process ends are left to the next one.
    #[cfg(unix)]
    #[arg(long, conflicts_with = "listen")]
    pub(crate) inherit: bool,

    /// Run connections on so many threads, each of which has as many as the others; for tokio only
    #[cfg(feature = "tokio")]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) workers: Option<u16>,

    /// Answer 200 at this path, and 503 once the server is to end
    #[arg(long, value_name = "PATH")]
    pub(crate) health: Option<String>,

    /// How many seconds running requests have when the server is to end
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse, default_value = "10")]
    pub(crate) drain_limit: Duration,

    /// For how many seconds the server goes on as before when it is to end, but for --health
    ///
    /// Whoever spreads requests over several servers learns of it meanwhile.
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse)]
    pub(crate) drain_delay: Option<Duration>,

    /// What moves the octets
    #[arg(long, value_enum, default_value = Runtime::DEFAULT)]
    pub(crate) runtime: Runtime,

    /// Write a line for each request; - is stdout
    ///
    /// It has the time, the peer, the numbers of connection and stream, method, path, status, octets, milliseconds.
    #[arg(long, value_name = "FILE")]
    pub(crate) access_log: Option<PathBuf>,

    /// Write objects, a line each, to stdout and to the access log: where we serve, and each request, which goes to
    /// stdout unless --access-log says where; schema tress-serve/1
    #[arg(long)]
    pub(crate) json: bool,

    /// Write a log of all that happens, for tress timeline and tress inspect; secrets are not in it; - is stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// Break things on purpose: a script of faults, or @FILE, as for tress proxy; in cleartext only
    #[arg(long, value_name = "SCRIPT")]
    #[cfg_attr(feature = "tls", arg(conflicts_with_all = ["self_signed", "tls"]))]
    pub(crate) fault: Option<String>,

    /// Show every frame on stderr, behind its time and the number of its connection
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Serve over TLS, with a certificate made up for this run
    #[cfg(feature = "tls")]
    #[arg(long)]
    pub(crate) self_signed: bool,

    /// Serve over TLS, with this certificate (chain) and private key, both PEM
    #[cfg(feature = "tls")]
    #[arg(long, num_args = 2, value_names = ["CERT", "KEY"], conflicts_with = "self_signed")]
    pub(crate) tls: Option<Vec<PathBuf>>,
}
