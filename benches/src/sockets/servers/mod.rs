//! The servers that are written here, each for one library: small answers, large ones, and uploads.

mod blocking;
mod floor;
pub(super) mod h2;
mod hyper;
mod tokio;
mod tower;

use std::io::Write;
use std::net::SocketAddr;

use bytes::Bytes;

use super::{LARGE, Outcome, PIECE, SMALL, WINDOW, Windows};

/// Serves until the process is stopped.
pub fn serve(kind: &str, windows: Windows) -> Outcome<()> {
    match kind {
        "tokio" => run(tokio::serve(windows)),
        "tower" => run(tower::serve(windows)),
        "blocking" => blocking::serve(windows),
        "floor" => floor::serve(),
        "hyper" => run(hyper::serve(windows)),
        "h2" => run(h2::serve(windows)),
        _ => Err(format!("there is no server of the kind {kind}").into()),
    }
}

/// Runs a server on a runtime of one thread.
fn run(server: impl Future<Output = Outcome<()>>) -> Outcome<()> {
    let mut builder = ::tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build()?.block_on(server)
}

/// Tells whoever started us where we listen.
fn announce(address: SocketAddr) -> Outcome<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{}", address.port())?;
    Ok(out.flush()?)
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Small,
    Large,
    /// To have its content taken.
    Upload,
}

impl Wanted {
    fn of(method: &[u8], path: &[u8]) -> Self {
        match (method, path) {
            (b"POST", _) => Self::Upload,
            (_, b"/large") => Self::Large,
            _ => Self::Small,
        }
    }
}

/// The content of a small answer.
fn small() -> Bytes {
    static CONTENT: [u8; SMALL] = [b'x'; SMALL];
    Bytes::from_static(&CONTENT)
}

/// A piece of a large answer, and how often it is sent.
pub(super) fn pieces() -> (Bytes, usize) {
    static PIECES: [u8; PIECE] = [b'x'; PIECE];
    (Bytes::from_static(&PIECES), LARGE / PIECE)
}

/// The configuration of our own servers and clients.
pub(super) fn config(windows: Windows) -> Outcome<tress_proto::Config> {
    let config = tress_proto::Config::default();
    Ok(match windows {
        Windows::Default => config,
        Windows::Large => config
            .window_growth(0)?
            // Of one stream at once the window may be as large as any.
            .limits(tress_proto::Limits::server().concurrent_streams(1))?
            .initial_window(WINDOW)?,
    })
}
