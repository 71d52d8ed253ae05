//! What a run is to do: all that can be judged before anything is sent.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::SocketAddr;
use core::time::Duration;
use std::fs;
use std::path::Path;

use blocking::proto::{Bytes, Config, ConfigError, Credit};

use super::clock::nanos;
use super::message::{Message, Messages};
use super::schedule::Schedule;
use super::{grpc, mix};
use crate::args;
use crate::exit::{Failure, Result};
use crate::get::fields::{self, Field};
use crate::get::plan::parse;
use crate::get::url::{Origin, Scheme, Url};
use crate::record::Recording;
use crate::target;

/// Windows of this size never hold up a server: a hundred streams have 1.6 GiB.
const WINDOW: u32 = 16 << 20;

/// How many requests run at once on a connection of an open loop, if nothing is said: as many as most
/// servers take.
const STREAMS: usize = 100;

/// What paces the requests.
#[derive(Clone, Debug)]
pub(super) enum Load {
    /// The answer to the one before.
    Closed {
        /// How many there are; none is as many as there is time for.
        requests: Option<u64>,
    },
    /// Time alone.
    Open(Schedule),
}

/// A run against one target.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) origin: Origin,
    /// Where a connection was made to when that was tried.
    pub(super) address: SocketAddr,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
    pub(super) config: Config,
    /// The window that a stream begins with.
    pub(super) window: u32,
    /// Credit is returned by us, for the window of the connection was chosen.
    pub(super) returns_credit: bool,
    pub(super) messages: Messages,
    pub(super) load: Load,
    pub(super) connections: usize,
    /// How many requests a connection has open at once.
    pub(super) streams: usize,
    pub(super) threads: usize,
    /// Nanoseconds.
    pub(super) warm_up: u64,
    /// Nanoseconds behind the warm-up.
    pub(super) duration: Option<u64>,
    /// Nanoseconds.
    pub(super) timeout: u64,
    pub(super) recording: Recording,
}

/// Whom to trust, and what the server is called.
#[cfg(feature = "tls")]
pub(super) type Tls = (
    alloc::sync::Arc<rustls::ClientConfig>,
    rustls::pki_types::ServerName<'static>,
);

impl Plan {
    /// Reads the command line, for these URLs of it, which all have one origin.
    pub(super) fn new(args: &args::Bench, urls: &[String]) -> Result<Self> {
        let urls = urls.iter().map(|url| parse(url));
        let urls: Vec<Url> = urls.collect::<Result<_>>()?;
        let Some(Url { origin, .. }) = urls.first() else {
            return Err(Failure::usage("there is no URL"));
        };
        if let Some(other) = urls.iter().find(|url| url.origin != *origin) {
            return Err(Failure::usage(format_args!(
                "{} and {origin} are not one server",
                other.origin
            ))
            .hint("run one after the other, or --compare the two"));
        }
        let threads = threads(args)?;
        Ok(Self {
            address: target::look(
                origin,
                args.connect_timeout,
                #[cfg(feature = "tls")]
                &args.trust,
            )?,
            #[cfg(feature = "tls")]
            tls: tls(args, origin)?,
            config: config(args).map_err(|error| Failure::usage(format_args!("{error}")))?,
            window: window(args),
            returns_credit: args.connection_window.is_some(),
            messages: messages(args, &urls)?,
            load: load(args),
            connections: args.connections.get(),
            streams: args
                .streams
                .map_or_else(|| streams(args), core::num::NonZero::get),
            threads,
            warm_up: nanos(args.warm_up),
            duration: duration(args).map(nanos),
            timeout: nanos(args.timeout),
            recording: Recording::new(None, args.timeline.as_deref())?,
            origin: origin.clone(),
        })
    }

    /// Says whether there is TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.origin.scheme == Scheme::Https
    }
}

fn threads(args: &args::Bench) -> Result<usize> {
    let (threads, connections) = (args.threads.get(), args.connections.get());
    if threads > connections {
        return Err(Failure::usage(format_args!(
            "{threads} threads would share the connections, of which there are {connections}"
        ))
        .hint("a connection lives on one thread: give -c as many or more"));
    }
    Ok(threads)
}

fn streams(args: &args::Bench) -> usize {
    if args.rate.is_some() { STREAMS } else { 1 }
}

fn duration(args: &args::Bench) -> Option<Duration> {
    match (args.duration, args.requests) {
        (None, None) if args.compare => Some(Duration::from_secs(1)),
        (None, None) => Some(Duration::from_secs(10)),
        (duration, _) => duration,
    }
}

