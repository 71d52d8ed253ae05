//! The command line of `tress serve`.

use std::path::PathBuf;

use super::Runtime;

/// Serve a folder over HTTP/2
///
/// Besides the files there are /echo, which answers a GET with a short text and a POST with its own content and
/// trailers, and /sink?rate=1M, which reads a POST at that rate (octets in a second; K, M and G are powers of 1024)
/// and answers how many octets it had.
///
/// Ctrl-C lets running requests finish for up to 10 seconds; a second Ctrl-C ends at once.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:\n  \
    tress serve\n  \
    tress serve ~/site --listen 127.0.0.1:0 --runtime blocking\n  \
    tress serve . --listen 0.0.0.0:8443 --self-signed --access-log -")]
pub(crate) struct Serve {
    /// The folder to serve; nothing outside of it is ever served
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,

    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,

    /// What moves the octets
    #[arg(long, value_enum, default_value = Runtime::SERVING)]
    pub(crate) runtime: Runtime,

    /// Write a line for each request; - is stdout
    ///
    /// It has the time, the peer, the numbers of connection and stream, method, path, status, octets, milliseconds.
    #[arg(long, value_name = "FILE")]
    pub(crate) access_log: Option<PathBuf>,

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
