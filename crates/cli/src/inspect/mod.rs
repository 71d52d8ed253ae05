//! `tress inspect`: octets or a log as frames with their fields, judged if asked.

use alloc::string::String;
use alloc::vec::Vec;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use blocking::proto::frame::PREFACE;

use self::item::Item;
use crate::args::{self, From};
use crate::exit::{Failure, Result};

pub(crate) mod block;
mod capture;
pub(crate) mod digits;
mod item;
mod judge;
mod log;
mod octets;
mod show;
mod walk;

/// Shows what the command line asks for.
pub(crate) fn run(args: &args::Inspect) -> Result<()> {
    let input = read(&args.file)?;
    let mut items = match kind(args.from, &input) {
        From::Log => log::items(&input, args.events).map_err(|error| wrong(&args.file, &error))?,
        From::Capture => {
            let keys = args.key_log.as_deref().map(read).transpose()?;
            capture::items(&input, keys.as_deref(), args.check)
                .map_err(|error| wrong(&args.file, &error))?
        }
        From::Hex => {
            let octets = digits::parse(&input).map_err(|error| wrong(&args.file, &error))?;
            of_octets(&octets, args.check)
        }
        From::Raw | From::Auto => of_octets(&input, args.check),
    };
    let broken = items.iter().flat_map(|item| &item.broken).count();
    items.retain(|item| is_wanted(args, item));
    let mut text = String::new();
    for item in &items {
        match args.json {
            true => show::json(item, &mut text),
            false => show::text(item, args.hex, &mut text),
        }
    }
    let mut stdout = anstream::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::write("stdout", &error))?;
    match broken {
        0 => Ok(()),
        _ if !args.check => Ok(()),
        1 => Err(Failure::judged("a rule was broken, as shown")),
        count => Err(Failure::judged(format_args!(
            "{count} rules were broken, as shown"
        ))),
    }
}

fn of_octets(octets: &[u8], is_judged: bool) -> Vec<Item> {
    let mut items = walk::items(octets);
    if is_judged {
        judge::judge(octets, &mut items);
    }
    items
}

fn is_wanted(args: &args::Inspect, item: &Item) -> bool {
    let is_on = args.stream.is_none_or(|stream| item.stream == Some(stream));
    let is_kind = !args.headers || !item.fields.is_empty();
    (is_on && is_kind) || (args.check && !item.broken.is_empty())
}

/// Reads a file, or stdin.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let input = if path == Path::new("-") {
        let mut input = Vec::new();
        io::stdin().read_to_end(&mut input).map(|_| input)
    } else {
        fs::read(path)
    };
    input.map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", path.display())))
}

fn wrong(path: &Path, error: &dyn core::fmt::Display) -> Failure {
    Failure::usage(format_args!("{}: {error}", path.display()))
}

/// What the input looks like.
fn kind(said: From, input: &[u8]) -> From {
    let is_text = |octet: &u8| octet.is_ascii_graphic() || octet.is_ascii_whitespace();
    match said {
        From::Auto if input.starts_with(b"tress-log ") => From::Log,
        From::Auto if capture::is_capture(input) => From::Capture,
        From::Auto if input.starts_with(PREFACE.get(..3).unwrap_or_default()) => From::Raw,
        From::Auto if !input.is_empty() && input.iter().all(is_text) => From::Hex,
        From::Auto => From::Raw,
        said => said,
    }
}

#[cfg(test)]
mod tests;
