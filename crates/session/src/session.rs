//! The machine that tasks and threads share, and how they take turns with it.
//!
//! Every turn is the same: lock, act, take note of the events, unlock, wake, drop. What is due then
//! the adapter sees to; nobody holds the lock across a wait or a use of the transport.

mod adapter;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::Poll;
use std::sync::{Mutex, OnceLock, PoisonError};

#[cfg(feature = "rustls")]
use proto::Connection;
use proto::{Role, Stats, StreamError, StreamId, StreamMut, UserError};

#[cfg(feature = "rustls")]
use runtime::Around;

pub use self::adapter::Adapter;
use crate::connection_info::{Addresses, ConnectionInfo};
use crate::driver_waker::DriverWaker;
use crate::due::Due;
use crate::error::Error;
use crate::extension::Extension;
use crate::failure::ErrorHook;
use crate::kind::{Judge, Kind};
use crate::layers;
use crate::lock::Lock;
use crate::locked::Locked;
use crate::machine::Machine;
use crate::status::{Octets, Status};

/// One connection that tasks and threads share: cheap to clone, and usable from anywhere.
///
/// It moves no octets by itself. Whoever drives it takes [turns](Self::turn): offers what came, takes
/// what is to be written, tells the time. Whoever uses it calls the operations, which take a turn each
/// and wait by a [`Waker`](core::task::Waker).
///
/// Observers run in the middle of a turn, and so does what is dropped with content. What they ask that
/// has no answer to wait for is done at the end of that turn; what has one fails with
/// [`is_reentrant`](Error::is_reentrant); [`is_closed`](Self::is_closed) and [`octets`](Self::octets)
/// are read without the lock.
pub struct Session<R: Role>(Arc<Shared<R>>);

/// What belongs to a session besides its machine.
pub struct Options<R: Role> {
    /// Who sees to what is due after a turn; the task that waits on the
    /// [driver's waker](Session::driver) where there is nobody.
    pub adapter: Option<Box<dyn Adapter<R>>>,
    /// Says what is known of errors that layers around the connection report: of the layers whose features
    /// are on, where nothing else is said.
    pub judge: Judge,
    /// What the adapter keeps under the lock.
    pub extension: Option<Box<dyn Extension<R>>>,
}

/// What is asked for in the middle of a turn, and done at its end.
type Later<R> = Box<dyn FnOnce(&mut Locked<R>) + Send>;

struct Shared<R: Role> {
    locked: Lock<Locked<R>>,
    later: Mutex<Vec<Later<R>>>,
    has_later: AtomicBool,
    status: Arc<Status>,
    driver: Arc<DriverWaker>,
    /// Where its ends are.
    addresses: OnceLock<Addresses>,
    /// Who hears of what handlers get wrong.
    error_hook: OnceLock<AssertUnwindSafe<ErrorHook>>,
    /// A panic leaves a session whole, and adapters are called without its lock.
    adapter: AssertUnwindSafe<Option<Box<dyn Adapter<R>>>>,
}

impl<R: Role> Default for Options<R> {
    fn default() -> Self {
        Self {
            adapter: None,
            judge: layers::judge,
            extension: None,
        }
    }
}

impl<R: Role> Session<R> {
    /// Takes a machine in. Nothing moves unless somebody drives it.
    #[must_use]
    pub fn new(machine: Box<dyn Machine<R>>, options: Options<R>) -> Self {
        let (status, driver) = (Arc::<Status>::default(), Arc::<DriverWaker>::default());
        let (seen, woken) = (Arc::clone(&status), Arc::clone(&driver));
        Self(Arc::new(Shared {
            locked: Lock::new(
                Locked::new(machine, options.judge, seen, woken).extended(options.extension),
            ),
            later: Mutex::default(),
            has_later: AtomicBool::new(false),
            status,
            driver,
            addresses: OnceLock::new(),
            error_hook: OnceLock::new(),
            adapter: AssertUnwindSafe(options.adapter),
        }))
    }

    /// What wakes the task that drives the connection.
    #[must_use]
    pub fn driver(&self) -> &Arc<DriverWaker> {
        &self.0.driver
    }

