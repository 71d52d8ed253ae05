//! The connections of a plan: a thread each, which opens streams in the order of the URLs.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::connector::{Connector, Open};
use super::exchange::Exchange;
use super::plan::{Job, Plan};
use super::url::Origin;
#[cfg(feature = "tokio")]
use crate::args::Runtime;
use crate::exit::{Failure, Result};

/// How many answers may wait for the one that is being written.
const AHEAD: usize = 64;

/// How long servers may take to be told that something failed.
const LEAVING: Duration = Duration::from_millis(500);

/// The connections of a plan.
pub(crate) struct Connections {
    threads: Vec<ConnectionThread>,
    /// Those that redirects lead over.
    others: Vec<(Origin, Open)>,
    plan: Arc<Plan>,
    #[cfg(feature = "tokio")]
    runtime: Option<Tasks>,
}

struct ConnectionThread {
    exchanges: Receiver<Result<Exchange>>,
    /// How many of them are yet to come.
    left: usize,
    /// The connection, once it is there.
    open: Arc<Mutex<Option<Open>>>,
    /// Dropped when all is taken.
    is_done: Sender<()>,
    thread: JoinHandle<()>,
}

impl Connections {
    /// Begins to connect to every origin.
    pub(crate) fn open(plan: &Arc<Plan>) -> Result<Self> {
        #[cfg(feature = "tokio")]
        let runtime = match plan.runtime {
            Runtime::Blocking => None,
            Runtime::Tokio => Some(Tasks::start()?),
        };
        let mut connections = Self {
            threads: Vec::new(),
            others: Vec::new(),
            plan: Arc::clone(plan),
            #[cfg(feature = "tokio")]
            runtime,
        };
        for (index, origin) in plan.origins.iter().enumerate() {
            let connector = connections.connector(origin);
            let thread = ConnectionThread::start(connector, index);
            connections.threads.push(thread);
        }
        Ok(connections)
    }

    fn connector(&self, origin: &Origin) -> Connector {
        Connector {
            plan: Arc::clone(&self.plan),
            origin: origin.clone(),
            #[cfg(feature = "tokio")]
            runtime: self.runtime.as_ref().map(|it| it.handle.clone()),
        }
    }

    /// Waits for the next request to an origin to be under way.
    pub(crate) fn next(&mut self, origin: usize) -> Result<Exchange> {
        let lost = || Failure::connect("the connection is gone");
        let thread = self.threads.get_mut(origin).ok_or_else(lost)?;
        thread.left = thread.left.saturating_sub(1);
        thread.exchanges.recv().unwrap_or_else(|_| Err(lost()))
    }

    /// Sends what a redirect asks for.
    ///
    /// It goes over the connection to its origin if everything else that goes over it has been taken:
    /// what has not may wait for us, and we would wait behind it.
    pub(crate) fn follow(&mut self, job: &Job) -> Result<Exchange> {
        let origin = &job.url.origin;
        let of_plan = self.threads.iter().zip(&self.plan.origins);
        let idle = of_plan.filter(|(thread, its)| *its == origin && thread.left == 0);
        let known = idle
            .filter_map(|(thread, _)| thread.open())
            .next()
            .or_else(|| {
                let mut others = self.others.iter();
                let other = others.find(|(its, _)| its == origin);
                other.map(|(_, open)| open.clone())
            });
        let open = match known {
            Some(open) => open,
            None => {
                let open = self.connector(origin).open()?;
                self.others.push((origin.clone(), open.clone()));
                open
            }
        };
        open.send(job, self.plan.data.as_ref())
    }

    /// Says on all of them that something failed, as far as the servers take that in time: what is still on its
    /// way is reset, and they may want to know which rule was broken (RFC 9113 §5.4).
    pub(crate) fn leave(self) {
        let (done, all) = mpsc::channel::<()>();
        thread::spawn(move || {
            self.close();
            drop(done);
        });
        // Nothing is ever sent: it ends when the other end is dropped.
        let _ = all.recv_timeout(LEAVING);
    }

    /// Sends GOAWAY on all of them.
    pub(crate) fn close(self) {
        for ConnectionThread {
            exchanges,
            is_done,
            thread,
            ..
        } in self.threads
        {
            // What nobody takes any more is reset.
            drop(exchanges);
            drop(is_done);
            // A panic has been reported on stderr by then.
            let _ = thread.join();
        }
        for (_, open) in self.others {
            open.close();
        }
    }
}

impl ConnectionThread {
    fn start(connector: Connector, origin: usize) -> Self {
        let (taker, exchanges) = mpsc::sync_channel(AHEAD);
        let (is_done, done) = mpsc::channel();
        let open = Arc::new(Mutex::new(None));
        let left = connector.plan.jobs_of(origin).count();
        let place = Arc::clone(&open);
        let thread = thread::spawn(move || run(&connector, origin, &place, &taker, &done));
        Self {
            exchanges,
            left,
            open,
            is_done,
            thread,
        }
    }

    fn open(&self) -> Option<Open> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.clone()
    }
}

/// Opens a stream for each URL of an origin; if there is no connection, each of them learns why.
fn run(
    connector: &Connector,
    origin: usize,
    place: &Mutex<Option<Open>>,
    taker: &SyncSender<Result<Exchange>>,
    done: &Receiver<()>,
) {
    let opened = connector.open();
    *place.lock().unwrap_or_else(PoisonError::into_inner) = opened.as_ref().ok().cloned();
    for job in connector.plan.jobs_of(origin) {
        let exchange = match &opened {
            Err(failure) => Err(failure.clone()),
            Ok(open) => open.send(job, connector.plan.data.as_ref()),
        };
        if taker.send(exchange).is_err() {
            break;
        }
    }
    // Nothing is ever sent: it ends when the other end is dropped.
    let _ = done.recv();
    if let Ok(open) = opened {
        open.close();
    }
}

/// The thread that runs tokio's tasks, in turn, so that requests are opened in their order. Dropped, it ends.
#[cfg(feature = "tokio")]
struct Tasks {
    handle: tokio::runtime::Handle,
    /// Nothing is ever sent: it ends when this end is dropped.
    _end: tokio::sync::oneshot::Sender<()>,
}

#[cfg(feature = "tokio")]
impl Tasks {
    fn start() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::transfer(format_args!("cannot start tokio: {error}")))?;
        let handle = runtime.handle().clone();
        let (end, ended) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            let _ = runtime.block_on(ended);
            // Names that are still looked up hold nobody back.
            runtime.shutdown_background();
        });
        Ok(Self { handle, _end: end })
    }
}
