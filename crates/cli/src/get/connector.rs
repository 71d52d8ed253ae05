//! How a connection to an origin comes about, and how requests go over it.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Display;
use core::time::Duration;
use std::net::TcpStream;
use std::time::Instant;

use blocking::Machine;
use blocking::proto::{Client, Config, ConfigError, Connection, Observe, Side};

use super::connect::{self, Patience};
use super::data::Data;
use super::exchange::Exchange;
#[cfg(feature = "tokio")]
use super::link::PoolLink;
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
    heard: Heard,
}

impl Open {
    /// Sends a request.
    pub(crate) fn send(&self, job: &Job, data: Option<&Data>) -> Result<Exchange> {
        let begun = Instant::now();
        let request = job.request.clone();
        let asked = match data.filter(|_| job.has_content) {
            None => self
                .link
                .ask(request)
                .map(|incoming| (incoming, Upload::default())),
            Some(data) => {
                let asked = self.link.upload(request, data);
                asked.map(|(upload, incoming)| (incoming, upload))
            }
        };
        let (incoming, upload) = asked.map_err(|failure| {
            let failure = failure.at(&job.url);
            match self.heard.hint() {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        })?;
        Ok(Exchange {
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
            heard,
        })
    }

    fn link(&self, heard: &Heard) -> Result<Arc<dyn Link>> {
        let origin = &self.origin;
        #[cfg(not(feature = "tls"))]
        if origin.scheme == Scheme::Https {
            let failure = Failure::usage(format_args!(
                "cannot connect to {origin}: this tress was built without TLS"
            ));
            return Err(failure.hint("build it with the feature tls"));
        }
        #[cfg(feature = "tokio")]
        if let Some(runtime) = &self.runtime {
            return self.pool(heard, runtime);
        }
        #[cfg(not(feature = "tokio"))]
        let Runtime::Blocking = self.plan.runtime;
        let patience = Patience::new(self.plan.connect_timeout);
        #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "TLS shakes hands"))]
        let mut stream = connect::connect(origin, patience)?;
        let peer = stream
            .peer_addr()
            .map_or_else(|_| origin.authority(), |peer| peer.to_string());
        self.say(format_args!("connected to {origin} at {peer}"));
        let connection = self.connection()?;
        match origin.scheme {
            #[cfg(not(feature = "tls"))]
            Scheme::Https => unreachable!("it was refused"),
            Scheme::Http => start(Listening::new(connection, heard.clone()), stream),
            #[cfg(feature = "tls")]
            Scheme::Https => {
                let tls = &self.plan.tls;
                let session = connect::shake_hands(tls, origin, &mut stream, patience)?;
                if let Some(version) = session.protocol_version() {
                    self.say(format_args!("{version:?} with {peer}, h2 by ALPN"));
                }
                start(crate::tls::Tls::client(session, connection), stream)
            }
        }
    }

    fn say(&self, what: impl Display) {
        say_of(&self.plan, what);
    }

    fn config() -> Result<Config> {
        let window = Config::default().initial_window(STREAM_WINDOW);
        window.map_err(|error: ConfigError| Failure::usage(error))
    }

    fn connection(&self) -> Result<Connection<Client>> {
        let mut connection = Connection::new(Self::config()?);
        let observers = observers(&self.plan, &self.origin);
        if !observers.is_empty() {
            connection.observe(Box::new(Observers(observers)));
        }
        Ok(connection)
    }

    /// Leaves connecting, and sending again, to a pool.
    #[cfg(feature = "tokio")]
    fn pool(&self, heard: &Heard, runtime: &tokio::runtime::Handle) -> Result<Arc<dyn Link>> {
        let (plan, origin) = (Arc::clone(&self.plan), self.origin.clone());
        let observe = move || Box::new(Observers(observers(&plan, &origin))) as Box<dyn Observe>;
        let client = tress_async::Client::builder();
        let client = client.config(Self::config()?).observe(observe);
        let builder = tress_async::Pool::builder().client(client);
        #[cfg(feature = "tls")]
        let builder = {
            let plan = Arc::clone(&self.plan);
            let tls = plan.tls.clone();
            let builder = builder.tls(tls).server_name(&self.origin.host);
            builder.on_connect(move |_, info| {
                let version = info.tls().and_then(|tls| tls.protocol_version());
                if let Some((version, peer)) = version.zip(info.peer_addr()) {
                    say_of(&plan, format_args!("{version:?} with {peer}, h2 by ALPN"));
                }
            })
        };
        let (plan, origin) = (Arc::clone(&self.plan), self.origin.clone());
        let says = move |peer: &str| {
            say_of(&plan, format_args!("connected to {origin} at {peer}"));
        };
        let (limit, heard) = (self.plan.connect_timeout, heard.clone());
        let link = PoolLink::new(builder, &self.origin, limit, runtime, heard, says);
        Ok(Arc::new(link))
    }
}

fn say_of(plan: &Plan, what: impl Display) {
    if plan.is_verbose {
        say(format_args!("{} * {what}", Time(plan.start)));
    }
}

/// What looks at a connection to an origin.
fn observers(plan: &Plan, origin: &Origin) -> Vec<Box<dyn Observe>> {
    let name = origin.authority();
    let mut observers = plan.recording.observers(Side::Client, &name);
    if plan.is_verbose {
        let is_one = plan.origins.as_slice() == core::slice::from_ref(origin);
        let name = (!is_one).then_some(&name as &dyn Display);
        observers.push(Box::new(Frames::new(plan.start, name)));
    }
    observers
}

/// Hands the connection to threads.
fn start(machine: impl Machine<Client> + 'static, stream: TcpStream) -> Result<Arc<dyn Link>> {
    Ok(Arc::new(BlockingLink::new(machine, stream)?))
}
