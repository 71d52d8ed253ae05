//! The command line, as people write it.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

mod bench;
mod explain;
mod get;
mod hpack;
mod inspect;
mod link;
mod probe;
mod proxy;
mod serve;
mod timeline;
#[cfg(feature = "tls")]
mod trust;

pub(crate) use self::bench::Bench;
pub(crate) use self::explain::{Completions, Explain};
pub(crate) use self::get::Get;
pub(crate) use self::hpack::{Action, Hpack};
pub(crate) use self::inspect::{From, Inspect};
pub(crate) use self::link::Link;
pub(crate) use self::probe::Probe;
pub(crate) use self::proxy::Proxy;
pub(crate) use self::serve::Serve;
pub(crate) use self::timeline::Timeline;
#[cfg(feature = "tls")]
pub(crate) use self::trust::Trust;

/// Serve, get and look at HTTP/2
#[derive(Debug, Parser)]
#[command(
    name = "tress",
    version,
    before_help = "Examples:\n  \
        tress demo                                    see one connection at work\n  \
        tress serve . --listen 127.0.0.1:8080         serve the files of this folder\n  \
        tress get -v http://127.0.0.1:8080/README.md  fetch one, and show every frame",
    after_help = "Exit codes: 0 done, 1 a transfer failed, 2 wrong usage, 3 judged and not right, 4 no connection.\n\
        Data goes to stdout, talk to stderr."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Serve(Serve),
    Get(Get),
    Timeline(Timeline),
    Inspect(Inspect),
    Hpack(Hpack),
    Explain(Explain),
    Link(Link),
    Proxy(Proxy),
    Probe(Probe),
    Bench(Box<Bench>),
    Completions(Completions),
    Demo(Demo),
}

/// Run a server and a client in one process, and show what went over their connection
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  \
    tress demo\n  \
    tress demo --timeline demo.svg\n  \
    tress demo --json > summary.jsonl",
    after_help = "Exit codes: 0 done, 1 it failed, or what was asked for cannot be written, 2 wrong usage."
)]
pub(crate) struct Demo {
    /// Draw what every stream waited for, and when: HTML if the file ends in .html, else SVG
    #[arg(long, value_name = "FILE")]
    pub(crate) timeline: Option<PathBuf>,

    /// Write an object a line: the connection, each stream, each kind of frame; schema tress-demo/1
    #[arg(long)]
    pub(crate) json: bool,
}

/// What moves the octets
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Runtime {
    /// Threads, and blocking sockets
    Blocking,
    /// Tasks on tokio
    #[cfg(feature = "tokio")]
    Tokio,
}

impl Runtime {
    /// What is used when nothing is said.
    #[cfg(feature = "tokio")]
    const DEFAULT: &str = "tokio";
    #[cfg(not(feature = "tokio"))]
    const DEFAULT: &str = "blocking";

    /// The name, as on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blocking => "blocking",
            #[cfg(feature = "tokio")]
            Self::Tokio => "tokio",
        }
    }
}
