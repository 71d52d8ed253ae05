//! The connections of a plan: a thread each, which opens streams in the order of the URLs.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Display;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, JoinHandle};

use blocking::proto::{Client, Config, ConfigError, Connection, Side};

use super::connect;
use super::link::{BlockingLink, Incoming, Link};
use super::plan::{Job, Plan};
use super::upload::Upload;
use super::url::{Origin, Scheme};
use crate::args::Runtime;
use crate::exit::{Failure, Result};
use crate::frames::Frames;
use crate::record::Observers;
use crate::talk::say;

/// How many answers may wait for the one that is being written.
const AHEAD: usize = 64;
/// The window of each stream, in octets: what waits of an answer.
const STREAM_WINDOW: u32 = 256 * 1024;

/// A request under way.
pub(crate) struct Exchange {
    /// Which stream of its connection it is.
    pub(crate) stream: usize,
    /// Its answer.
    pub(crate) incoming: Box<dyn Incoming>,
    /// Its content.
    pub(crate) upload: Upload,
}

/// The connections of a plan.
pub(crate) struct Connections {
    threads: Vec<ConnectionThread>,
    #[cfg(feature = "tokio")]
    runtime: Option<tokio::runtime::Runtime>,
}

struct ConnectionThread {
    exchanges: Receiver<Result<Exchange>>,
    /// Dropped when all is taken.
    is_done: Sender<()>,
    thread: JoinHandle<()>,
}

/// What a connection's thread works with.
struct Opener {
    plan: Arc<Plan>,
    origin: usize,
    #[cfg(feature = "tokio")]
    runtime: Option<tokio::runtime::Handle>,
}

impl Connections {
    /// Begins to connect to every origin.
    pub(crate) fn open(plan: &Arc<Plan>) -> Result<Self> {
        #[cfg(feature = "tokio")]
        let runtime = match plan.runtime {
            Runtime::Blocking => None,
            Runtime::Tokio => Some(tokio_runtime()?),
        };
        let open = |origin| {
            ConnectionThread::start(Opener {
                plan: Arc::clone(plan),
                origin,
                #[cfg(feature = "tokio")]
                runtime: runtime.as_ref().map(|runtime| runtime.handle().clone()),
            })
        };
        Ok(Self {
            threads: (0..plan.origins.len()).map(open).collect(),
            #[cfg(feature = "tokio")]
            runtime,
        })
    }

    /// Waits for the next request to an origin to be under way.
    pub(crate) fn next(&mut self, origin: usize) -> Result<Exchange> {
        let lost = || Failure::connect("the connection is gone");
        let thread = self.threads.get(origin).ok_or_else(lost)?;
        thread.exchanges.recv().unwrap_or_else(|_| Err(lost()))
    }

    /// Says goodbye on all of them.
    pub(crate) fn close(self) {
        for ConnectionThread {
            is_done, thread, ..
        } in self.threads
        {
            drop(is_done);
            // A panic has been told of on stderr by then.
            let _ = thread.join();
        }
        #[cfg(feature = "tokio")]
        if let Some(runtime) = self.runtime {
            runtime.shutdown_background();
        }
    }
}

impl ConnectionThread {
    fn start(opener: Opener) -> Self {
        let (taker, exchanges) = mpsc::sync_channel(AHEAD);
        let (is_done, done) = mpsc::channel();
        let thread = thread::spawn(move || opener.run(&taker, &done));
        Self {
            exchanges,
            is_done,
            thread,
        }
    }
}

impl Opener {
    /// Opens a stream for each URL; if there is no connection, each of them learns why.
    fn run(&self, taker: &SyncSender<Result<Exchange>>, done: &Receiver<()>) {
        let link = self.link();
        for (index, job) in self.plan.jobs_of(self.origin).enumerate() {
            let exchange = match &link {
                Err(failure) => Err(failure.clone()),
                Ok(link) => self
                    .exchange(&**link, job, index)
                    .map_err(|failure| failure.at(&job.url)),
            };
            if taker.send(exchange).is_err() {
                return;
            }
        }
        // Nothing is ever sent: it ends when the other end is dropped.
        let _ = done.recv();
        if let Ok(link) = link {
            link.close();
        }
    }

