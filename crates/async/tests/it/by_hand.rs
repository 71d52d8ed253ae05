//! An executor that polls what was woken and nothing else, a transport without manners, and machines
//! that say what they hold.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::future::Future;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::io::{self, IoSlice};
use std::sync::Mutex;
use std::time::Instant;

use testkit::Rng;
use tress_async::proto::runtime::{Around, Runtime};
use tress_async::proto::{Connection, Role};
use tress_async::{Config, ReadHalf, Timer, WriteHalf};

use crate::pipe::End;

/// More polls than anything here needs: what polls on without end is a busy loop.
const MOST_POLLS: usize = 300_000;

/// How long the tests wait for a point in time.
const SOON: Duration = Duration::from_millis(100);

/// Tasks, and who of them was woken.
pub(crate) struct Executor {
    tasks: Vec<Option<Task>>,
    rng: Rng,
}

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    flag: Arc<Flag>,
}

/// Set when its task is woken.
pub(crate) struct Flag(AtomicBool);

impl Flag {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(true)))
    }

    pub(crate) fn lower(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Executor {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            tasks: Vec::new(),
            rng: Rng::new(seed),
        }
    }

    pub(crate) fn spawn(&mut self, future: impl Future<Output = ()> + 'static) -> usize {
        let flag = Flag::new();
        self.tasks.push(Some(Task {
            future: Box::pin(future),
            flag,
        }));
        self.tasks.len() - 1
    }

    pub(crate) fn is_done(&self, task: usize) -> bool {
        self.tasks[task].is_none()
    }

    pub(crate) fn cancel(&mut self, task: usize) {
        self.tasks[task] = None;
    }

    /// Drops the places of the latest tasks where they have ended.
    pub(crate) fn forget_done(&mut self) {
        while self.tasks.last().is_some_and(Option::is_none) {
            self.tasks.pop();
        }
        self.tasks.shrink_to_fit();
    }

    /// Polls what was woken, in any order, and now and then what was not, until nobody is woken.
    pub(crate) fn run(&mut self) {
        for _ in 0..MOST_POLLS {
            if !self.step() {
                return;
            }
        }
        panic!("the tasks never rest");
    }

    /// Polls one task; says whether anybody was woken.
    pub(crate) fn step(&mut self) -> bool {
        let mut choice = self.living(|task| task.flag.is_set());
        if choice.is_empty() {
            return false;
        }
        if self.rng.chance(1, 8) {
            choice = self.living(|_| true);
        }
        let task = *self.rng.pick(&choice);
        self.poll(task);
        true
    }

    /// Polls every task once, although nobody woke it.
    pub(crate) fn nudge(&mut self) {
        for task in self.living(|_| true) {
            self.poll(task);
        }
        self.run();
    }

    fn living(&self, wanted: impl Fn(&Task) -> bool) -> Vec<usize> {
        let tasks = self.tasks.iter().enumerate();
        let wanted = tasks.filter(|(_, task)| task.as_ref().is_some_and(&wanted));
        wanted.map(|(number, _)| number).collect()
    }

    fn poll(&mut self, number: usize) {
        let Some(task) = &mut self.tasks[number] else {
            return;
        };
        task.flag.0.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&task.flag));
        if task
            .future
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_ready()
        {
            self.tasks[number] = None;
        }
    }
}

/// A timer that wakes nobody before the test lets time pass.
#[derive(Clone, Default)]
pub(crate) struct HandTimer(Arc<Mutex<Option<(Instant, Waker)>>>);

impl HandTimer {
    /// Waits for the next point in time, if that is soon; says whether it has come.
    pub(crate) fn pass(&self) -> bool {
        let set = self
            .0
            .lock()
            .unwrap()
            .take_if(|(at, _)| *at < Instant::now() + SOON);
        let Some((at, waker)) = set else {
            return false;
        };
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        waker.wake();
        true
    }
}

impl Timer for HandTimer {
    fn poll_until(&mut self, cx: &mut Context<'_>, at: Instant) -> Poll<()> {
        if at <= Instant::now() {
            return Poll::Ready(());
        }
        *self.0.lock().unwrap() = Some((at, cx.waker().clone()));
        Poll::Pending
    }
}

/// A transport that is not ready when it likes, takes and gives little, and keeps what is written.
pub(crate) struct Rough {
    end: End,
    /// Decides; without it the transport has manners.
    rng: Option<Rng>,
    log: Log,
    /// How many octets it takes; then every write says zero.
    pub(crate) most_octets: usize,
}

pub(crate) type Log = Arc<Mutex<Vec<u8>>>;

impl Rough {
    pub(crate) fn new(end: End, rng: Option<Rng>) -> (Self, Log) {
        let log = Log::default();
        let kept = Arc::clone(&log);
        let rough = Self {
            end,
            rng,
            log,
            most_octets: usize::MAX,
        };
        (rough, kept)
    }

    fn hesitates(&mut self, cx: &Context<'_>) -> bool {
        let hesitates = self.rng.as_mut().is_some_and(|rng| rng.chance(1, 3));
        if hesitates {
            cx.waker().wake_by_ref();
        }
        hesitates
    }

    fn most(&mut self, wanted: usize) -> usize {
        let Some(rng) = &mut self.rng else {
            return wanted;
        };
        if rng.chance(1, 2) {
            rng.range(1..wanted.min(40) + 1)
        } else {
            rng.range(1..wanted + 1)
        }
    }
}

impl ReadHalf for Rough {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        if self.hesitates(cx) {
            return Poll::Pending;
        }
        let most = self.most(into.len());
        Pin::new(&mut self.end).poll_read(cx, &mut into[..most])
    }
}

impl WriteHalf for Rough {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.hesitates(cx) {
            return Poll::Pending;
        }
        let all: Vec<u8> = from
            .iter()
            .flat_map(|slice| slice.iter().copied())
            .collect();
        if self.most_octets == 0 {
            let _ = Pin::new(&mut self.end).poll_close(cx);
            return Poll::Ready(Ok(0));
        }
        let space = self.most_octets.min(all.len());
        let most = self.most(space);
        let written = Pin::new(&mut self.end).poll_write(cx, &[IoSlice::new(&all[..most])]);
        if let Poll::Ready(Ok(count)) = written {
            self.log.lock().unwrap().extend_from_slice(&all[..count]);
            self.most_octets -= count;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.hesitates(cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.end).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.hesitates(cx) {
            return Poll::Pending;
        }
        Pin::new(&mut self.end).poll_close(cx)
    }
}

/// A connection that says how many streams it holds.
pub(crate) struct Watched<R: Role> {
    inner: Connection<R>,
    streams: Arc<AtomicUsize>,
}

impl<R: Role> Watched<R> {
    pub(crate) fn new(config: Config) -> (Self, Arc<AtomicUsize>) {
        let streams = Arc::<AtomicUsize>::default();
        let seen = Arc::clone(&streams);
        let inner = Connection::new(config);
        (Self { inner, streams }, seen)
    }
}

impl<R: Role> Runtime for Watched<R> {
    testkit::forward!(inner: next_read_operation read read_eof yield_reader next_write_operation);
    testkit::forward!(inner: report_write_result yield_writer report_exn shutdown is_closed);

    /// Comes at the beginning and at the end of every turn of the driver's.
    fn tick(&mut self, now: Duration) -> Option<Duration> {
        let count = self.inner.streams().count();
        self.streams.store(count, Ordering::SeqCst);
        self.inner.tick(now)
    }
}

impl<R: Role> Around<Connection<R>> for Watched<R> {
    fn innermost(&mut self) -> &mut Connection<R> {
        &mut self.inner
    }
}
