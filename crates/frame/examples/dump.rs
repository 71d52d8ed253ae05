//! Prints a capture of one direction of a connection, one line for each frame.
//!
//! `cargo run --example dump -- capture.bin`, where the file holds the raw octets, with the preface
//! or without; without a file, it prints a short conversation of its own.

use std::process::ExitCode;

use tress_frame::{Decoder, MAX_FRAME_SIZE_LIMIT, PREFACE, Scope};

fn main() -> ExitCode {
    let octets = match std::env::args_os().nth(1) {
        Some(path) => match std::fs::read(&path) {
            Ok(octets) => octets,
            Err(error) => {
                eprintln!("{}: {error}", path.to_string_lossy());
                return ExitCode::FAILURE;
            }
        },
        None => CONVERSATION.concat(),
    };
    if dump(&octets) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints the frames; says whether the capture was legal to its end.
fn dump(octets: &[u8]) -> bool {
    let mut rest = octets;
    if let Some(frames) = rest.strip_prefix(PREFACE) {
        println!("PREFACE");
        rest = frames;
    }
    // What the endpoint allowed is not known here, so everything is.
    let mut decoder = Decoder::new();
    decoder.set_max_frame_size(MAX_FRAME_SIZE_LIMIT);
    let mut is_legal = true;
    while let Some(consumed) = step(&mut decoder, rest, &mut is_legal) {
        rest = rest.get(consumed..).unwrap_or_default();
    }
    if !rest.is_empty() {
        println!("! {} octets are left", rest.len());
    }
    is_legal && rest.is_empty()
}

/// Prints one frame; says how long it is, or `None` if it is not there or nothing can follow it.
fn step(decoder: &mut Decoder, rest: &[u8], is_legal: &mut bool) -> Option<usize> {
    match decoder.decode(rest) {
        Ok(found) => found.map(|(frame, consumed)| {
            println!("{frame}");
            consumed
        }),
        Err(error) => {
            *is_legal = false;
            println!("! {error} ({}, {})", error.code(), error.section());
            (error.scope() == Scope::Stream).then_some(error.head().frame_len())
        }
    }
}

/// A request with content, and how the client goes.
const CONVERSATION: [&[u8]; 9] = [
    PREFACE,
    // SETTINGS: no push, windows of 256 KiB.
    b"\x00\x00\x0c\x04\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x04\x00\x04\x00\x00",
    b"\x00\x00\x04\x08\x00\x00\x00\x00\x00\x00\x0f\x00\x01",
    // HEADERS: POST https://example.org/, a field block of 16 octets.
    b"\x00\x00\x10\x01\x04\x00\x00\x00\x01\x83\x87\x84\x41\x0bexample.org",
    b"\x00\x00\x05\x00\x01\x00\x00\x00\x01hello",
    b"\x00\x00\x00\x04\x01\x00\x00\x00\x00",
    b"\x00\x00\x07\x10\x00\x00\x00\x00\x00\x00\x00\x00\x01u=1",
    b"\x00\x00\x08\x06\x01\x00\x00\x00\x00tresstre",
    b"\x00\x00\x0b\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00bye",
];
