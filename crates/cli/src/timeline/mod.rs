//! `tress timeline`: a log as a picture, in which every stream says what it waits for.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use tress_log::{Conversation, Trace};

use crate::args;
use crate::exit::{Failure, Result};
use crate::markup::entity;
use crate::talk::say;

mod density;
mod drawing;
mod finding;
mod html;
mod json;
mod lanes;
mod look;
mod scale;
mod style;
mod svg;
mod term;
mod units;
mod window;

/// Draws what the command line asks for.
pub(crate) fn run(args: &args::Timeline) -> Result<()> {
    let log = read(&args.log)?;
    let trace = parse(&log, &args.log)?;
    let conversation = choose(trace, args.connection)?;
    if args.json {
        return print(&json::lines(&conversation));
    }
    if let Some(path) = &args.output {
        return save(&conversation, path);
    }
    if args.terminal || io::stdout().is_terminal() {
        return print(&term::page(&conversation, term::columns()));
    }
    print(&svg::picture(&conversation))
}

/// Draws the only connection of a log, or its largest, to a file.
///
/// # Errors
///
/// The file cannot be written.
pub(crate) fn draw(log: &[u8], path: &Path) -> Result<()> {
    let trace = parse(log, path)?;
    save(&choose(trace, None)?, path)
}

fn save(conversation: &Conversation, path: &Path) -> Result<()> {
    let is_html = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("html"));
    let picture = match is_html {
        true => html::page(conversation),
        false => svg::picture(conversation),
    };
    if path == Path::new("-") {
        return print(&picture);
    }
    fs::write(path, picture).map_err(|error| Failure::write(path.display(), &error))
}

fn print(text: &str) -> Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::write("stdout", &error))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let log = if path == Path::new("-") {
        let mut log = Vec::new();
        io::stdin().read_to_end(&mut log).map(|_| log)
    } else {
        fs::read(path)
    };
    log.map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", path.display())))
}

fn parse(log: &[u8], path: &Path) -> Result<Trace> {
    let trace = Trace::read(log).map_err(|error| {
        Failure::usage(format_args!("{}: {error}", path.display()))
            .hint("get --log and serve --log write such a log")
    })?;
    if let Some(first) = trace.errors.first() {
        let (path, unread) = (path.display(), trace.unread);
        say(format_args!(
            "{path}: {unread} chunks could not be read to their end, the first for this: {first}"
        ));
    }
    Ok(trace)
}

/// The connection that was asked for, or the one that had the most streams, and of those the most octets.
fn choose(trace: Trace, number: Option<u64>) -> Result<Conversation> {
    let count = trace.conversations.len();
    let mut all = trace.conversations.into_iter();
    let Some(number) = number else {
        let most = all.max_by_key(|its| {
            let octets = its.octets.sent.saturating_add(its.octets.received);
            (its.streams.len(), octets, Reverse(its.number))
        });
        let conversation =
            most.ok_or_else(|| Failure::usage("there is no connection in this log"))?;
        if count > 1 {
            let number = conversation.number;
            say(format_args!(
                "of {count} connections this is number {number}, with the most streams and octets; see --connection"
            ));
        }
        return Ok(conversation);
    };
    let found = all.find(|conversation| conversation.number == number);
    found.ok_or_else(|| {
        Failure::usage(format_args!("there is no connection {number} in this log"))
            .hint(format_args!("it has {count}"))
    })
}

/// Text without what XML does not take.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match (entity(character), character) {
            (Some(entity), _) => escaped.push_str(entity),
            (None, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            (None, character) if character.is_control() => escaped.push('\u{fffd}'),
            (None, character) => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
