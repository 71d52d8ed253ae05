//! The connections to one origin, and the requests that wait for them: the policy, fed.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::io::ErrorKind;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::pool::{
    Action, ConnectionId, Failure, GoAway, Key, Origin as Policy, RequestId, Stall, Stats,
};
use proto::ErrorCode;
use session::Error;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::connector::Address;
use super::effects::Effects;
use super::settings::Settings;
use super::watch::Watch;
use crate::client::Client;

/// An origin, which its requests and its tasks share.
pub(super) struct Origin {
    pub(super) key: Key,
    pub(super) settings: Arc<Settings>,
    begun: Instant,
    core: Mutex<Core>,
    /// A deadline has come nearer, or nobody is left.
    pub(super) changed: Arc<Notify>,
}

/// What is changed under the lock.
pub(super) struct Core {
    pub(super) policy: Policy<Address>,
    connections: BTreeMap<ConnectionId, Connected>,
    /// Those that are being made, and their tasks once they have begun.
    connecting: BTreeMap<ConnectionId, Option<AbortHandle>>,
    requests: BTreeMap<RequestId, Slot>,
    /// Why a connection could not be made the last time.
    last_error: Option<Error>,
    /// When the policy wants to be told the time.
    next: Option<Duration>,
}

/// A connection that takes requests, or finishes those that it has.
struct Connected {
    client: Client,
    watch: Arc<Watch>,
    /// How many octets had come when the policy was told last.
    received: u64,
    going_away: Option<ErrorCode>,
    /// What all of its streams share holds it up: its window, its transport.
    is_window_shut: bool,
    is_transport_full: bool,
}

impl Connected {
    /// What holds all of its streams up.
    const fn stall(&self) -> Option<Stall> {
        if self.is_transport_full {
            Some(Stall::Transport)
        } else if self.is_window_shut {
            Some(Stall::ConnectionWindow)
        } else {
            None
        }
    }
}

/// The connection that a request goes to, or why it goes to none.
pub(super) type Decided = Result<(ConnectionId, Client), (Failure, Option<Error>)>;

/// What becomes of a request.
enum Slot {
    Waiting(Option<Waker>),
    Sent(ConnectionId, Client),
    Failed(Failure),
}

impl Origin {
    pub(super) fn new(key: Key, settings: Arc<Settings>, seed: u64) -> Self {
        let core = Core {
            policy: Policy::new(settings.policy.clone(), seed),
            connections: BTreeMap::new(),
            connecting: BTreeMap::new(),
            requests: BTreeMap::new(),
            last_error: None,
            next: None,
        };
        Self {
            key,
            settings,
            begun: Instant::now(),
            core: Mutex::new(core),
            changed: Arc::default(),
        }
    }

    /// Tells the policy something, and does what it asks for.
    pub(super) fn act<T>(self: &Arc<Self>, input: impl FnOnce(&mut Core) -> T) -> T {
        let mut effects = Effects::default();
        let (outcome, is_sooner) = {
            let mut core = self.lock();
            core.listen();
            core.policy.tick(self.begun.elapsed());
            let outcome = input(&mut core);
            let next = core.policy.tick(self.begun.elapsed());
            core.take_actions(&mut effects);
            let before = core::mem::replace(&mut core.next, next);
            let is_sooner = next.is_some_and(|next| before.is_none_or(|before| next < before));
            (outcome, is_sooner)
        };
        // Wakers, sessions and tasks have locks of their own.
        effects.perform(self);
        if is_sooner {
            self.changed.notify_one();
        }
        outcome
    }

    /// When the policy wants to be told the time.
    pub(super) fn next(&self) -> Option<Instant> {
        let next = self.lock().next?;
        self.begun.checked_add(next)
    }

    /// The time on the policy's line after so much more.
    pub(super) fn after(&self, wait: Duration) -> Duration {
        self.begun.elapsed().saturating_add(wait)
    }

    pub(super) fn stats(&self) -> Stats {
        self.lock().policy.stats()
    }

