//! The handlers of one connection, which its task polls itself.
//!
//! A handler is polled when it begins and then only when it was woken. Its place, and the waker of
//! that place, serve the next one when it is finished.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::fmt;
use core::future::Future;
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::panic;
use std::sync::PoisonError;

use proto::{Server, StreamId};
use session::{Alarm, DriverWaker, Error, FailureKind, Report};

use crate::sync::{self, AtomicBool, Mutex, MutexGuard, Ordering};

/// How often futures that wake each other, or themselves, are polled before the connection has its
/// turn again.
const ROUNDS: usize = 8;

/// A set of futures.
pub(crate) struct Tasks<F> {
    places: Vec<Place<F>>,
    free: Vec<usize>,
    /// Those whose first step is done, in this batch.
    begun: Vec<usize>,
    /// The streams whose futures have ended since somebody asked.
    ended: Vec<StreamId>,
    ready: Arc<Ready>,
}

/// The first step of a future, where it has several: ready when it is to be polled.
///
/// What is done for one request takes more instructions than the cache for them holds. Done step by step
/// for a few requests at a time, each step stays there meanwhile.
pub(crate) type FirstStep<F> = fn(Pin<&mut F>, &mut Context<'_>) -> Poll<()>;

struct Place<F> {
    /// Kept for the next future, so that not every one of them has memory taken for it.
    future: Pin<Box<Option<F>>>,
    /// The exchange that it handles, if it handles one.
    handled: Option<Handled>,
    call: Arc<Call>,
    waker: Waker,
}

/// The places whose futures were woken.
#[derive(Debug)]
struct Ready {
    places: Mutex<Vec<usize>>,
    /// There are some.
    is_any: AtomicBool,
    driver: Arc<DriverWaker>,
}

/// Wakes the future in one place.
#[derive(Debug)]
struct Call {
    place: usize,
    is_queued: AtomicBool,
    ready: Arc<Ready>,
}

/// What becomes of a future, for whoever is to hear of it.
pub(crate) trait Outcome {
    fn tell(self, report: &Report);
}

impl Outcome for Result<(), Error> {
    fn tell(self, report: &Report) {
        report.ended(&self);
    }
}

impl Outcome for () {
    fn tell(self, _: &Report) {}
}

/// The exchange that a future handles.
pub(crate) struct Handled {
    pub(crate) id: StreamId,
    pub(crate) report: Report,
    /// When it must have ended, where that is said.
    pub(crate) limit: Option<Box<Alarm<Server>>>,
}

impl Handled {
    /// Looks whether its time is over, and ends the exchange then.
    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(limit) = &self.limit else {
            return false;
        };
        let is_late = limit.poll(cx).is_ready();
        if is_late {
            self.report.fail(FailureKind::Timeout, None);
            limit.session().expire(self.id);
        }
        is_late
    }
}

impl<F: Future<Output: Outcome>> Tasks<F> {
    pub(crate) fn new(driver: Arc<DriverWaker>) -> Self {
        let ready = Ready {
            places: Mutex::default(),
            is_any: sync::flag(),
            driver,
        };
        Self {
            places: Vec::new(),
            free: Vec::new(),
            begun: Vec::new(),
            ended: Vec::new(),
            ready: Arc::new(ready),
        }
    }

    /// Takes a future, which may be that of an exchange, and polls it.
    pub(crate) fn begin(&mut self, handled: Option<Handled>, future: F) {
        let number = self.put(handled, future);
        self.poll(number);
    }

    /// Takes a future, and has it take its first step; [`go_on`](Self::go_on) sees to the rest.
    pub(crate) fn begin_with(&mut self, step: FirstStep<F>, handled: Handled, future: F) {
        let number = self.put(Some(handled), future);
        let mut is_done = false;
        let is_over = self.poll_by(number, |future, cx| {
            is_done = step(future, cx).is_ready();
            Poll::Pending
        });
        if is_done && !is_over {
            self.begun.push(number);
        }
    }

    /// Polls the futures whose first step is done.
    pub(crate) fn go_on(&mut self) {
        let mut begun = core::mem::take(&mut self.begun);
        begun.drain(..).for_each(|number| self.poll(number));
        self.begun = begun;
    }

    #[inline]
    fn put(&mut self, handled: Option<Handled>, future: F) -> usize {
        let number = self.free.pop().unwrap_or_else(|| self.add_place());
        if let Some(place) = self.places.get_mut(number) {
            place.future.set(Some(future));
            place.handled = handled;
        }
        number
    }

