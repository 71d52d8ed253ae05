//! `tress serve`: a folder over HTTP/2, and two places to send content to.
//!
//! What to answer is decided in `site`, which knows no runtime; `blocking` and `tokio` move the
//! octets.

use alloc::string::String;
use alloc::sync::Arc;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::Path;

use ::blocking::proto::{Config, ConfigError};

use crate::args::{self, Runtime};
use crate::exit::{Failure, Result};
use crate::fault::Script;
use crate::proxy;
use crate::talk;

use self::gate::Gate;
use self::site::Site;
use self::watch::Watch;

mod answer;
mod blocking;
mod cache;
mod content_type;
mod date;
mod files;
mod gate;
mod http1;
mod listing;
mod log;
mod now;
mod partial;
mod path;
mod range;
mod refusal;
mod resource;
mod root;
mod shutdown;
mod sink;
mod site;
mod target;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tokio")]
mod tokio;
mod validators;
mod watch;

/// The window of each stream, in octets.
const STREAM_WINDOW: u32 = 256 * 1024;

/// Serves until Ctrl-C.
pub(crate) fn run(args: &args::Serve) -> Result<()> {
    let site = Arc::new(Site::open(&args.folder)?);
    let script = args.fault.as_deref().map(Script::load).transpose()?;
    let (listener, address) = listen(&args.listen)?;
    #[cfg(feature = "tls")]
    let tls = tls::config(args, address.ip())?;
    #[cfg(feature = "tls")]
    let is_cleartext = tls.is_none();
    #[cfg(not(feature = "tls"))]
    let is_cleartext = true;
    let url = url(is_cleartext, address);
    let gate = Gate::new(
        &url,
        config(args.runtime)?,
        Watch::new(args)?,
        #[cfg(feature = "tls")]
        tls,
    );
    let listener = match script {
        None => listener,
        Some(script) => behind(script, listener)?,
    };
    let root = site.root().to_path_buf();
    let announce = || announce(args, &root, &url, is_cleartext);
    let recording = gate.recording();
    match args.runtime {
        Runtime::Blocking => blocking::run(site, listener, gate, announce),
        #[cfg(feature = "tokio")]
        Runtime::Tokio => tokio::run(site, listener, gate, announce),
    }
    .and_then(|()| recording.finish())
}

fn config(runtime: Runtime) -> Result<Config> {
    let config = Config::default()
        .initial_window(STREAM_WINDOW)
        .map_err(|error: ConfigError| Failure::usage(error))?;
    Ok(match runtime {
        // A machine that is prepared does not know by itself who waits for its streams.
        Runtime::Blocking => config.threads(),
        #[cfg(feature = "tokio")]
        Runtime::Tokio => config,
    })
}

fn listen(address: &str) -> Result<(TcpListener, SocketAddr)> {
    TcpListener::bind(address)
        .and_then(|listener| {
            let address = listener.local_addr()?;
            Ok((listener, address))
        })
        .map_err(|error| {
            Failure::usage(format_args!("cannot listen on {address}: {error}"))
                .hint("use --listen HOST:PORT, such as 127.0.0.1:0 for any port that is free")
        })
}

/// Listens where only this machine comes, for connections that a proxy of ours passes on with faults.
fn behind(script: Script, listener: TcpListener) -> Result<TcpListener> {
    let (inner, address) = listen("127.0.0.1:0")?;
    proxy::between(listener, address, script);
    Ok(inner)
}

/// Where a client on this machine finds us.
fn url(is_cleartext: bool, mut address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    let scheme = if is_cleartext { "http" } else { "https" };
    alloc::format!("{scheme}://{address}/")
}

/// Says where we are, and how to try it; called when everything is in place.
fn announce(args: &args::Serve, root: &Path, url: &str, is_cleartext: bool) -> Result<()> {
    let folder = root.display();
    let runtime = args.runtime.name();
    let security = if is_cleartext { "cleartext" } else { "TLS" };
    let options = if is_cleartext {
        "--http2-prior-knowledge"
    } else {
        "--http2 -k"
    };
    let (strong, faint) = (talk::STRONG, talk::FAINT);
    let mut stdout = anstream::stdout().lock();
    let line = write!(
        stdout,
        "serving {folder} on {strong}{url}{strong:#} ({security}, {runtime}; Ctrl-C ends it)\n\
         {faint}try:{faint:#} curl {options} {url}\n"
    );
    match line.and_then(|()| stdout.flush()) {
        // Whoever started us may not care where we are.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::write("stdout", &error))
        }
        _ => Ok(()),
    }
}