    /// Sends a request.
    fn exchange(&self, link: &dyn Link, job: &Job, index: usize) -> Result<Exchange> {
        let request = job.request.clone();
        // RFC 9113 §5.1.1: a client's streams have odd identifiers, in the order of their opening.
        let stream = 2 * index + 1;
        let Some(data) = &self.plan.data else {
            return Ok(Exchange {
                stream,
                incoming: link.ask(request)?,
                upload: Upload::default(),
            });
        };
        let (outgoing, incoming) = link.open(request)?;
        Ok(Exchange {
            stream,
            incoming,
            upload: Upload::start(data.clone(), outgoing),
        })
    }

    /// Connects.
    fn link(&self) -> Result<Box<dyn Link>> {
        let Some(origin) = self.plan.origins.get(self.origin) else {
            return Err(Failure::connect("there is no such origin"));
        };
        #[cfg_attr(not(feature = "tls"), expect(unused_mut, reason = "TLS shakes hands"))]
        let mut stream = connect::connect(origin)?;
        if self.plan.is_verbose {
            let peer = stream
                .peer_addr()
                .map_or_else(|_| origin.authority(), |peer| peer.to_string());
            say(format_args!("* connected to {origin} at {peer}"));
        }
        let connection = self.connection()?;
        match origin.scheme {
            Scheme::Http => self.start(connection, stream),
            #[cfg(feature = "tls")]
            Scheme::Https => {
                let session = connect::shake_hands(&self.plan.tls, origin, &mut stream)?;
                self.start(crate::tls::Tls::client(session, connection), stream)
            }
            #[cfg(not(feature = "tls"))]
            Scheme::Https => Err(Failure::usage(format_args!(
                "cannot connect to {origin}: this tress was built without TLS"
            ))
            .hint("build it with the feature tls")),
        }
    }

    fn connection(&self) -> Result<Connection<Client>> {
        let config = Config::default()
            .initial_window(STREAM_WINDOW)
            .map_err(|error: ConfigError| Failure::usage(error))?;
        let mut connection = Connection::new(config);
        let origins = &self.plan.origins;
        let name = origins.get(self.origin).map(Origin::authority);
        let recording = &self.plan.recording;
        let mut observers = recording.observers(Side::Client, name.as_deref().unwrap_or_default());
        if self.plan.is_verbose {
            let name = name.filter(|_| origins.len() > 1);
            let name = name.as_ref().map(|name| name as &dyn Display);
            observers.push(Box::new(Frames::new(name)));
        }
        if !observers.is_empty() {
            connection.observe(Box::new(Observers(observers)));
        }
        Ok(connection)
    }

    /// Hands the connection to its runtime.
    #[cfg(feature = "tokio")]
    fn start<M>(&self, machine: M, stream: std::net::TcpStream) -> Result<Box<dyn Link>>
    where
        M: blocking::Machine<Client> + tress_async::Machine<Client> + 'static,
    {
        Ok(match &self.runtime {
            None => Box::new(BlockingLink::new(machine, stream)?),
            Some(runtime) => Box::new(super::link::TokioLink::new(machine, stream, runtime)?),
        })
    }

    /// Hands the connection to its runtime.
    #[cfg(not(feature = "tokio"))]
    fn start<M>(&self, machine: M, stream: std::net::TcpStream) -> Result<Box<dyn Link>>
    where
        M: blocking::Machine<Client> + 'static,
    {
        match self.plan.runtime {
            Runtime::Blocking => Ok(Box::new(BlockingLink::new(machine, stream)?)),
        }
    }
}

#[cfg(feature = "tokio")]
fn tokio_runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::transfer(format_args!("cannot start tokio: {error}")))
}