    /// Drops the futures of these streams.
    pub(crate) fn cancel(&mut self, mut streams: Vec<StreamId>) {
        if streams.is_empty() {
            return;
        }
        // Sorted, so that a peer that resets many streams costs one look at each future.
        streams.sort_unstable();
        for number in 0..self.places.len() {
            let place = self.places.get(number);
            let stream = place.and_then(|place| Some(place.handled.as_ref()?.id));
            if stream.is_some_and(|stream| streams.binary_search(&stream).is_ok()) {
                self.end(number);
            }
        }
    }

    /// How many futures there are.
    pub(crate) fn count(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Takes which streams' futures have ended.
    pub(crate) fn take_ended(&mut self) -> Vec<StreamId> {
        core::mem::take(&mut self.ended)
    }

    /// Polls the futures that were woken, and those that they wake.
    pub(crate) fn poll_ready(&mut self) {
        let mut woken = Vec::new();
        for _ in 0..ROUNDS {
            if !self.ready.take(&mut woken) {
                return;
            }
            woken.drain(..).for_each(|number| self.poll(number));
        }
    }

    fn poll(&mut self, number: usize) {
        self.poll_by(number, F::poll);
    }

    /// Polls a future in this way; says whether it is over.
    #[inline]
    fn poll_by(
        &mut self,
        number: usize,
        poll: impl FnOnce(Pin<&mut F>, &mut Context<'_>) -> Poll<F::Output>,
    ) -> bool {
        let Some(place) = self.places.get_mut(number) else {
            return true;
        };
        place.call.leave_queue();
        let Some(future) = place.future.as_mut().as_pin_mut() else {
            return true;
        };
        let mut cx = Context::from_waker(&place.waker);
        let polled = caught(|| poll(future, &mut cx));
        let is_over = match (polled, &mut place.handled) {
            (Some(Poll::Pending), None) => false,
            (Some(Poll::Pending), Some(handled)) => handled.is_late(&mut cx),
            (Some(Poll::Ready(outcome)), Some(handled)) => {
                outcome.tell(&handled.report);
                true
            }
            (None, Some(handled)) => {
                handled.report.panicked();
                true
            }
            (_, None) => true,
        };
        if is_over {
            self.end(number);
        }
        is_over
    }

    /// Drops a future, whose place is free then.
    fn end(&mut self, number: usize) {
        let Some(place) = self.places.get_mut(number) else {
            return;
        };
        caught(|| place.future.set(None));
        self.ended
            .extend(place.handled.take().map(|handled| handled.id));
        self.free.push(number);
    }

    fn add_place(&mut self) -> usize {
        let number = self.places.len();
        let call = Arc::new(Call {
            place: number,
            is_queued: AtomicBool::new(false),
            ready: Arc::clone(&self.ready),
        });
        let waker = Waker::from(Arc::clone(&call));
        self.places.push(Place {
            future: Box::pin(None),
            handled: None,
            call,
            waker,
        });
        number
    }
}

impl<F> Tasks<F> {
    /// Says whether no future was woken.
    pub(crate) fn is_idle(&self) -> bool {
        !self.ready.is_any.load(Ordering::SeqCst)
    }

    /// Gives memory back if there is no future.
    pub(crate) fn rest(&mut self) {
        if self.free.len() == self.places.len() {
            self.places = Vec::new();
            self.free = Vec::new();
            self.begun = Vec::new();
        }
    }

    /// Drops all futures.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.free.clear();
    }
}

/// Does what may panic. What a handler shares with others it tells by its destructors then.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).ok()
}

impl Ready {
    /// Takes the places; says whether there are any, and locks nothing if there are none.
    fn take(&self, places: &mut Vec<usize>) -> bool {
        if !self.is_any.load(Ordering::SeqCst) {
            return false;
        }
        let mut woken = self.lock();
        self.is_any.store(false, Ordering::SeqCst);
        core::mem::swap(places, &mut woken);
        true
    }

    fn add(&self, place: usize) {
        let mut woken = self.lock();
        woken.push(place);
        self.is_any.store(true, Ordering::SeqCst);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<usize>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call {
    /// Its future is about to be polled. One that begins was most likely not woken.
    fn leave_queue(&self) {
        if self.is_queued.load(Ordering::SeqCst) {
            self.is_queued.store(false, Ordering::SeqCst);
        }
    }
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::SeqCst) {
            self.ready.add(self.place);
            self.ready.driver.call();
        }
    }
}

impl<F> fmt::Debug for Tasks<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks")
            .field("places", &self.places.len())
            .finish_non_exhaustive()
    }
}
