#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
extern crate tress_blocking as blocking;

use std::process::ExitCode;

use clap::Parser;

mod announce;
mod args;
mod bench;
mod completions;
pub mod demo;
mod exit;
mod explain;
mod fault;
mod frames;
mod get;
mod hpack;
mod inspect;
mod link;
mod markup;
mod probe;
mod proxy;
mod rate;
mod record;
mod relaying;
mod seconds;
mod serve;
mod shaper;
mod talk;
mod target;
mod timeline;
#[cfg(feature = "tls")]
mod tls;

use crate::args::{Args, Command};
use crate::exit::Failure;

/// Runs the tool with the arguments of this process; returns its exit code.
///
/// What goes wrong has been said on stderr by then.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are errors here, too, and go to stdout; if it is gone, so be it.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let result = match &args.command {
        Command::Serve(args) => serve::run(args).map_err(Failure::reported),
        Command::Get(args) => get::run(args),
        Command::Link(args) => link::run(args).map_err(Failure::reported),
        Command::Bench(args) => bench::run(args),
        Command::Proxy(args) => proxy::run(args).map_err(Failure::reported),
        Command::Probe(args) => probe::run(args).map_err(Failure::reported),
        Command::Timeline(args) => timeline::run(args).map_err(Failure::reported),
        Command::Inspect(args) => inspect::run(args).map_err(Failure::reported),
        Command::Hpack(args) => hpack::run(args).map_err(Failure::reported),
        Command::Explain(args) => explain::run(args).map_err(Failure::reported),
        Command::Completions(args) => completions::run(args).map_err(Failure::reported),
        Command::Demo(args) => demo::show(args).map_err(Failure::reported),
    };
    result.map_or_else(ExitCode::from, |()| ExitCode::SUCCESS)
}

/// The README of the workspace, whose code is compiled and run here.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct RootReadme;
