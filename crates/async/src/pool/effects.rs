//! What the policy asks for, done without the lock: tasks that resolve, connect, watch and ask.

use alloc::sync::{Arc, Weak};
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Poll, Waker};
use std::io::ErrorKind;

use ::pool::{ConnectFailure, ConnectionId, in_turns};
use proto::Client as Role;
use session::{Addresses, Error, Session};
use tokio::task::AbortHandle;
use tokio::time::timeout_at;

use super::connector::Address;
#[cfg(feature = "rustls")]
use super::connector::host_and_port;
use super::origin::Origin;
use super::watch::{Watch, Watching};
use super::watched_io::WatchedIo;
use crate::client::Client;

/// What is to be done.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) resolves: bool,
    pub(super) connects: Vec<(ConnectionId, Address)>,
    pub(super) pings: Vec<(ConnectionId, Session<Role>)>,
    /// Connections that have finished.
    pub(super) done: Vec<Client>,
    /// Connections that are given up with what runs on them.
    pub(super) lost: Vec<Client>,
    /// Tasks that are to end.
    pub(super) tasks: Vec<AbortHandle>,
    wakers: Vec<Waker>,
}

impl Effects {
    pub(super) fn wake(&mut self, waker: Option<Waker>) {
        self.wakers.extend(waker);
    }

    pub(super) fn perform(self, origin: &Arc<Origin>) {
        let runtime = &origin.settings.runtime;
        self.wakers.into_iter().for_each(Waker::wake);
        self.tasks.iter().for_each(AbortHandle::abort);
        self.lost.iter().for_each(Client::abort);
        // The last handle goes away in good order.
        drop(self.done);
        if self.resolves {
            drop(runtime.spawn(resolve(Arc::clone(origin))));
        }
        for (id, address) in self.connects {
            let task = runtime.spawn(connect(Arc::downgrade(origin), id, address));
            let task = task.abort_handle();
            origin.act(|core| core.connects(id, task));
        }
        for (id, session) in self.pings {
            drop(runtime.spawn(ping(Arc::downgrade(origin), id, session)));
        }
    }
}

/// Tells the policy the time, for as long as the origin is there.
pub(super) async fn keep_time(weak: Weak<Origin>) {
    loop {
        let (next, changed) = {
            let Some(origin) = weak.upgrade() else {
                return;
            };
            origin.act(|_| ());
            (origin.next(), Arc::clone(&origin.changed))
        };
        let changed = changed.notified();
        match next {
            // It is told the time either way.
            Some(next) => drop(timeout_at(next, changed).await),
            None => changed.await,
        }
    }
}

async fn resolve(origin: Arc<Origin>) {
    let found = origin.settings.connector.resolve(&origin.key).await;
    origin.act(|core| {
        // An error keeps what is known.
        let addresses = found.unwrap_or_else(|error| {
            core.not_resolved(Error::lookup(error));
            Vec::new()
        });
        let ordered = in_turns(addresses, Address::family);
        core.policy.resolved(ordered);
    });
}

/// Makes a connection, and watches it until it ends.
async fn connect(weak: Weak<Origin>, id: ConnectionId, address: Address) {
    let watch = Arc::<Watch>::default();
    let made = {
        let Some(origin) = weak.upgrade() else {
            return;
        };
        open(&origin, address, &watch).await
    };
    let Some(origin) = weak.upgrade() else {
        return;
    };
    match made {
        Ok(client) => {
            let session = client.session().clone();
            let its = Arc::clone(&watch);
            let live = origin.settings.live.enter();
            let called_off = origin.act(|core| core.opened(id, client, its));
            drop((called_off, origin));
            follow(&weak, id, &session, &watch).await;
            drop(live);
        }
        Err(error) => {
            let failure = failure(&error);
            origin.act(|core| core.not_opened(id, error, failure));
        }
    }
}

/// Opens a transport, shakes hands, and waits for the peer's settings unless nobody wants that: before them it
/// is not known how many streams it allows (RFC 9113 §6.5), nor whether it is alive.
async fn open(origin: &Origin, address: Address, watch: &Arc<Watch>) -> Result<Client, Error> {
    let settings = &origin.settings;
    let peer = address.socket();
    let io = settings.connector.connect(address).await;
    let io = WatchedIo::new(io.map_err(Error::connect)?, Arc::clone(watch));
    let (watch, key) = (Arc::clone(watch), origin.key.clone());
    let name: Arc<str> = format!("{}://{}", key.scheme(), key.authority()).into();
    let inner = settings.client.options.clone();
    let builder = settings.client.clone().observe(move || {
        let watching = Watching::new(Arc::clone(&watch), Arc::clone(&name), inner.observer());
        Box::new(watching)
    });
    #[cfg(feature = "rustls")]
    let builder = match &settings.tls {
        Some(config) if key.scheme() == "https" => {
            let (host, _) = host_and_port(&key).map_err(Error::connect)?;
            let name = settings.server_name.as_deref();
            builder.tls(Arc::clone(config), name.unwrap_or(host))
        }
        _ => builder,
    };
    #[cfg(feature = "tls-fallback")]
    let builder = match &settings.fallback {
        Some(hook) => {
            let (hook, key) = (Arc::clone(hook), key.clone());
            builder.tls_fallback(move |stream| hook(&key, stream))
        }
        None => builder,
    };
    let client = builder.connect_over(io).await?;
    let session = client.session();
    if !settings.is_eager {
        poll_fn(|cx| session.poll_settings(cx)).await?;
    }
    if client.is_closed() {
        return Err(session.cause());
    }
    let local = None;
    session.set_addresses(Addresses { peer, local });
    if let Some(hook) = &settings.on_connect {
        hook(&origin.key, &session.info());
    }
    Ok(client)
}

/// Tells the policy what a connection says, until it ends.
async fn follow(weak: &Weak<Origin>, id: ConnectionId, session: &Session<Role>, watch: &Watch) {
    loop {
        let is_closed = {
            let mut changed = pin!(watch.changed());
            poll_fn(|cx| {
                if session.poll_closed(cx).is_ready() {
                    return Poll::Ready(true);
                }
                changed.as_mut().poll(cx).map(|()| false)
            })
            .await
        };
        if let Some(origin) = weak.upgrade() {
            origin.act(|core| match is_closed {
                true => core.closed(id),
                false => core.absorb(id),
            });
        }
        if is_closed {
            return;
        }
    }
}

/// Asks a peer whether it is alive (RFC 9113 §6.7).
async fn ping(weak: Weak<Origin>, id: ConnectionId, session: Session<Role>) {
    let Ok(ping) = session.ping() else {
        return;
    };
    let answered = poll_fn(|cx| ping.poll(cx)).await;
    if let (Ok(()), Some(origin)) = (answered, weak.upgrade()) {
        origin.act(|core| core.policy.heard(id));
    }
}

/// Whether another address may do better.
fn failure(error: &Error) -> ConnectFailure {
    #[cfg(feature = "rustls")]
    if error.find().is_some_and(tls::TlsError::is_other_protocol) {
        return ConnectFailure::Protocol;
    }
    let io = error.find::<std::io::Error>();
    match io.map(std::io::Error::kind) {
        Some(ErrorKind::Unsupported) => ConnectFailure::Protocol,
        _ => ConnectFailure::Transport,
    }
}
