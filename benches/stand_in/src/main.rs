//! hyper on `h2`, whichever `h2` it is: the same sources are built with two lock files, and both programs
//! measured in turns by `cargo xtask bench-stand-in`.
//!
//! `serve default|large` serves on one thread; `client HOST:PORT SECONDS` asks on one connection with 64
//! tasks on two threads, and says how many answers came in a second; `memory` says what an idle connection
//! and an open stream have allocated, in octets.

mod body;
mod client;
mod memory;
mod serve;

type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", windows @ ("default" | "large")] => serve::run(*windows == "large"),
        ["client", place, seconds] => client::run(place, seconds.parse()?),
        ["memory"] => memory::run(),
        _ => Err("usage: serve default|large | client PLACE SECONDS | memory".into()),
    }
}
