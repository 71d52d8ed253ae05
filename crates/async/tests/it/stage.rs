//! A client and a server by hand, whose handler takes part in every kind of exchange.

use alloc::rc::Rc;
use alloc::sync::Arc;
use core::cell::Cell;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Poll};
use std::collections::HashMap;

use testkit::{Reader, Rng, Seen, frames, kind};
use tress_async::proto::{Client as ClientRole, Limits, Server as ServerRole};
use tress_async::{Client, Config, Error, Exchange, Response, Trailers, Tunnel, serve_connection};

use crate::by_hand::{Executor, HandTimer, Log, Rough, Watched};
use crate::pipe::pipe;

/// How many streams the server of a stage takes at once.
pub(crate) const STREAMS: u32 = 2;

/// More points than any talk has.
pub(crate) const POINTS: usize = 400;

pub(crate) type BoxError = Box<dyn core::error::Error + Send + Sync>;

/// What a client has to say.
pub(crate) type Talk = Pin<Box<dyn Future<Output = Result<(), BoxError>>>>;

pub(crate) struct Stage {
    pub(crate) executor: Executor,
    pub(crate) client: Option<Client>,
    pub(crate) driver: usize,
    pub(crate) serving: usize,
    streams: [Arc<AtomicUsize>; 2],
    /// What the client wrote, and what the server wrote.
    logs: [Log; 2],
    /// What lives of handlers, services and bodies.
    held: Held,
    timer: HandTimer,
    /// After how many polls handlers are dropped.
    pub(crate) handler_polls: Rc<Cell<usize>>,
}

/// Windows that any leak of a stream's credit empties soon; the connection's never leaves the machine.
fn config(streams: u32) -> Config {
    let config = Config::default()
        .initial_window(20_000)
        .and_then(|config| config.window_growth(0))
        .and_then(|config| config.send_buffer(8_000))
        .map(Config::allow_extended_connect);
    let limits = Limits::server().concurrent_streams(streams);
    config.unwrap().limits(limits).unwrap()
}

impl Stage {
    /// A stage whose handlers answer by hand.
    pub(crate) fn new(seed: u64, is_rough: bool) -> Self {
        let handler_polls = Rc::new(Cell::new(usize::MAX));
        let polls = Rc::clone(&handler_polls);
        let mut stage = Self::with(seed, is_rough, |machine, io, held| {
            serve_connection(machine, io, move |exchange| {
                let guard = Guard::new(&held);
                let handler = async move {
                    let _guard = guard;
                    answer(exchange).await
                };
                GivesUp(polls.get(), Some(Box::pin(handler)))
            })
        });
        stage.handler_polls = handler_polls;
        stage
    }

    /// A stage whose server is `serve`'s.
    pub(crate) fn with<S>(
        seed: u64,
        is_rough: bool,
        serve: impl FnOnce(Watched<ServerRole>, Rough, Held) -> S,
    ) -> Self
    where
        S: Future + 'static,
    {
        Self::cut(seed, is_rough, usize::MAX, serve)
    }

    /// The same, whose client cannot write more than so many octets.
    pub(crate) fn cut<S>(
        seed: u64,
        is_rough: bool,
        most_octets: usize,
        serve: impl FnOnce(Watched<ServerRole>, Rough, Held) -> S,
    ) -> Self
    where
        S: Future + 'static,
    {
        let rng = |salt| is_rough.then(|| Rng::new(seed * 2 + salt));
        let (near, far) = pipe();
        let (mut near, said) = Rough::new(near, rng(0));
        near.most_octets = most_octets;
        let (far, answered) = Rough::new(far, rng(1));
        let (machine, client_streams) = Watched::<ClientRole>::new(config(STREAMS));
        let (client, driver) = Client::new(machine, near);
        let (machine, server_streams) = Watched::<ServerRole>::new(config(STREAMS));
        let (held, timer) = (Held::default(), HandTimer::default());
        let driver = driver.with_timer(timer.clone());
        let serving = serve(machine, far, Arc::clone(&held));
        let mut executor = Executor::new(seed);
        Self {
            client: Some(client),
            driver: executor.spawn(async { drop(driver.await) }),
            serving: executor.spawn(async { drop(serving.await) }),
            executor,
            streams: [client_streams, server_streams],
            logs: [said, answered],
            held,
            timer,
            handler_polls: Rc::default(),
        }
    }