    /// Says whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.status.is_closed()
    }

    /// How many octets went through the transport.
    #[must_use]
    pub fn octets(&self) -> Octets {
        self.0.status.octets()
    }

    /// How many turns were taken, by whoever drives the connection and by those who use it: each is one
    /// use of the lock.
    #[must_use]
    pub fn turns(&self) -> u64 {
        self.0.status.turns()
    }

    /// What the connection has done so far, and what held it up.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant).
    pub fn stats(&self) -> Result<Stats, Error> {
        Ok(self.turn(|locked| locked.machine.connection().stats())?.0)
    }

    /// Says where the ends of the connection are; the first word counts.
    pub fn set_addresses(&self, addresses: Addresses) {
        let _ = self.0.addresses.set(addresses);
    }

    /// What is known of the connection besides what is said on it. In the middle of a turn, nothing is known
    /// of its TLS.
    #[must_use]
    pub fn info(&self) -> ConnectionInfo {
        ConnectionInfo {
            addresses: self.0.addresses.get().copied().unwrap_or_default(),
            #[cfg(feature = "rustls")]
            tls: self.tls_info().map(Arc::new),
        }
    }

    #[cfg(feature = "rustls")]
    fn tls_info(&self) -> Option<tls::TlsInfo> {
        let (info, _) = self
            .turn(|locked| {
                let layer = Around::<Connection<R>>::layer(&locked.machine)?;
                let session = layer.downcast_ref()?;
                Some(tls::TlsInfo::of(session))
            })
            .ok()?;
        info
    }

    /// Sets who hears of what handlers get wrong; the first word counts.
    pub fn set_error_hook(&self, hook: ErrorHook) {
        let _ = self.0.error_hook.set(AssertUnwindSafe(hook));
    }

    pub(crate) fn error_hook(&self) -> Option<&ErrorHook> {
        self.0.error_hook.get().map(|hook| &**hook)
    }

    /// How a stream ended, as long as anybody has it.
    pub(crate) fn result_of(&self, id: StreamId) -> Option<Result<(), StreamError>> {
        self.turn(|locked| locked.result(id)).ok()?.0
    }

    /// Says whether this very thread is in the middle of a turn with the connection.
    #[must_use]
    pub fn is_in_turn(&self) -> bool {
        self.0.locked.is_held_here()
    }

    pub(crate) fn status(&self) -> &Status {
        &self.0.status
    }

    /// Does something with a stream that need not be held: one that has left is unknown.
    ///
    /// # Errors
    ///
    /// Why it was refused, [`is_reentrant`](Error::is_reentrant).
    pub fn with_stream<T>(
        &self,
        id: StreamId,
        action: impl FnOnce(&mut StreamMut<'_, R>) -> Result<T, UserError>,
    ) -> Result<T, Error> {
        self.act(|locked| locked.with(id, action))
    }

    /// Takes a turn as whoever drives the connection does, and says what is due after it.
    ///
    /// # Errors
    ///
    /// [`is_reentrant`](Error::is_reentrant): this very thread is in the middle of a turn.
    pub fn turn<T>(&self, action: impl FnOnce(&mut Locked<R>) -> T) -> Result<(T, Due), Error> {
        self.turn_before(None, action)
    }

    /// Takes a turn of one who uses the connection.
    fn turn_of_user<T>(&self, action: impl FnOnce(&mut Locked<R>) -> T) -> Result<(T, Due), Error> {
        self.turn_before(self.0.adapter.as_deref(), action)
    }

    /// Takes a turn, at whose end an adapter may look at what is due.
    fn turn_before<T>(
        &self,
        adapter: Option<&dyn Adapter<R>>,
        action: impl FnOnce(&mut Locked<R>) -> T,
    ) -> Result<(T, Due), Error> {
        self.turn_tracked(adapter, |locked| (action(locked), true))
    }

    /// Takes a turn that says whether anything was done with the machine: if not, nothing has happened.
    fn turn_tracked<T>(
        &self,
        adapter: Option<&dyn Adapter<R>>,
        action: impl FnOnce(&mut Locked<R>) -> (T, bool),
    ) -> Result<(T, Due), Error> {
        let shared = &*self.0;
        let turn = shared.locked.with(|locked| {
            locked.status.count_turn();
            let (outcome, is_touched) = action(locked);
            let due = if is_touched || shared.has_later.load(Ordering::Relaxed) {
                self.conclude(locked, adapter)
            } else {
                locked.due_of_extension()
            };
            (outcome, due, locked.spent.take())
        });
        let Some((outcome, due, spent)) = turn else {
            return Err(Kind::Reentrant.into());
        };
        if let Some(spent) = spent {
            spent.settle();
        }
        Ok((outcome, due))
    }

    /// Takes note of what happened in a turn, and does what was asked for in its middle.
    fn conclude(&self, locked: &mut Locked<R>, adapter: Option<&dyn Adapter<R>>) -> Due {
        locked.absorb();
        while self.0.has_later.load(Ordering::Relaxed) {
            let later = self.0.take_later();
            later.into_iter().for_each(|later| later(locked));
            locked.absorb();
        }
        let due = locked.due();
        match adapter.filter(|_| due.is_any()) {
            Some(adapter) => adapter.prepare(self, locked, due),
            None => due,
        }
    }

    /// Takes a turn, and sees to what is due after it.
    pub(crate) fn act<T>(
        &self,
        action: impl FnOnce(&mut Locked<R>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (outcome, due) = self.turn_of_user(action)?;
        self.settle(due);
        outcome
    }

    /// The same for what says whether it did anything with the machine.
    pub(crate) fn act_tracked<T>(
        &self,
        action: impl FnOnce(&mut Locked<R>) -> (T, bool),
    ) -> Result<T, Error> {
        let (outcome, due) = self.turn_tracked(self.0.adapter.as_deref(), action)?;
        self.settle(due);
        Ok(outcome)
    }

    /// The same, for what may have to wait.
    pub(crate) fn poll<T>(
        &self,
        action: impl FnOnce(&mut Locked<R>) -> Poll<Result<T, Error>>,
    ) -> Poll<Result<T, Error>> {
        match self.turn_of_user(action) {
            Ok((polled, due)) => {
                self.settle(due);
                polled
            }
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Takes a turn whose outcome nobody waits for: at the end of another, where it is asked for in
    /// the middle of that.
    pub(crate) fn act_soon(&self, action: impl FnOnce(&mut Locked<R>) + Send + 'static) {
        self.act_soon_tracked(|locked| {
            action(locked);
            true
        });
    }

    /// The same for what says whether it did anything with the machine.
    pub(crate) fn act_soon_tracked(
        &self,
        action: impl FnOnce(&mut Locked<R>) -> bool + Send + 'static,
    ) {
        if self.0.locked.is_held_here() {
            self.0.add_later(Box::new(|locked| {
                action(locked);
            }));
        } else {
            // It is not in the middle of a turn.
            let _ = self.act_tracked(|locked| ((), action(locked)));
        }
    }

    /// Has somebody see to what is due.
    fn settle(&self, due: Due) {
        if !due.is_any() {
            return;
        }
        match &*self.0.adapter {
            Some(adapter) => adapter.settle(self, due),
            None if due.opened || due.canceled || due.write_closed => self.0.driver.wake(),
            None if due.output => self.0.driver.call(),
            _ => {}
        }
    }
}

impl<R: Role> Shared<R> {
    fn add_later(&self, action: Later<R>) {
        self.lock_later().push(action);
        self.has_later.store(true, Ordering::Relaxed);
        // Whoever takes the turn wakes the driver after it.
        self.driver.flag();
    }

    fn take_later(&self) -> Vec<Later<R>> {
        self.has_later.store(false, Ordering::Relaxed);
        core::mem::take(&mut *self.lock_later())
    }

    fn lock_later(&self) -> std::sync::MutexGuard<'_, Vec<Later<R>>> {
        self.later.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<R: Role> Clone for Session<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: Role> fmt::Debug for Session<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("status", &self.0.status)
            .finish_non_exhaustive()
    }
}

impl<R: Role> fmt::Debug for Options<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("has_adapter", &self.adapter.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;
    use alloc::vec::Vec;

    use proto::{Client, Config, Connection, Request};

    use super::{Options, Session};

    #[test]
    fn a_driver_that_rests_gives_back_the_memory_of_streams_that_are_gone() {
        let machine = Box::new(Connection::<Client>::new(Config::default()));
        let session = Session::new(machine, Options::default());
        let open = || session.request(Request::get("http", "a.example", "/"), None);
        drop((0..10).map(|_| open().unwrap()).collect::<Vec<_>>());
        let rest = || {
            let rested = session.turn(|locked| {
                locked.rest();
                locked.entries.capacity()
            });
            rested.unwrap().0
        };
        assert!(rest() >= 10, "as many may come again");
        assert_eq!(rest(), 0);
    }
}
