//! The accept loop, and the task of a connection.

use alloc::sync::Arc;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::io;

use proto::Server as Role;
use session::{AcceptFailure, Error, Machine};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::hub::{Hub, Membership, Stage};
use super::{Listener, Server};
use crate::compat::tokio::{TokioIo, TokioTimer};
use crate::exchange::Exchange;
use crate::serving::serve_boxed;

/// How long to wait when the system is out of something.
const PAUSE: Duration = Duration::from_millis(50);

impl<L: Listener> Server<L> {
    /// Accepts connections, and makes a handler for each.
    pub(super) async fn run<P, PF, Io, M, H, F>(self, prepare: P, make: M) -> Result<(), Error>
    where
        P: Fn(L::Stream) -> PF + Send + Sync + 'static,
        PF: Future<Output = Result<(Box<dyn Machine<Role>>, Io), Error>> + Send + 'static,
        Io: AsyncRead + AsyncWrite + Send + 'static,
        M: Fn() -> H,
        H: FnMut(Exchange) -> F + Send + 'static,
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let prepare = Arc::new(prepare);
        let mut tasks = JoinSet::new();
        let result = loop {
            match self.next().await {
                Ok(None) => break Ok(()),
                Ok(Some(stream)) => {
                    self.listener.set_options(&stream, self.tcp);
                    if !self.hub.make_place(self.connections).await {
                        break Ok(());
                    }
                    let handler = make();
                    let (prepare, membership) = (Arc::clone(&prepare), self.hub.join());
                    let (security, keeps) = (self.security.clone(), self.keeps_canceled);
                    tasks.spawn(async move {
                        let prepared = prepare(stream).await;
                        let secured =
                            prepared.and_then(|(machine, io)| Ok((security.around(machine)?, io)));
                        match secured {
                            // One that ends badly ends alone, and its streams were told.
                            Ok((machine, io)) => {
                                let _ = begin(machine, io, handler, &membership, keeps).await;
                            }
                            Err(_) => drop(handler),
                        }
                        drop(membership);
                    });
                }
                Err(error) => match AcceptFailure::of(&error) {
                    AcceptFailure::Listener => break Err(error.into()),
                    AcceptFailure::Peer => {}
                    AcceptFailure::Passing => sleep(PAUSE).await,
                },
            }
            while tasks.try_join_next().is_some() {}
        };
        drop(self.listener);
        join(tasks, &self.hub).await;
        result
    }

    /// Accepts a connection; `None` when the server is to end. Where there are as many connections as
    /// there may be, it looks at them meanwhile.
    async fn next(&self) -> io::Result<Option<L::Stream>> {
        loop {
            let next = accept(&self.listener, &self.hub);
            if self.hub.connections() < self.connections {
                return next.await;
            }
            if let Ok(next) = timeout(self.hub.every(), next).await {
                return next;
            }
            self.hub.look_at_all();
        }
    }
}

/// Accepts a connection; `None` when the server is to end.
async fn accept<L: Listener>(listener: &L, hub: &Hub) -> io::Result<Option<L::Stream>> {
    let mut end = pin!(hub.reach(Stage::GoingAway));
    poll_fn(|cx| {
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(None));
        }
        listener.poll_accept(cx).map_ok(Some)
    })
    .await
}

/// Makes the future that is the connection's task from then on. A function of its own, so that the
/// task has room for what it is made of or for the future, but not for both.
fn begin<Io, H, F>(
    machine: Box<dyn Machine<Role>>,
    io: Io,
    handler: H,
    membership: &Membership,
    keeps_canceled: bool,
) -> impl Future<Output = Result<(), Error>> + use<Io, H, F>
where
    Io: AsyncRead + AsyncWrite + Send + 'static,
    H: FnMut(Exchange) -> F + Send + 'static,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let mut serving = serve_boxed(machine, TokioIo::pinned(io), handler);
    if keeps_canceled {
        serving = serving.keep_canceled();
    }
    let serving = serving.with_timer(TokioTimer::new());
    membership.run(serving.handle());
    serving
}

/// Waits for the tasks; drops those that do not end when they should.
async fn join(mut tasks: JoinSet<()>, hub: &Hub) {
    let mut end = pin!(hub.reach(Stage::Dropped));
    let mut is_dropped = false;
    poll_fn(|cx| {
        if !is_dropped && end.as_mut().poll(cx).is_ready() {
            is_dropped = true;
            tasks.abort_all();
        }
        while let Poll::Ready(joined) = tasks.poll_join_next(cx) {
            if joined.is_none() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    })
    .await;
}
