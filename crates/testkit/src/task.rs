//! A task that says how often it was woken.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::task::{Context, Waker};

/// The task of a test that polls by hand: it counts how often it is woken.
///
/// ```
/// use tress_testkit::Task;
///
/// let task = Task::new();
/// task.cx().waker().wake_by_ref();
/// task.waker().clone().wake();
/// assert!(task.is_woken());
/// assert_eq!(task.woken(), 2);
/// assert_eq!(task.woken(), 0, "it was not woken since");
/// ```
#[derive(Debug)]
pub struct Task {
    count: Arc<Count>,
    waker: Waker,
}

#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Default for Task {
    fn default() -> Self {
        let count = Arc::<Count>::default();
        let waker = Waker::from(Arc::clone(&count));
        Self { count, waker }
    }
}

impl Task {
    /// Makes one that was not woken yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What wakes it.
    #[must_use]
    pub const fn waker(&self) -> &Waker {
        &self.waker
    }

    /// What it polls with.
    #[must_use]
    pub const fn cx(&self) -> Context<'_> {
        Context::from_waker(&self.waker)
    }

    /// Says how often it was woken since this was asked the last time.
    pub fn woken(&self) -> usize {
        self.count.0.swap(0, Ordering::SeqCst)
    }

    /// Says whether it was woken since, and leaves it at that.
    #[must_use]
    pub fn is_woken(&self) -> bool {
        self.count.0.load(Ordering::SeqCst) > 0
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
