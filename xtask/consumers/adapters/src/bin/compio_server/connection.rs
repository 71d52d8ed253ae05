//! One connection over a socket that owns buffers while it reads into them and writes from them.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use compio::BufResult;
use compio::buf::{IntoInner, IoBuf};
use compio::io::{AsyncRead, AsyncWrite};
use compio::net::TcpStream;
use compio::time::sleep_until;
use tress_adapters::{Failure, Handlers};
use tress_session::proto::runtime::{Reader, Staged, Writer};
use tress_session::proto::{Connection as Machine, Server};
use tress_session::{Bytes, Config, Driver, Error, Next, Options, Session, TcpOptions};

/// How many rounds a connection has before other tasks have theirs.
const ROUNDS: usize = 32;

/// Something that the system does.
type Operation<T> = Pin<Box<dyn Future<Output = T>>>;

/// A connection, its socket, what the system does with that, and its handlers.
pub(crate) struct Connection {
    driver: Driver<Server>,
    socket: TcpStream,
    reader: Reader,
    writer: Writer,
    /// Has the reader's buffer.
    reading: Option<Operation<BufResult<usize, Vec<u8>>>>,
    /// Has the writer's pieces, by reference.
    writing: Option<Operation<io::Result<usize>>>,
    sleeping: Option<(Instant, Operation<()>)>,
    handlers: Handlers,
}

impl Connection {
    pub(crate) fn new(socket: TcpStream) -> Result<Self, Failure> {
        socket.set_nodelay(true)?;
        TcpOptions::default().set(&socket)?;
        let machine = Machine::<Server>::new(Config::default());
        let session = Session::new(Box::new(machine), Options::default());
        Ok(Self {
            driver: Driver::new(session)?,
            socket,
            reader: Reader::new(),
            writer: Writer::new(),
            reading: None,
            writing: None,
            sleeping: None,
            handlers: Handlers::default(),
        })
    }

    pub(crate) const fn session(&self) -> &Session<Server> {
        self.driver.session()
    }

    /// Runs to the end of the connection.
    pub(crate) async fn run(mut self) {
        if let Err(error) = poll_fn(|cx| self.poll(cx)).await {
            eprintln!("a connection is given up: {error:#}");
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        for _ in 0..ROUNDS {
            let until = match self.round(cx)? {
                Next::Again => continue,
                Next::Over => return Poll::Ready(Ok(())),
                Next::Read(until) | Next::Wait(until) => until,
            };
            if self.poll_until(cx, until).is_pending() && self.driver.may_rest(cx.waker()) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn round(&mut self, cx: &mut Context<'_>) -> Result<Next, Error> {
        if self.reading.is_some() {
            // Also where the machine does not ask for more: what comes is held.
            let _ = self.poll_read(cx)?;
        }
        self.driver.offer(&mut self.reader, Instant::now())?;
        self.handlers.work(self.driver.session(), cx)?;
        while self.poll_write(cx)?.is_ready() {}
        let next = (self.driver).next(&self.reader, &self.writer, Instant::now())?;
        match next {
            Next::Read(_) if self.poll_read(cx)?.is_ready() => Ok(Next::Again),
            next => Ok(next),
        }
    }

    /// Reads behind what is held, in the reader's own buffer.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<Poll<()>, Error> {
        let (reader, socket) = (&mut self.reader, &self.socket);
        let begin = || Box::pin(read(socket.clone(), reader.lend())) as Operation<_>;
        let Poll::Ready(read) = self.reading.get_or_insert_with(begin).as_mut().poll(cx) else {
            return Ok(Poll::Pending);
        };
        self.reading = None;
        let BufResult(result, buffer) = read;
        self.reader.take_back(buffer);
        match result {
            Ok(0) => self.reader.ended(),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => self.driver.fail_input(&mut self.reader, error)?,
        }
        Ok(Poll::Ready(()))
    }

    /// Writes what the machine wants written, from where it lies; ready when there may be more.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Result<Poll<()>, Error> {
        let writing = match &mut self.writing {
            Some(writing) => writing,
            None => match self.driver.stage(&mut self.writer)? {
                Staged::Nothing => return Ok(Poll::Pending),
                Staged::Closed => {
                    let mut socket = self.socket.clone();
                    let closing = async move { drop(socket.shutdown().await) };
                    compio::runtime::spawn(closing).detach();
                    return Ok(Poll::Pending);
                }
                Staged::Octets => {
                    let pieces = self.writer.pieces().collect();
                    let writing = Box::pin(write(self.socket.clone(), pieces));
                    self.writing.insert(writing)
                }
            },
        };
        let Poll::Ready(result) = writing.as_mut().poll(cx) else {
            return Ok(Poll::Pending);
        };
        self.writing = None;
        match result {
            Ok(0) => {
                let error = io::ErrorKind::WriteZero.into();
                self.driver.fail_output(&mut self.writer, error)?;
            }
            Ok(count) => self.writer.written(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => self.driver.fail_output(&mut self.writer, error)?,
        }
        Ok(Poll::Ready(()))
    }

    /// Is ready once the time has come.
    fn poll_until(&mut self, cx: &mut Context<'_>, until: Option<Instant>) -> Poll<()> {
        let Some(until) = until else {
            self.sleeping = None;
            return Poll::Pending;
        };
        if self.sleeping.as_ref().is_none_or(|(at, _)| *at != until) {
            self.sleeping = Some((until, Box::pin(sleep_until(until))));
        }
        if let Some((_, sleep)) = &mut self.sleeping {
            ready!(sleep.as_mut().poll(cx));
        }
        self.sleeping = None;
        Poll::Ready(())
    }
}

async fn read(mut socket: TcpStream, buffer: Vec<u8>) -> BufResult<usize, Vec<u8>> {
    let held = buffer.len();
    let BufResult(result, buffer) = socket.read(buffer.slice(held..)).await;
    BufResult(result, buffer.into_inner())
}

async fn write(mut socket: TcpStream, pieces: Vec<Bytes>) -> io::Result<usize> {
    let BufResult(result, _pieces) = socket.write_vectored(pieces).await;
    result
}
