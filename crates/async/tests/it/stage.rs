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
use tress_async::{Client, Config, Error, Exchange, Flavor, Response, Threads, Trailers};

use crate::by_hand::{Log, Room, Rough, Watched};
use crate::flavors::Both;
use crate::pipe::pipe;

/// How many streams the server of a stage takes at once.
pub(crate) const STREAMS: u32 = 2;

pub(crate) struct Stage<F: Flavor = Threads> {
    pub(crate) room: Room,
    pub(crate) client: Option<Client<F>>,
    pub(crate) driver: usize,
    pub(crate) serving: usize,
    streams: [Arc<AtomicUsize>; 2],
    /// What the client wrote, and what the server wrote.
    logs: [Log; 2],
    handlers: Rc<Cell<usize>>,
    /// After how many polls handlers are dropped.
    pub(crate) handler_polls: Rc<Cell<usize>>,
}

/// Windows that any leak of credit empties soon.
fn config(streams: u32) -> Config {
    let config = Config::default()
        .initial_window(20_000)
        .and_then(|config| config.connection_window(65_535))
        .and_then(|config| config.window_growth(0, 0))
        .and_then(|config| config.send_buffer(8_000));
    let mut limits = Limits::server();
    limits.concurrent_streams = streams;
    config.unwrap().limits(limits).unwrap()
}

impl<F: Both> Stage<F> {
    pub(crate) fn new(seed: u64, is_rough: bool) -> Self {
        let rng = |salt| is_rough.then(|| Rng::new(seed * 2 + salt));
        let (near, far) = pipe();
        let (near, said) = Rough::new(near, rng(0));
        let (far, answered) = Rough::new(far, rng(1));
        let (machine, client_streams) = Watched::<ClientRole>::new(config(STREAMS));
        let (client, driver) = F::client(machine, near);
        let (machine, server_streams) = Watched::<ServerRole>::new(config(STREAMS));
        let (handlers, handler_polls) =
            (Rc::<Cell<usize>>::default(), Rc::new(Cell::new(usize::MAX)));
        let (count, polls) = (Rc::clone(&handlers), Rc::clone(&handler_polls));
        let serving = F::serve(machine, far, move |exchange| {
            let guard = Guard::new(&count);
            let handler = async move {
                let _guard = guard;
                answer(exchange).await
            };
            GivesUp(polls.get(), Some(Box::pin(handler)))
        });
        let mut room = Room::new(seed);
        Self {
            client: Some(client),
            driver: room.spawn(async { drop(driver.await) }),
            serving: room.spawn(async { drop(serving.await) }),
            room,
            streams: [client_streams, server_streams],
            logs: [said, answered],
            handlers,
            handler_polls,
        }
    }

    pub(crate) fn client(&self) -> Client<F> {
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
        let task = self.room.spawn(async move { kept.set(Some(future.await)) });
        for _ in 0..steps {
            self.room.step();
        }
        self.room.cancel(task);
        slot.take()
    }

    /// How many streams the client has now.
    pub(crate) fn client_streams(&self) -> usize {
        self.streams[0].load(Ordering::SeqCst)
    }

    /// Runs a future to its end, polled when it was woken and only then.
    pub(crate) fn finish<T: 'static>(&mut self, future: impl Future<Output = T> + 'static) -> T {
        let slot = Rc::new(Cell::new(None));
        let kept = Rc::clone(&slot);
        self.room.spawn(async move { kept.set(Some(future.await)) });
        self.room.run();
        slot.take().expect("all rest, and it has not finished")
    }

    /// Drops what only the test keeps.
    pub(crate) fn forget(&mut self) {
        self.room.forget_done();
        for log in &self.logs {
            *log.lock().unwrap() = Vec::new();
        }
    }

    /// Nobody holds anything: neither end has a stream, and no handler runs.
    #[track_caller]
    pub(crate) fn expect_nothing(&mut self, when: &str) {
        self.room.run();
        self.room.nudge();
        let held = self
            .streams
            .each_ref()
            .map(|count| count.load(Ordering::SeqCst));
        assert_eq!(held, [0, 0], "streams of client and server, {when}");
        assert_eq!(self.handlers.get(), 0, "handlers, {when}");
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

/// Counts who lives.
struct Guard(Rc<Cell<usize>>);

impl Guard {
    fn new(count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self(Rc::clone(count))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
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
async fn pause() {
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
async fn answer<F: Flavor>(exchange: Exchange<F>) -> Result<(), Error> {
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
