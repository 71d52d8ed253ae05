//! A machine inside a TLS session, and how far the session is.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::task::Waker;
use core::time::Duration;

use runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ClientConnection, Connection, ServerConfig, ServerConnection};

use crate::alpn::{agreed, h2_client, h2_server};
use crate::error::TlsError;
use crate::handshake::server_name;
use crate::inbound::Inbound;
use crate::outbound::Outbound;
use crate::refusal;

/// How long the handshake may take, where nothing else is said.
pub const HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// A machine inside a TLS session: itself a [`Runtime`], so that drivers know nothing of TLS.
///
/// Nothing of the machine is sent or received before the handshake is over and both ends agree on
/// `h2`. If the session fails, the machine is told by [`report_exn`](Runtime::report_exn), with a
/// [`TlsError`].
pub struct Tls<M> {
    pub(crate) machine: M,
    pub(crate) session: Connection,
    pub(crate) inbound: Inbound,
    pub(crate) outbound: Outbound,
    pub(crate) stage: Stage,
    pub(crate) limit: Duration,
    /// The writing half, while it waits.
    pub(crate) writer: Option<Waker>,
    watch: Option<Box<Watch>>,
}

type Watch = dyn FnMut(Result<(), &TlsError>) + Send;

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing of the machine's yet. Holds when it must be over, once a clock was seen.
    Handshake(Option<Duration>),
    /// What the machine says is encrypted.
    Open,
    /// Nothing is decrypted or encrypted any more; an alert may be waiting to be written.
    Failed,
}

impl<M: Runtime> Tls<M> {
    /// Puts a machine into a client's session, whose handshake may be over or still to come.
    pub fn client(session: ClientConnection, machine: M) -> Self {
        Self::new(session.into(), machine)
    }

    /// Puts a machine into a server's session, whose handshake may be over or still to come.
    pub fn server(session: ServerConnection, machine: M) -> Self {
        Self::new(session.into(), machine)
    }

    /// Begins a session with a server of this name, which is sent as SNI (RFC 9113 §9.2).
    ///
    /// The configuration [offers `h2`](h2_client) if it offers nothing.
    ///
    /// # Errors
    ///
    /// [`TlsError::Name`]: that is no name, and no address either. [`TlsError::Local`]: the
    /// configuration cannot be used.
    pub fn connect(config: Arc<ClientConfig>, name: &str, machine: M) -> Result<Self, TlsError> {
        let session = ClientConnection::new(h2_client(config), server_name(name)?)?;
        Ok(Self::client(session, machine))
    }

    /// Begins a session with a client.
    ///
    /// The configuration [accepts `h2`](h2_server) if it accepts nothing.
    ///
    /// # Errors
    ///
    /// [`TlsError::Local`]: the configuration cannot be used.
    pub fn accept(config: Arc<ServerConfig>, machine: M) -> Result<Self, TlsError> {
        let session = ServerConnection::new(h2_server(config))?;
        Ok(Self::server(session, machine))
    }

    fn new(session: Connection, machine: M) -> Self {
        Self {
            machine,
            session,
            inbound: Inbound::default(),
            outbound: Outbound::default(),
            stage: Stage::Handshake(None),
            limit: HANDSHAKE_LIMIT,
            writer: None,
            watch: None,
        }
    }