    /// The connections that are there.
    pub(super) fn clients(&self) -> Vec<Client> {
        let core = self.lock();
        let clients = core.connections.values().map(|its| its.client.clone());
        clients.collect()
    }

    /// Says whether nothing is connected, waits or runs.
    pub(super) fn is_unused(&self) -> bool {
        let core = self.lock();
        core.connections.is_empty() && core.connecting.is_empty() && core.requests.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.changed.notify_one();
    }
}

impl Core {
    /// Tells the policy which peers have sent something.
    fn listen(&mut self) {
        for (id, connected) in &mut self.connections {
            let received = connected.client.octets().received;
            if received != connected.received {
                connected.received = received;
                self.policy.heard(*id);
            }
        }
    }

    /// Tells the policy what a connection has said.
    pub(super) fn absorb(&mut self, id: ConnectionId) {
        let Some(connected) = self.connections.get_mut(&id) else {
            return;
        };
        let update = connected.watch.take();
        connected.going_away = update.going_away.or(connected.going_away);
        let announced = update.settings.then(|| announced(&connected.client));
        let before = connected.stall();
        connected.is_window_shut = update.window.unwrap_or(connected.is_window_shut);
        connected.is_transport_full = update.transport.unwrap_or(connected.is_transport_full);
        let stall = connected.stall();
        if stall != before {
            self.policy.stalled(id, stall);
        }
        if let Some(streams) = announced.flatten() {
            self.policy.announced(id, streams);
        }
        if let Some(code) = update.going_away {
            self.policy.going_away(id, reason(code));
        }
        if update.is_excluded {
            self.policy.excluded(id);
        }
    }

    /// A connection is made, and its peer's settings are there. Hands it back where it was called off.
    pub(super) fn opened(
        &mut self,
        id: ConnectionId,
        client: Client,
        watch: Arc<Watch>,
    ) -> Option<Client> {
        if self.connecting.remove(&id).is_none() {
            return Some(client);
        }
        self.last_error = None;
        let limit = announced(&client);
        let connected = Connected {
            client,
            watch,
            received: 0,
            going_away: None,
            is_window_shut: false,
            is_transport_full: false,
        };
        self.connections.insert(id, connected);
        if let Some(limit) = limit {
            self.policy.announced(id, limit);
        }
        self.policy.opened(id);
        self.absorb(id);
        None
    }

    /// A connection could not be made.
    pub(super) fn not_opened(
        &mut self,
        id: ConnectionId,
        error: Error,
        failure: ::pool::ConnectFailure,
    ) {
        if self.connecting.remove(&id).is_some() {
            self.last_error = Some(error);
            self.policy.connect_failed(id, failure);
        }
    }

    /// A task makes a connection, which ends with it.
    pub(super) fn connects(&mut self, id: ConnectionId, task: AbortHandle) {
        // Otherwise it is made, has failed, or was called off before its task was known.
        if let Some(place) = self.connecting.get_mut(&id) {
            *place = Some(task);
        }
    }

    /// The name could not be resolved.
    pub(super) fn not_resolved(&mut self, error: Error) {
        self.last_error = Some(error);
    }

    /// A connection has ended.
    pub(super) fn closed(&mut self, id: ConnectionId) {
        self.absorb(id);
        self.connections.remove(&id);
        self.policy.closed(id);
    }

    /// The policy hears first what there is to say of a connection on which a request failed; returns with
    /// which code the peer went away, if it did.
    pub(super) fn failed_on(&mut self, id: ConnectionId) -> Option<ErrorCode> {
        self.absorb(id);
        let connected = self.connections.get(&id)?;
        let code = connected.going_away;
        if connected.client.is_closed() {
            self.closed(id);
        }
        code
    }

    /// A request came.
    pub(super) fn request(&mut self, request: ::pool::Request) -> Result<RequestId, Failure> {
        let id = self.policy.request(request)?;
        self.requests.insert(id, Slot::Waiting(None));
        Ok(id)
    }

