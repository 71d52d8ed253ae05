//! `tress serve`: a folder over HTTP/2, and two places to send content to.
//!
//! What to answer is decided in `site`, which knows no runtime; `blocking` and `tokio` move the
//! octets.

use alloc::string::String;
use alloc::sync::Arc;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::io;
use std::net::TcpListener;
use std::path::Path;

use ::blocking::proto::{Config, ConfigError};
use serde_json::json;

use crate::announce;
use crate::args::{self, Runtime};
use crate::exit::{Failure, Result};
use crate::fault::Script;
use crate::proxy;
use crate::talk;

use self::gate::Gate;
use self::health::Health;
use self::shutdown::Drain;
use self::site::Site;
use self::watch::Watch;

mod answer;
mod blocking;
mod cache;
mod content_type;
mod date;
mod files;
mod gate;
mod health;
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

/// What a server listens on, and whether somebody else holds it as well.
struct Listening {
    listener: TcpListener,
    is_shared: bool,
}

/// Serves until Ctrl-C.
pub(crate) fn run(args: &args::Serve) -> Result<()> {
    let health = Health::new(args.health.as_deref())?;
    let site = Arc::new(Site::open(&args.folder)?.health(health.clone()));
    let script = args.fault.as_deref().map(Script::load).transpose()?;
    let (listening, address) = listen(args)?;
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
    let listening = match script {
        None => listening,
        Some(script) => behind(script, listening)?,
    };
    let root = site.root().to_path_buf();
    let announce = || announce(args, &root, &url, is_cleartext);
    let recording = gate.recording();
    let drain = Drain::new(args, health, recording.clone());
    match args.runtime {
        #[cfg(feature = "tokio")]
        Runtime::Blocking if args.workers.is_some() => {
            let failure = Failure::usage("--workers is for --runtime tokio");
            Err(failure.hint("with blocking, every connection has a thread of its own"))
        }
        Runtime::Blocking => blocking::run(site, listening, gate, drain, announce),
        #[cfg(feature = "tokio")]
        Runtime::Tokio => tokio::run(site, listening, args.workers, gate, drain, announce),
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

fn listen(args: &args::Serve) -> Result<(Listening, SocketAddr)> {
    #[cfg(unix)]
    if args.inherit {
        return inherit();
    }
    bind(&args.listen)
}

fn bind(wanted: &str) -> Result<(Listening, SocketAddr)> {
    with_address(TcpListener::bind(wanted), false).map_err(|error| {
        Failure::usage(format_args!("cannot listen on {wanted}: {error}"))
            .hint("use --listen HOST:PORT, such as 127.0.0.1:0 for any port that is free")
    })
}

/// Takes the listener that the process was started with.
#[cfg(unix)]
fn inherit() -> Result<(Listening, SocketAddr)> {
    let listener = ::blocking::session::inherited::tcp_listener(0);
    let listener = listener.and_then(|listener| {
        listener.ok_or_else(|| io::Error::other("there is none in LISTEN_FDS"))
    });
    with_address(listener, true).map_err(|error| {
        Failure::usage(format_args!("cannot inherit a listener: {error}"))
            .hint("start it by a socket unit, or by systemd-socket-activate -l 127.0.0.1:8080 -- tress serve --inherit")
    })
}

fn with_address(
    listener: io::Result<TcpListener>,
    is_shared: bool,
) -> io::Result<(Listening, SocketAddr)> {
    let listener = listener?;
    let address = listener.local_addr()?;
    let listening = Listening {
        listener,
        is_shared,
    };
    Ok((listening, address))
}

/// Listens where only this machine comes, for connections that a proxy of ours passes on with faults.
fn behind(script: Script, outer: Listening) -> Result<Listening> {
    let (inner, address) = bind("127.0.0.1:0")?;
    proxy::between(outer.listener, address, script);
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
    let object = json!({
        "schema": log::SCHEMA,
        "type": "serving",
        "folder": folder.to_string(),
        "url": url,
        "security": security,
        "runtime": runtime,
    });
    if args.json {
        return announce::announce(format_args!("{object}\n"));
    }
    announce::announce(format_args!(
        "serving {folder} on {strong}{url}{strong:#} ({security}, {runtime}; Ctrl-C ends it)\n\
         {faint}try:{faint:#} curl {options} {url}\n"
    ))
}
