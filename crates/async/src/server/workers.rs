//! Threads with a runtime of their own each, that connections are spread over.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::io;
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

use super::registry::Registry;

/// How connections are spread over [`workers`](crate::Server::workers).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Balance {
    /// One accept loop hands each connection to the worker that has the fewest, and to each in turn where
    /// several have as few. For connections that live long, as those of HTTP/2 do: each worker has
    /// as many as the others.
    #[default]
    Exact,
    /// Each worker has a listener and an accept loop of its own, and the system chooses by a hash of the
    /// addresses and ports (SO_REUSEPORT, on Linux). For very many short connections; how many each
    /// has is left to chance. The first listener must allow that there are others, as
    /// [`Server::bind_reuse_port`](crate::Server::bind_reuse_port) sees to.
    ///
    /// When one of these listeners is closed, the system resets the connections that wait in *its* queue.
    /// The server takes what waits when it is told to [shut down](crate::ServerHandle::shutdown) before it
    /// closes them, but a connection that comes in between is lost; so are those of a process that
    /// dies. A single listener that is inherited loses none.
    ReusePort,
}

/// The threads that run connections; where there are none, the runtime of the accept loop does.
pub(super) struct Workers {
    threads: Vec<Worker>,
    /// Whose turn it is where several have as few connections.
    turn: AtomicUsize,
}

/// A thread that runs connections.
struct Worker {
    handle: Handle,
    /// Ends the thread when it is dropped.
    end: oneshot::Sender<()>,
    /// Hears that the thread has dropped all that it had.
    ended: oneshot::Receiver<()>,
}

impl Workers {
    /// Starts so many threads.
    ///
    /// # Errors
    ///
    /// That the system has no more of something.
    pub(super) fn start(count: usize) -> io::Result<Self> {
        let threads = (0..count).map(Worker::start);
        Ok(Self {
            threads: threads.collect::<io::Result<_>>()?,
            turn: AtomicUsize::new(0),
        })
    }

    /// The runtime of a worker.
    pub(super) fn handle(&self, number: usize) -> Option<&Handle> {
        self.threads.get(number).map(|worker| &worker.handle)
    }

    /// Which worker the next connection goes to.
    pub(super) fn choose(&self, registry: &Registry) -> usize {
        let count = self.threads.len();
        let turn = self.turn.load(Ordering::Relaxed);
        let has = registry.connections_of_workers(count);
        let ranked = has.iter().enumerate();
        let fewest = ranked.min_by_key(|(number, its)| (**its, (number + count - turn) % count));
        fewest.map_or(0, |(number, _)| number)
    }

    /// A connection went to this worker: the others come first where they have as few.
    pub(super) fn chose(&self, number: usize) {
        let next = (number + 1) % self.threads.len().max(1);
        self.turn.store(next, Ordering::Relaxed);
    }

    /// Ends the threads, and with them what handlers have spawned, and waits for that.
    pub(super) async fn end(self) {
        let told = self.threads.into_iter().map(|worker| {
            drop(worker.end);
            worker.ended
        });
        for ended in told.collect::<Vec<_>>() {
            // One that panicked is gone as well.
            let _ = ended.await;
        }
    }
}

impl Worker {
    fn start(number: usize) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ends) = oneshot::channel();
        let (says, ended) = oneshot::channel();
        let builder = thread::Builder::new().name(format!("tress-worker-{number}"));
        builder.spawn(move || run(runtime, ends, says))?;
        Ok(Self { handle, end, ended })
    }
}

fn run(runtime: Runtime, ends: oneshot::Receiver<()>, says: oneshot::Sender<()>) {
    // Its sender is only ever dropped.
    let _ = runtime.block_on(ends);
    // What blocks on threads of the runtime's is not waited for.
    runtime.shutdown_background();
    let _ = says.send(());
}