    /// Nobody wants to know any more what becomes of a request.
    pub(super) fn forget(&mut self, id: RequestId) {
        self.requests.remove(&id);
    }

    /// A request is kept, to be sent again.
    pub(super) fn wait_again(&mut self, id: RequestId) {
        self.requests.insert(id, Slot::Waiting(None));
    }

    /// Waits until the policy has said what becomes of a request.
    fn poll_request(&mut self, id: RequestId, cx: &Context<'_>) -> Poll<Decided> {
        match self.requests.get_mut(&id) {
            Some(Slot::Waiting(waker)) => {
                *waker = Some(cx.waker().clone());
                Poll::Pending
            }
            Some(Slot::Sent(connection, client)) => Poll::Ready(Ok((*connection, client.clone()))),
            Some(Slot::Failed(failure)) => {
                let last = self.last_error.clone();
                Poll::Ready(Err((*failure, last)))
            }
            None => Poll::Ready(Err((Failure::Connect, None))),
        }
    }

    /// Takes what the policy asks for; what has locks of its own is left to the effects.
    fn take_actions(&mut self, effects: &mut Effects) {
        while let Some(action) = self.policy.poll() {
            super::tracing::action(&action);
            match action {
                Action::Resolve => effects.resolves = true,
                Action::Connect {
                    connection,
                    address,
                } => {
                    self.connecting.insert(connection, None);
                    effects.connects.push((connection, address));
                }
                Action::Send {
                    request,
                    connection,
                } => {
                    if let Some(connected) = self.connections.get(&connection) {
                        let sent = Slot::Sent(connection, connected.client.clone());
                        effects.wake(self.decide(request, sent));
                    }
                }
                Action::Fail { request, failure } => {
                    effects.wake(self.decide(request, Slot::Failed(failure)));
                }
                Action::Ping { connection } => {
                    if let Some(connected) = self.connections.get(&connection) {
                        effects
                            .pings
                            .push((connection, connected.client.session().clone()));
                    }
                }
                Action::Close { connection } => self.close(connection, effects),
                _ => {}
            }
        }
    }

    /// It was decided what becomes of a request.
    fn decide(&mut self, request: RequestId, slot: Slot) -> Option<Waker> {
        let place = self.requests.get_mut(&request)?;
        match core::mem::replace(place, slot) {
            Slot::Waiting(waker) => waker,
            Slot::Sent(..) | Slot::Failed(_) => None,
        }
    }

    fn close(&mut self, id: ConnectionId, effects: &mut Effects) {
        if let Some(task) = self.connecting.remove(&id) {
            effects.tasks.extend(task);
            if self.connections.is_empty() {
                // Nothing has overtaken it.
                self.last_error = Some(Error::connect(ErrorKind::TimedOut.into()));
            }
        }
        let Some(connected) = self.connections.remove(&id) else {
            return;
        };
        let runs = |slot: &Slot| matches!(slot, Slot::Sent(on, _) if *on == id);
        if self.requests.values().any(runs) {
            effects.lost.push(connected.client);
        } else {
            effects.done.push(connected.client);
        }
    }
}

/// Waits until it is known what becomes of a request.
pub(super) fn poll_request(origin: &Origin, id: RequestId, cx: &Context<'_>) -> Poll<Decided> {
    origin.lock().poll_request(id, cx)
}

/// How many streams the peer allows (RFC 9113 §5.1.2), once its settings are there.
fn announced(client: &Client) -> Option<u32> {
    let session = client.session();
    let mut cx = Context::from_waker(Waker::noop());
    if session.poll_settings(&mut cx).is_pending() {
        return None;
    }
    let settings = session.peer_settings().ok()?;
    Some(settings.max_concurrent_streams.unwrap_or(u32::MAX))
}

const fn reason(code: ErrorCode) -> GoAway {
    match code {
        ErrorCode::NO_ERROR => GoAway::Graceful,
        ErrorCode::ENHANCE_YOUR_CALM => GoAway::Calm,
        _ => GoAway::Error,
    }
}