    /// Sets how long the handshake may take, counted from the first [`tick`](Runtime::tick): ten
    /// seconds where nothing is said.
    #[must_use]
    pub const fn handshake_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Calls a function with `Ok` when the handshake is over, and with the error when the session
    /// fails, then or later.
    ///
    /// It is called while the machine is in use, so that it must neither block nor use the machine.
    /// It is dropped without a call when the transport fails or the machine ends before.
    #[must_use]
    pub fn watch(mut self, watch: impl FnMut(Result<(), &TlsError>) + Send + 'static) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// The machine inside.
    #[must_use]
    pub const fn inner(&self) -> &M {
        &self.machine
    }

    /// The machine inside.
    pub const fn inner_mut(&mut self) -> &mut M {
        &mut self.machine
    }

    /// The session, which knows its version, its cipher suite and the name that a client asked for.
    #[must_use]
    pub const fn session(&self) -> &Connection {
        &self.session
    }

    /// The protocol that both ends agreed on, once they did.
    #[must_use]
    pub fn alpn(&self) -> Option<&[u8]> {
        self.session.alpn_protocol()
    }

    /// The peer's certificates, its own first, once they are here.
    #[must_use]
    pub fn peer_certificates(&self) -> Option<&[CertificateDer<'static>]> {
        self.session.peer_certificates()
    }

    /// Looks whether the handshake is over.
    pub(crate) fn progress(&mut self) {
        if !matches!(self.stage, Stage::Handshake(_)) || self.session.is_handshaking() {
            return;
        }
        // RFC 9113 §3.2: both ends must agree on h2 by ALPN.
        if let Err(error) = agreed(&self.session) {
            refusal::answer(&mut self.session);
            self.outbound.send_close_notify(&mut self.session);
            return self.fail(error);
        }
        self.stage = Stage::Open;
        if let Some(watch) = &mut self.watch {
            watch(Ok(()));
        }
        self.inbound.take_early(&mut self.session);
        self.inbound.take(&mut self.session, &mut self.machine);
    }

    /// Decrypts, and passes on what the machine takes; returns how much was consumed.
    pub(crate) fn decrypt(&mut self, input: &[u8]) -> usize {
        let mut rest = input;
        loop {
            self.progress();
            self.inbound.offer(&mut self.machine);
            if self.stage == Stage::Failed || self.inbound.is_ended() {
                return input.len();
            }
            let is_paused = self.machine.next_read_operation() == ReadOperation::Yield;
            if rest.is_empty() || is_paused {
                return input.len() - rest.len();
            }
            let fed = self.inbound.feed(&mut self.session, &mut rest);
            self.progress();
            // What was decrypted before something went wrong is as good as ever.
            if self.stage == Stage::Open {
                self.inbound.take(&mut self.session, &mut self.machine);
            }
            match fed {
                Ok(()) if rest.is_empty() => Inbound::release(&mut self.session),
                Ok(()) => {}
                Err(error) => self.fail(error.into()),
            }
        }
    }

    /// Gives the session up. Its alert, if there is one, is still written.
    pub(crate) fn fail(&mut self, error: TlsError) {
        if self.stage == Stage::Failed {
            return;
        }
        self.outbound.collect(&mut self.session);
        self.stage = Stage::Failed;
        if let Some(mut watch) = self.watch.take() {
            watch(Err(&error));
        }
        self.machine.report_exn(Box::new(error));
    }

    /// Encrypts what there is to say; `None` if there was something.
    pub(crate) fn encrypt(&mut self) -> Option<WriteOperation<'static>> {
        self.progress();
        self.outbound.collect(&mut self.session);
        if !self.outbound.is_empty() {
            return None;
        }
        match self.stage {
            _ if self.outbound.is_shut() => Some(WriteOperation::Close(0)),
            Stage::Failed => Some(WriteOperation::Close(0)),
            // It was ended before it could say a word.
            Stage::Handshake(_) if self.machine.next_read_operation() == ReadOperation::Close => {
                self.give_up();
                self.machine.report_write_result(WriteResult::Closed);
                Some(WriteOperation::Close(0))
            }
            Stage::Handshake(_) => Some(WriteOperation::Yield),
            Stage::Open => self.outbound.encrypt(&mut self.session, &mut self.machine),
        }
    }

    /// Ends the session without a word, and without the watcher's.
    pub(crate) fn give_up(&mut self) {
        self.stage = Stage::Failed;
        self.watch = None;
        self.outbound.shut();
    }

    /// Wakes the writing half, if the session has something to say that the machine does not know
    /// of, or if we got further than `before`.
    pub(crate) fn wake_writer(&mut self, before: Stage) {
        let is_due = self.session.wants_write() || self.stage != before;
        if let Some(waker) = self.writer.take_if(|_| is_due) {
            waker.wake();
        }
    }
}

impl<M> fmt::Debug for Tls<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