    pub(crate) fn client(&self) -> Client {
        self.client.clone().unwrap()
    }

    /// Takes so many steps with a future among the tasks, and drops it; says how it ended, if it did.
    pub(crate) fn drop_after<T: 'static>(
        &mut self,
        steps: usize,
        future: impl Future<Output = T> + 'static,
    ) -> Option<T> {
        let slot = Rc::new(Cell::new(None));
        let kept = Rc::clone(&slot);
        let task = self
            .executor
            .spawn(async move { kept.set(Some(future.await)) });
        for _ in 0..steps {
            if !self.executor.step() {
                self.timer.pass();
            }
        }
        self.executor.cancel(task);
        slot.take()
    }

    /// What counts who lives.
    pub(crate) fn held(&self) -> Held {
        Arc::clone(&self.held)
    }

    /// Drops a talk after 0, 1, 2, ... steps, until it ends by itself; returns how many it takes.
    /// Each time nothing must be left of it, and the next must work.
    pub(crate) fn drop_at_every_point<T, E>(
        &mut self,
        name: &str,
        talk: impl Fn(Client) -> T,
        next: fn(Client) -> Talk,
    ) -> usize
    where
        T: Future<Output = Result<(), E>> + 'static,
        E: core::fmt::Debug + 'static,
    {
        for steps in 0..POINTS {
            let when = format!("{name} dropped after {steps} steps");
            let future = talk(self.client());
            let outcome = self.drop_after(steps, future);
            self.expect_nothing(&when);
            let client = self.client();
            self.finish(next(client)).expect(&when);
            if let Some(outcome) = outcome {
                outcome.expect(&when);
                return steps;
            }
        }
        panic!("{name} never ends");
    }

    /// Nobody uses the client any more: both ends are done.
    pub(crate) fn expect_end(&mut self, when: &str) {
        self.client = None;
        self.executor.run();
        for task in [self.driver, self.serving] {
            assert!(self.executor.is_done(task), "{when}");
        }
    }

    /// How many streams the client has now.
    pub(crate) fn client_streams(&self) -> usize {
        self.streams[0].load(Ordering::SeqCst)
    }

    /// Runs a future to its end, polled when it was woken and only then.
    pub(crate) fn finish<T: 'static>(&mut self, future: impl Future<Output = T> + 'static) -> T {
        let slot = Rc::new(Cell::new(None));
        let kept = Rc::clone(&slot);
        let task = self
            .executor
            .spawn(async move { kept.set(Some(future.await)) });
        self.executor.run();
        while !self.executor.is_done(task) && self.timer.pass() {
            self.executor.run();
        }
        slot.take().expect("all rest, and it has not finished")
    }

    /// Drops what only the test keeps.
    pub(crate) fn forget(&mut self) {
        self.executor.forget_done();
        for log in &self.logs {
            *log.lock().unwrap() = Vec::new();
        }
    }

    /// Nobody holds anything: neither end has a stream, and no handler runs.
    #[track_caller]
    pub(crate) fn expect_nothing(&mut self, when: &str) {
        self.executor.run();
        self.executor.nudge();
        let held = self
            .streams
            .each_ref()
            .map(|count| count.load(Ordering::SeqCst));
        assert_eq!(held, [0, 0], "streams of client and server, {when}");
        self.expect_none_held(when);
    }

    /// No handler, no service and no body is left.
    #[track_caller]
    pub(crate) fn expect_none_held(&self, when: &str) {
        let lives = self.held.load(Ordering::SeqCst);
        assert_eq!(lives, 0, "handlers and bodies, {when}");
    }

    /// Every stream that the client began was ended by both ends, or reset by one of them; returns
    /// the codes that the client reset with.
    pub(crate) fn expect_all_ended(&self, when: &str) -> Vec<u32> {
        let [said, answered] = self.logs.each_ref().map(|log| log.lock().unwrap().clone());
        let said = frames(&said[testkit::PREFACE.len()..]);
        // The last that a server says may be cut short, where the client does not wait for it.
        let answered = Reader::new().read(&answered);
        let (ours, theirs) = (ends(&said), ends(&answered));
        let begun = said.iter().filter(|frame| frame.kind == kind::HEADERS);
        for stream in begun.map(|frame| frame.stream) {
            let (end, reset) = ours.get(&stream).copied().unwrap_or_default();
            let (their_end, their_reset) = theirs.get(&stream).copied().unwrap_or_default();
            assert!(
                reset || their_reset || end && their_end,
                "stream {stream} is left open, {when}"
            );
        }
        let resets = said.iter().filter(|frame| frame.kind == kind::RST_STREAM);
        resets.filter_map(Seen::code).collect()
    }
}

