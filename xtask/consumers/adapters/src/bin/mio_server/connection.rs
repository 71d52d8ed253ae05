//! One connection over a socket that says when it is ready.

use std::io::{ErrorKind, Read, Write};
use std::mem;
use std::net::Shutdown;
use std::task::{Context, Waker};
use std::time::Instant;

use mio::net::TcpStream;
use tress_adapters::{Failure, Handlers};
use tress_session::proto::runtime::{Reader, Staged, Writer};
use tress_session::proto::{Connection as Machine, Server};
use tress_session::{Config, Driver, Error, Next, Options, Session, TcpOptions};

/// How many rounds a connection has before others have theirs.
const ROUNDS: usize = 32;

/// A connection, its socket and its handlers.
pub(crate) struct Connection {
    driver: Driver<Server>,
    socket: TcpStream,
    reader: Reader,
    writer: Writer,
    handlers: Handlers,
    waker: Waker,
    /// When it is to go on although nothing happens.
    pub(crate) wakes_at: Option<Instant>,
    /// Its time to end in good order is over.
    pub(crate) is_ended: bool,
}

/// What a connection waits for.
pub(crate) enum Rest {
    /// That its socket is ready or somebody wakes it; no longer than until then.
    Until(Option<Instant>),
    /// Nothing: it has ended.
    Over,
}

impl Connection {
    /// Takes a socket that is registered; the waker has [`run`](Self::run) called.
    pub(crate) fn new(socket: TcpStream, waker: Waker) -> Result<Self, Failure> {
        socket.set_nodelay(true)?;
        TcpOptions::default().set(&socket)?;
        let machine = Machine::<Server>::new(Config::default());
        let session = Session::new(Box::new(machine), Options::default());
        Ok(Self {
            driver: Driver::new(session)?,
            socket,
            reader: Reader::new(),
            writer: Writer::new(),
            handlers: Handlers::default(),
            waker,
            wakes_at: None,
            is_ended: false,
        })
    }

    pub(crate) const fn session(&self) -> &Session<Server> {
        self.driver.session()
    }

    /// Goes on until the socket is not ready.
    pub(crate) fn run(&mut self, buffer: &mut Vec<u8>) -> Rest {
        for _ in 0..ROUNDS {
            match self.round(buffer) {
                Ok(Next::Again) => {}
                Ok(Next::Read(until) | Next::Wait(until)) => {
                    if self.driver.may_rest(&self.waker) {
                        return Rest::Until(until);
                    }
                }
                Ok(Next::Over) => return over(self.session().outcome()),
                Err(error) => return over(Err(error)),
            }
        }
        self.waker.wake_by_ref();
        Rest::Until(None)
    }

    fn round(&mut self, buffer: &mut Vec<u8>) -> Result<Next, Error> {
        self.driver.offer(&mut self.reader, Instant::now())?;
        let mut cx = Context::from_waker(&self.waker);
        self.handlers.work(self.driver.session(), &mut cx)?;
        self.write()?;
        let next = (self.driver).next(&self.reader, &self.writer, Instant::now())?;
        match next {
            Next::Read(_) if self.read(buffer)? => Ok(Next::Again),
            next => Ok(next),
        }
    }

    /// Writes until there is no more, or the socket takes no more for now. A connection that has nothing
    /// to write holds no memory for it.
    fn write(&mut self) -> Result<(), Error> {
        loop {
            match self.driver.stage(&mut self.writer)? {
                Staged::Nothing => {
                    drop(self.writer.take_memory());
                    return Ok(());
                }
                // One that cannot be closed any more is closed already.
                Staged::Closed => drop(self.socket.shutdown(Shutdown::Write)),
                Staged::Octets => {
                    let socket = &mut self.socket;
                    match self.writer.drain(|from| socket.write_vectored(from)) {
                        Ok(()) => {}
                        Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                        Err(error) => self.driver.fail_output(&mut self.writer, error)?,
                    }
                }
            }
        }
    }

    /// Reads once; says whether anything came of it. The buffer is borrowed for as long as something is
    /// held in it: a connection that waits has none.
    fn read(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Error> {
        if self.reader.capacity() == 0 {
            self.reader.give_memory(mem::take(buffer));
        }
        let socket = &mut self.socket;
        match self.reader.fill(|into| socket.read(into)) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if self.reader.held() == 0 {
                    *buffer = self.reader.take_memory();
                }
                Ok(false)
            }
            Err(error) => {
                self.driver.fail_input(&mut self.reader, error)?;
                Ok(true)
            }
        }
    }
}

/// Reports what ended a connection other than in good order.
fn over(outcome: Result<(), Error>) -> Rest {
    if let Err(error) = outcome {
        eprintln!("{error:#}");
    }
    Rest::Over
}
