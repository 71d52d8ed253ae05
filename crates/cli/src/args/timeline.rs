//! The command line of `tress timeline`.

use std::path::PathBuf;

/// Draw a log: what every stream waited for, at every instant
///
/// The picture has a lane for each stream (past 200, rows of streams), the windows of the connection in both
/// directions, and the finding as its headline. Nothing else is needed to look at it; whatever the pointer is on says
/// what it is.
///
/// Without -o it is drawn with characters on a terminal, and is an SVG in a pipe or a file.
///
/// get --log, serve --log, and anyone who uses tress-log write such logs.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress timeline client.log\n  \
    tress timeline client.log -o client.svg\n  \
    tress get --log - -o /dev/null http://127.0.0.1:8080/ | tress timeline - --json",
    after_help = "Exit codes: 0 done, 1 the picture cannot be written, 2 the log cannot be read, or has no such \
    connection."
)]
pub(crate) struct Timeline {
    /// The log; - is stdin
    #[arg(value_name = "LOG")]
    pub(crate) log: PathBuf,

    /// Write a picture to this file: HTML with a table of all streams if it ends in .html, else SVG; - is stdout
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Draw this connection, by its number in the log; if nothing is said, the one that had the most streams, and of those the most octets
    #[arg(long, value_name = "NUMBER")]
    pub(crate) connection: Option<u64>,

    /// Draw with characters also where stdout is no terminal, 80 columns wide there
    #[arg(long, conflicts_with_all = ["output", "json"])]
    pub(crate) terminal: bool,

    /// Write an object a line: the connection, then each stream with its spans; schema tress-timeline/1
    #[arg(long, conflicts_with = "output")]
    pub(crate) json: bool,
}