/// For each stream whether its end was said, and whether it was reset.
fn ends(seen: &[Seen]) -> HashMap<u32, (bool, bool)> {
    let mut ends = HashMap::<u32, (bool, bool)>::new();
    for frame in seen {
        let (end, reset) = ends.entry(frame.stream).or_default();
        *end |= matches!(frame.kind, kind::HEADERS | kind::DATA) && frame.is_end();
        *reset |= frame.kind == kind::RST_STREAM;
    }
    ends
}

/// How many live.
pub(crate) type Held = Arc<AtomicUsize>;

/// Counts who lives.
pub(crate) struct Guard(Held);

impl Guard {
    pub(crate) fn new(count: &Held) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

type Handling = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

/// A handler that is dropped after so many polls.
struct GivesUp(usize, Option<Handling>);

impl Future for GivesUp {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0 == 0 {
            self.1 = None;
        }
        self.0 = self.0.saturating_sub(1);
        match &mut self.1 {
            Some(future) => future.as_mut().poll(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}

/// Waits until it is polled again.
pub(crate) async fn pause() {
    let mut is_first = true;
    poll_fn(|cx| {
        if core::mem::take(&mut is_first) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    })
    .await;
}

/// Says something first, then sends back what comes, with trailers.
async fn answer(exchange: Exchange) -> Result<(), Error> {
    if exchange.request.method() == b"CONNECT" {
        return echo(exchange).await;
    }
    let Exchange {
        mut body,
        mut responder,
        ..
    } = exchange;
    pause().await;
    responder.inform(Response::new(103).field("link", "</a>"))?;
    pause().await;
    let mut sending = responder.respond(Response::new(200))?;
    while let Some(data) = body.data().await? {
        sending.send(data).await?;
    }
    pause().await;
    sending.finish_with_trailers(Trailers::new().field("sum", "1"))
}

/// Gives back what comes through a tunnel, by the traits that the authority names.
async fn echo(exchange: Exchange) -> Result<(), Error> {
    pause().await;
    let is_smol = exchange.request.authority() == Some(b"smol:1");
    let tunnel = exchange.tunnel(Response::new(200))?;
    if is_smol {
        let (mut from, mut to) = smol::io::split(tunnel);
        smol::io::copy(&mut from, &mut to).await?;
        Ok(smol::io::AsyncWriteExt::close(&mut to).await?)
    } else {
        give_back(tunnel).await
    }
}

/// Gives back what comes through a tunnel.
pub(crate) async fn give_back(tunnel: Tunnel<ServerRole>) -> Result<(), Error> {
    let (mut from, mut to) = tokio::io::split(tunnel);
    tokio::io::copy(&mut from, &mut to).await?;
    Ok(tokio::io::AsyncWriteExt::shutdown(&mut to).await?)
}