fn load(args: &args::Bench) -> Load {
    match args.rate {
        Some(rate) => Load::Open(Schedule::new(rate, args.arrivals, args.seed)),
        None => Load::Closed {
            requests: args.requests,
        },
    }
}

fn window(args: &args::Bench) -> u32 {
    args.window.map_or(WINDOW, |size| octets(size.0.get()))
}

fn config(args: &args::Bench) -> core::result::Result<Config, ConfigError> {
    // A generator asks for the same things over and over.
    let config = Config::default()
        .repeated_messages(true)
        .window_growth(0)?
        .initial_window(window(args))?;
    match args.connection_window {
        None => Ok(config),
        Some(size) => config
            .credit(Credit::Manual)?
            .connection_window(octets(size.0.get())),
    }
}

/// A number of octets that a window may have, or one that is refused.
fn octets(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

#[cfg(feature = "tls")]
fn tls(args: &args::Bench, origin: &Origin) -> Result<Option<Tls>> {
    if origin.scheme == Scheme::Http {
        return Ok(None);
    }
    let config = crate::get::tls::config(&args.trust)?;
    let name = rustls::pki_types::ServerName::try_from(origin.host.clone())
        .map_err(|error| Failure::usage(format_args!("{origin}: {error}")))?;
    Ok(Some((config, name)))
}

/// All kinds of requests, from a file or from the URLs.
fn messages(args: &args::Bench, urls: &[Url]) -> Result<Messages> {
    let fields = fields::parse(&args.header)?;
    let all = match &args.mix {
        Some(file) => mixed(args, file, urls, &fields)?,
        None => given(args, urls, &fields)?,
    };
    Ok(Messages::new(all, args.grpc, args.seed))
}

/// What the command line asks for: each URL as often as the others.
fn given(args: &args::Bench, urls: &[Url], fields: &[Field]) -> Result<Vec<Message>> {
    let content = args.data.as_deref().map(content_of).transpose()?;
    let method = match content.is_some() || args.grpc {
        true => "POST",
        false => "GET",
    };
    let kind = Kind {
        method: args.method.as_deref().unwrap_or(method),
        content: content.as_ref(),
        weight: 1,
    };
    let messages = urls.iter().map(|url| message(args, url, fields, &kind));
    messages.collect()
}

/// What a file asks for, of the server of the URL.
fn mixed(args: &args::Bench, file: &Path, urls: &[Url], fields: &[Field]) -> Result<Vec<Message>> {
    let mut all = Vec::new();
    for line in mix::read(file)? {
        let content = line.data.as_deref().map(content_of).transpose()?;
        let kind = Kind {
            method: &line.method,
            content: content.as_ref(),
            weight: line.weight,
        };
        for Url { origin, .. } in urls.iter().take(1) {
            let (origin, path) = (origin.clone(), line.path.clone());
            all.push(message(args, &Url { origin, path }, fields, &kind)?);
        }
    }
    Ok(all)
}

/// What one kind of request has of its own.
struct Kind<'a> {
    method: &'a str,
    content: Option<&'a Bytes>,
    weight: u32,
}

fn message(args: &args::Bench, url: &Url, fields: &[Field], kind: &Kind<'_>) -> Result<Message> {
    let name = alloc::format!("{} {}", kind.method, url.path);
    let refuse = |error: &dyn core::fmt::Display| {
        Failure::usage(format_args!("cannot ask for {name}: {error}"))
    };
    let mut head = fields::request(kind.method, url, fields.iter(), None);
    let content = match args.grpc {
        true => {
            head = head
                .field("te", "trailers")
                .field("content-type", "application/grpc");
            let message = kind.content.map_or(&[][..], |content| content);
            let content = grpc::content(message, args.messages.get());
            content
                .ok_or_else(|| refuse(&"the message is too large"))?
                .into()
        }
        false => kind.content.cloned().unwrap_or_default(),
    };
    let says_length = fields.iter().any(|field| field.name() == "content-length");
    if !content.is_empty() && !says_length && !args.grpc {
        head = head.field("content-length", alloc::format!("{}", content.len()));
    }
    Ok(Message {
        head: head.prepare().map_err(|error| refuse(&error))?,
        name,
        content,
        weight: kind.weight,
    })
}

/// What `-d` says.
fn content_of(text: &str) -> Result<Bytes> {
    let Some(file) = text.strip_prefix('@') else {
        return Ok(Bytes::copy_from_slice(text.as_bytes()));
    };
    fs::read(file).map(Bytes::from).map_err(|error| {
        Failure::usage(format_args!("cannot read {file} to send it: {error}"))
            .hint("give -d @FILE with a file that exists and that you may read")
    })
}
