//! How a connection to an origin comes about, and how requests go over it.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use core::fmt::Display;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::time::Instant;

use blocking::proto::{Client, Config, ConfigError, Connection, Side};

use super::connect::{self, Patience};
use super::data::Data;
use super::exchange::Exchange;
use super::link::{BlockingLink, Link};
use super::mixup::{Heard, Listening};
use super::plan::{Job, Plan};
use super::upload::Upload;
use super::url::{Origin, Scheme};
#[cfg(not(feature = "tokio"))]
use crate::args::Runtime;
use crate::exit::{Failure, Result};
use crate::frames::{Frames, Time};
use crate::record::Observers;
use crate::talk::say;

/// The window of each stream, in octets: what waits of an answer.
const STREAM_WINDOW: u32 = 256 * 1024;

/// What it takes to connect to an origin.
pub(crate) struct Connector {
    /// What is asked for.
    pub(crate) plan: Arc<Plan>,
    /// Where it is.
    pub(crate) origin: Origin,
    /// What moves the octets, unless threads do.
    #[cfg(feature = "tokio")]
    pub(crate) runtime: Option<tokio::runtime::Handle>,
}

/// A connection that is there.
#[derive(Clone)]
pub(crate) struct Open {
    link: Arc<dyn Link>,
    /// How many streams there were.
    streams: Arc<AtomicUsize>,
    heard: Heard,
}

impl Open {
    /// Sends a request.
    pub(crate) fn send(&self, job: &Job, data: Option<&Data>) -> Result<Exchange> {
        let begun = Instant::now();
        let request = job.request.clone();
        // RFC 9113 §5.1.1: a client's streams have odd identifiers, in the order of their opening.
        let stream = 2 * self.streams.fetch_add(1, Ordering::Relaxed) + 1;
        let asked = match data.filter(|_| job.has_content) {
            None => self
                .link
                .ask(request)
                .map(|incoming| (incoming, Upload::default())),
            Some(data) => self.link.open(request).map(|(outgoing, incoming)| {
                let upload = Upload::start(data.clone(), outgoing);
                (incoming, upload)
            }),
        };
        let (incoming, upload) = asked.map_err(|failure| {
            let failure = failure.at(&job.url);
            match self.heard.hint() {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        })?;
        Ok(Exchange {
            stream,
            incoming,
            upload,
            heard: self.heard.clone(),
            begun,
            head_after: Duration::ZERO,
        })
    }

    /// Sends GOAWAY, and waits until that is sent.
    pub(crate) fn close(&self) {
        self.link.close();
    }
}

impl Connector {
    /// Connects.
    pub(crate) fn open(&self) -> Result<Open> {
        let heard = Heard::default();
        Ok(Open {
            link: self.link(&heard)?,
            streams: Arc::default(),
            heard,
        })
    }

    fn link(&self, heard: &Heard) -> Result<Arc<dyn Link>> {
        let origin = &self.origin;
        let patience = Patience::new(self.plan.connect_timeout);
        #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "TLS shakes hands"))]
        let mut stream = connect::connect(origin, patience)?;
        let peer = stream
            .peer_addr()
            .map_or_else(|_| origin.authority(), |peer| peer.to_string());
        self.say(format_args!("connected to {origin} at {peer}"));
        let connection = self.connection()?;
        match origin.scheme {
            Scheme::Http => self.start(Listening::new(connection, heard.clone()), stream),
            #[cfg(feature = "tls")]
            Scheme::Https => {
                let tls = &self.plan.tls;
                let session = connect::shake_hands(tls, origin, &mut stream, patience)?;
                if let Some(version) = session.protocol_version() {
                    self.say(format_args!("{version:?} with {peer}, h2 by ALPN"));
                }
                self.start(crate::tls::Tls::client(session, connection), stream)
            }
            #[cfg(not(feature = "tls"))]
            Scheme::Https => Err(Failure::usage(format_args!(
                "cannot connect to {origin}: this tress was built without TLS"
            ))
            .hint("build it with the feature tls")),
        }
    }

    fn say(&self, what: impl Display) {
        if self.plan.is_verbose {
            say(format_args!("{} * {what}", Time(self.plan.start)));
        }
    }

    fn connection(&self) -> Result<Connection<Client>> {
        let config = Config::default()
            .initial_window(STREAM_WINDOW)
            .map_err(|error: ConfigError| Failure::usage(error))?;
        let mut connection = Connection::new(config);
        let name = self.origin.authority();
        let mut observers = self.plan.recording.observers(Side::Client, &name);
        if self.plan.is_verbose {
            let is_one = self.plan.origins.as_slice() == core::slice::from_ref(&self.origin);
            let name = (!is_one).then_some(&name as &dyn Display);
            observers.push(Box::new(Frames::new(self.plan.start, name)));
        }
        if !observers.is_empty() {
            connection.observe(Box::new(Observers(observers)));
        }
        Ok(connection)
    }

    /// Hands the connection to its runtime.
    #[cfg(feature = "tokio")]
    fn start<M>(&self, machine: M, stream: std::net::TcpStream) -> Result<Arc<dyn Link>>
    where
        M: blocking::Machine<Client> + tress_async::Machine<Client> + 'static,
    {
        Ok(match &self.runtime {
            None => Arc::new(BlockingLink::new(machine, stream)?),
            Some(runtime) => Arc::new(super::link::TokioLink::new(machine, stream, runtime)?),
        })
    }

    /// Hands the connection to its runtime.
    #[cfg(not(feature = "tokio"))]
    fn start<M>(&self, machine: M, stream: std::net::TcpStream) -> Result<Arc<dyn Link>>
    where
        M: blocking::Machine<Client> + 'static,
    {
        match self.plan.runtime {
            Runtime::Blocking => Ok(Arc::new(BlockingLink::new(machine, stream)?)),
        }
    }
}
