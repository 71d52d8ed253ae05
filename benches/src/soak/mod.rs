//! The soak: servers and clients in processes of their own, mixed load for minutes, and a summary.

mod child;
mod connections;
mod hold;
mod hold_blocking;
mod hold_tokio;
mod judge;
mod link;
mod load_blocking;
mod load_tokio;
mod plan;
mod serve_blocking;
mod serve_tokio;
mod tally;

use tress_proto::Config;

pub use self::judge::judge;

use self::plan::Way;

/// Does what the program is asked for by its arguments; says whether all is well.
pub fn run(arguments: &[&str]) -> Result<bool, String> {
    match *arguments {
        ["serve", "blocking"] => serve_blocking::serve(Config::default()).map(|()| true),
        ["serve", "tokio"] => serve_tokio::serve(Config::default()).map(|()| true),
        ["care", "blocking"] => serve_blocking::serve(connections::care()).map(|()| true),
        ["care", "tokio"] => serve_tokio::serve(connections::care()).map(|()| true),
        ["hold", kind, address, count, then] => {
            hold::hold(kind, parse(address)?, parse(count)?, then).map(|()| true)
        }
        ["connections"] => connections::judge(),
        ["load", "blocking", address, seconds] => {
            load_blocking::load(parse(address)?, parse(seconds)?, Way::Loopback).map(|()| true)
        }
        ["load", "tokio", address, seconds] => {
            load_tokio::load(parse(address)?, parse(seconds)?, Way::Loopback).map(|()| true)
        }
        ["load-slowly", "blocking", address, seconds] => {
            load_blocking::load(parse(address)?, parse(seconds)?, Way::SlowLink).map(|()| true)
        }
        ["load-slowly", "tokio", address, seconds] => {
            load_tokio::load(parse(address)?, parse(seconds)?, Way::SlowLink).map(|()| true)
        }
        ["link", address] => link::link(parse(address)?).map(|()| true),
        [] => judge(10 * 60),
        [seconds] => judge(parse(seconds)?),
        _ => Err("usage: soak [SECONDS | connections]".to_owned()),
    }
}

fn parse<T: core::str::FromStr<Err: core::fmt::Display>>(word: &str) -> Result<T, String> {
    word.parse()
        .map_err(|error: T::Err| format!("{word}: {error}"))
}
