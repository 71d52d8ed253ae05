//! An adapter of one's own for mio: one thread, many connections, HTTP/2 in cleartext.
//!
//! `mio_server [ADDRESS]` says where it listens, and stops in good order on SIGTERM and SIGINT.

mod connection;
mod ready;

use std::collections::{BTreeSet, HashMap};
use std::io::ErrorKind;
use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook_mio::v1_0::Signals;
use tress_adapters::{Failure, GRACE, LAST_WORDS, address};

use crate::connection::{Connection, Rest};
use crate::ready::{Call, Ready};

const LISTENER: Token = Token(0);
const SIGNALS: Token = Token(1);
const WOKEN: Token = Token(2);
/// The limit of a shutdown, which no socket has.
const LIMIT: Token = Token(3);
const FIRST: usize = 4;

/// How long to wait where the system has no more file descriptors.
const RETRY: Duration = Duration::from_millis(100);

struct Server {
    poll: Poll,
    /// There is none once the server is to stop.
    listener: Option<TcpListener>,
    signals: Signals,
    connections: HashMap<Token, Connection>,
    next: usize,
    /// Connections that somebody woke.
    ready: Arc<Ready>,
    /// When connections want to go on although nothing happens.
    timers: BTreeSet<(Instant, Token)>,
    /// What is read into: one buffer for all, for only one of them reads.
    buffer: Vec<u8>,
}

fn main() -> Result<(), Failure> {
    let poll = Poll::new()?;
    let mut listener = TcpListener::bind(address().parse()?)?;
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let registry = poll.registry();
    registry.register(&mut listener, LISTENER, Interest::READABLE)?;
    registry.register(&mut signals, SIGNALS, Interest::READABLE)?;
    let ready = Arc::new(Ready::new(mio::Waker::new(registry, WOKEN)?));
    println!("serving on http://{}", listener.local_addr()?);
    let mut server = Server {
        poll,
        listener: Some(listener),
        signals,
        connections: HashMap::new(),
        next: FIRST,
        ready,
        timers: BTreeSet::new(),
        buffer: Vec::new(),
    };
    server.run()
}

impl Server {
    fn run(&mut self) -> Result<(), Failure> {
        let mut events = Events::with_capacity(256);
        while self.listener.is_some() || !self.connections.is_empty() {
            match self.poll.poll(&mut events, self.timeout()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                polled => polled?,
            }
            // What has several reasons to go on goes on once.
            let mut tokens: BTreeSet<Token> = events.iter().map(|event| event.token()).collect();
            tokens.extend(self.ready.take());
            tokens.extend(self.due());
            for token in tokens {
                match token {
                    LISTENER => self.accept(),
                    SIGNALS => self.stop(),
                    LIMIT => self.end()?,
                    WOKEN => {}
                    connection => self.go_on(connection),
                }
            }
        }
        Ok(())
    }

    /// How long to wait for an event.
    fn timeout(&self) -> Option<Duration> {
        let (at, _) = self.timers.first()?;
        Some(at.saturating_duration_since(Instant::now()))
    }

    /// Takes those whose time has come.
    fn due(&mut self) -> Vec<Token> {
        let later = self.timers.split_off(&(Instant::now(), Token(usize::MAX)));
        let due = std::mem::replace(&mut self.timers, later);
        due.into_iter().map(|(_, token)| token).collect()
    }

    /// Takes all connections that wait: mio tells of each readiness once.
    fn accept(&mut self) {
        while let Some(listener) = &self.listener {
            let mut socket = match listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
                Err(error) => {
                    eprintln!("accept: {error}");
                    self.timers.insert((Instant::now() + RETRY, LISTENER));
                    return;
                }
            };
            let token = Token(self.next);
            self.next += 1;
            let both = Interest::READABLE | Interest::WRITABLE;
            let waker = Waker::from(Arc::new(Call::new(token, Arc::clone(&self.ready))));
            let registered = self.poll.registry().register(&mut socket, token, both);
            let begun = registered.map_err(Failure::from);
            match begun.and_then(|()| Connection::new(socket, waker)) {
                Ok(connection) => {
                    self.connections.insert(token, connection);
                    self.go_on(token);
                }
                Err(error) => eprintln!("a connection could not begin: {error}"),
            }
        }
    }

    /// Has a connection go on until it has to wait, or is over.
    fn go_on(&mut self, token: Token) {
        let Some(connection) = self.connections.get_mut(&token) else {
            return;
        };
        if let Some(at) = connection.wakes_at.take() {
            self.timers.remove(&(at, token));
        }
        match connection.run(&mut self.buffer) {
            Rest::Until(at) => {
                connection.wakes_at = at;
                self.timers.extend(at.map(|at| (at, token)));
            }
            // With it the socket is dropped, and closed.
            Rest::Over => drop(self.connections.remove(&token)),
        }
    }

    /// Takes no more connections and no more requests; what runs finishes (RFC 9113 §6.8).
    fn stop(&mut self) {
        if self.signals.pending().count() == 0 || self.listener.take().is_none() {
            return;
        }
        for connection in self.connections.values() {
            connection.session().go_away();
        }
        self.timers.insert((Instant::now() + GRACE, LIMIT));
    }

    /// Ends what has taken too long: what nobody began is refused, what runs is canceled.
    fn end(&mut self) -> Result<(), Failure> {
        self.timers.insert((Instant::now() + LAST_WORDS, LIMIT));
        for connection in self.connections.values_mut() {
            if connection.is_ended {
                return Err("a connection did not end in time".into());
            }
            connection.is_ended = true;
            connection.session().shut_down();
        }
        Ok(())
    }
}
