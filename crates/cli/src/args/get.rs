//! The command line of `tress get`.

use core::time::Duration;
use std::path::PathBuf;

use super::Runtime;
use crate::seconds;

/// Fetch URLs over HTTP/2
///
/// URLs with the same scheme, host and port share one connection and are fetched at the same time; their content is
/// written in the order of the URLs. An answer of 4xx or 5xx is content like any other, unless --fail is given.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress get http://127.0.0.1:8080/\n  \
    tress get --timeline page.svg -o a -o b https://example.com/a https://example.com/b\n  \
    tress get -v -k -d @photo.jpg -o copy.jpg https://127.0.0.1:8443/echo",
    after_help = "Exit codes: 0 done, or nobody reads stdout any more, 1 a transfer failed or a file cannot be written, 2 \
    wrong usage, 4 no connection, 130 Ctrl-C. What was recorded until then is written in any case."
)]
pub(crate) struct Get {
    /// What to fetch: http://… (cleartext, by prior knowledge) or https://…
    #[arg(value_name = "URL", required = true)]
    pub(crate) urls: Vec<String>,

    /// Where to write content, once for each URL in their order; - is stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Vec<PathBuf>,

    /// Show every frame on stderr behind its time, a line for each; > is sent, < is received
    #[arg(short, long)]
    pub(crate) verbose: bool,

    /// Draw what every stream waited for, and when: HTML if the file ends in .html, else SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) timeline: Option<PathBuf>,

    /// Write a log of all that happens, for tress timeline and tress inspect; secrets are not in it; - is stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// Exit with 1 if an answer is 4xx or 5xx, and write nothing of it
    #[arg(short, long)]
    pub(crate) fail: bool,

    /// Write an object a line for each URL in place of its content, which goes to files of -o alone; schema tress-get/1
    #[arg(long, conflicts_with_all = ["include", "head"])]
    pub(crate) json: bool,

    /// Write the head of each answer, too, before its content
    #[arg(short, long)]
    pub(crate) include: bool,

    /// Ask for heads alone, and write them; the method becomes HEAD
    #[arg(short = 'I', long, conflicts_with = "data")]
    pub(crate) head: bool,

    /// Follow redirects, up to 50 for each URL
    #[arg(short = 'L', long)]
    pub(crate) location: bool,

    /// Send content, given here, in a file, or on stdin; the method becomes POST
    #[arg(short, long, value_name = "TEXT|@FILE|@-")]
    pub(crate) data: Option<String>,

    /// Send a header field, with every request
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,

    /// Use this method
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) method: Option<String>,

    /// Give up when everything together takes longer, in seconds, such as 2.5, or 500ms
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse)]
    pub(crate) max_time: Option<Duration>,

    /// Give up when a connection takes longer until it is there, TLS included, in seconds or 500ms
    #[arg(long, value_name = "SECONDS", value_parser = seconds::parse, default_value = "10")]
    pub(crate) connect_timeout: Duration,

    /// What moves the octets; on tokio, what was certainly not processed is sent again, on a new connection if need be
    #[arg(long, value_enum, default_value = Runtime::DEFAULT)]
    pub(crate) runtime: Runtime,

    #[cfg(feature = "tls")]
    #[command(flatten)]
    pub(crate) trust: super::Trust,
}
