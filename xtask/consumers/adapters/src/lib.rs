//! What both servers serve, and the handlers of one connection. The adapters are the programs.

mod handlers;
mod service;

use std::time::Duration;

pub use crate::handlers::Handlers;

/// Why a server ended, or a connection could not begin.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long what runs may go on once the server is told to stop.
pub const GRACE: Duration = Duration::from_secs(5);

/// How long what was canceled then has for its last words.
pub const LAST_WORDS: Duration = Duration::from_secs(2);

/// Where to listen: the first argument that is no option, or a free port of this machine.
pub fn address() -> String {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.find(|argument| !argument.starts_with("--"));
    address.unwrap_or_else(|| "127.0.0.1:0".to_owned())
}
