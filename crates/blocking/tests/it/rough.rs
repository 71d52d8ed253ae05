//! Sockets without manners: short, late, refusing, and peers that vanish.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{self, ErrorKind, IoSlice, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;

use testkit::{PREFACE, Rng, Wire, frames, headers, kind, push_promise, settings, settings_ack};
use testkit::{code, window_update};
use tress_blocking::proto::{Connection, Trailers};
use tress_blocking::{Client, Config, Response, Socket, serve_connection};

use crate::world::{LIMIT, eventually, get, post};

pub(crate) fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (near, listener.accept().unwrap().0)
}

/// Takes and gives little, and now and then says that the time is over, or that it was interrupted.
struct Rough {
    inner: TcpStream,
    rng: Mutex<Rng>,
}

impl Rough {
    fn new(inner: TcpStream, seed: u64) -> Self {
        let rng = Mutex::new(Rng::new(seed));
        Self { inner, rng }
    }

    /// How many of so many octets go, if any.
    fn most(&self, wanted: usize) -> io::Result<usize> {
        let mut rng = self.rng.lock().unwrap();
        match rng.range(0..8) {
            0 => Err(ErrorKind::Interrupted.into()),
            1 => Err(ErrorKind::WouldBlock.into()),
            2 => Err(ErrorKind::TimedOut.into()),
            3 | 4 => Ok(rng.range(1..wanted.min(40) + 1)),
            _ => Ok(rng.range(1..wanted + 1)),
        }
    }
}

impl Socket for Rough {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let most = self.most(into.len())?;
        Socket::read(&self.inner, &mut into[..most])
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        let mut left = self.most(from.iter().map(|slice| slice.len()).sum())?;
        let mut some = Vec::new();
        for slice in from {
            let count = left.min(slice.len());
            some.push(IoSlice::new(&slice[..count]));
            left -= count;
        }
        Socket::write_vectored(&self.inner, &some)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_read_timeout(&self.inner, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_write_timeout(&self.inner, limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        Socket::shutdown(&self.inner, how)
    }
}

#[test]
fn exchanges_end_over_sockets_that_are_short_late_and_interrupted() {
    for seed in 0..6 {
        let (near, far) = sockets();
        let serving = thread::spawn(move || {
            let machine = Connection::new(Config::default());
            serve_connection(machine, Rough::new(far, seed), |exchange| {
                let (mut body, responder) = (exchange.body, exchange.responder);
                let mut sending = responder.respond(Response::new(200))?;
                while let Some(data) = body.data()? {
                    sending.send(data)?;
                }
                sending.finish_with_trailers(Trailers::new().field("sum", "1"))
            })
        });
        let machine = Connection::new(Config::default());
        let client = Client::new(machine, Rough::new(near, seed + 100)).unwrap();
        let client = client.with_timeout(LIMIT);
        let talks: Vec<_> = (0..4)
            .map(|number| {
                let client = client.clone();
                thread::spawn(move || {
                    let content = vec![1; number * 60_000];
                    let mut reply = client.fetch_with(post("/"), content.clone()).unwrap();
                    let mut all = Vec::new();
                    while let Some(data) = reply.body.data().unwrap() {
                        all.extend_from_slice(&data);
                    }
                    assert!(all == content);
                    assert!(reply.body.trailers().is_some());
                    drop(client.fetch_with(post("/"), content).unwrap());
                })
            })
            .collect();
        for talk in talks {
            talk.join().unwrap();
        }
        client.close().unwrap();
        serving.join().unwrap().unwrap();
    }
}

/// Takes nothing: every write says zero.
struct Zero {
    inner: TcpStream,
    writes: Arc<AtomicUsize>,
}

impl Socket for Zero {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        Socket::read(&self.inner, into)
    }

    fn write_vectored(&self, _: &[IoSlice<'_>]) -> io::Result<usize> {
        self.writes.fetch_add(1, Ordering::SeqCst);
        Ok(0)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_read_timeout(&self.inner, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_write_timeout(&self.inner, limit)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        Socket::shutdown(&self.inner, how)
    }
}

#[test]
fn a_write_that_takes_nothing_is_the_end_of_the_output_and_no_busy_loop() {
    let (near, far) = sockets();
    let writes = Arc::<AtomicUsize>::default();
    let socket = Zero {
        inner: near,
        writes: Arc::clone(&writes),
    };
    let client = Client::new(Connection::new(Config::default()), socket).unwrap();
    let client = client.with_timeout(LIMIT);
    let pending = client.send_whole(get("/"), "").unwrap();
    // The other end sees the end, and ends.
    let mut octets = Vec::new();
    io::Read::read_to_end(&mut &far, &mut octets).unwrap();
    assert!(octets.is_empty());
    drop(far);
    let error = pending.wait().unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
    assert_eq!(writes.load(Ordering::SeqCst), 1);
    assert!(client.close().is_err());
}

/// Takes some octets, then none: every further write waits for its time.
struct Full {
    inner: TcpStream,
    left: AtomicUsize,
    limit: Mutex<Duration>,
    is_shut: AtomicBool,
}

impl Socket for Full {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        Socket::read(&self.inner, into)
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        if self.is_shut.load(Ordering::SeqCst) {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let count = from[0].len().min(self.left.load(Ordering::SeqCst));
        self.left.fetch_sub(count, Ordering::SeqCst);
        if count == 0 {
            thread::sleep(*self.limit.lock().unwrap());
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(count)
    }

    fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        Socket::set_read_timeout(&self.inner, limit)
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        *self.limit.lock().unwrap() = limit.unwrap_or(LIMIT);
        Ok(())
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.is_shut.store(how != Shutdown::Read, Ordering::SeqCst);
        Socket::shutdown(&self.inner, how)
    }
}

#[test]
fn a_peer_that_vanishes_while_it_takes_nothing_is_given_up_with_all_it_held() {
    const SOON: Duration = Duration::from_millis(100);
    let (mut near, far) = sockets();
    let held = Arc::new(());
    let count = Arc::clone(&held);
    let (done, is_done) = std::sync::mpsc::channel();
    let serving = thread::spawn(move || {
        let config = Config::default().keep_alive(SOON, SOON);
        let far = Full {
            inner: far,
            left: AtomicUsize::new(100_000),
            limit: Mutex::new(LIMIT),
            is_shut: AtomicBool::new(false),
        };
        let served = serve_connection(Connection::new(config), far, move |exchange| {
            let _held = Arc::clone(&count);
            let mut body = exchange.respond(Response::new(200))?;
            loop {
                body.send(vec![0; 100_000])?;
            }
        });
        done.send(served).unwrap();
    });
    const MOST: u32 = (1 << 31) - 1;
    let windows = (settings().set(4_u16, MOST), settings_ack());
    let more = window_update(0, MOST - 65_535);
    let hello = (PREFACE, windows, more, headers(1).get("/").end());
    near.write_all(&hello.octets()).unwrap();
    let served = is_done.recv_timeout(LIMIT).expect("it never ends");
    let error = served.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    serving.join().unwrap();
    // Its handler is on a thread of its own, and hears of the end at once.
    eventually("the handler ends", || Arc::strong_count(&held) == 1);
    drop(near);
}

#[test]
fn a_stream_that_the_server_pushes_is_refused_and_kept_by_nobody() {
    let (near, mut far) = sockets();
    let config = Config::default().allow_push();
    let client = Client::new(Connection::new(config), near).unwrap();
    let pending = client.with_timeout(LIMIT).send_whole(get("/"), "").unwrap();
    let promise = push_promise(1, 2).get("/style.css");
    let answer = headers(1).status(204).end();
    let wire = (settings(), settings_ack(), promise, answer);
    far.write_all(&wire.octets()).unwrap();
    assert_eq!(pending.wait().unwrap().head.status(), 204);
    drop(client);
    let mut output = Vec::new();
    io::Read::read_to_end(&mut far, &mut output).unwrap();
    let resets: Vec<_> = frames(&output[PREFACE.len()..])
        .into_iter()
        .filter(|frame| frame.kind == kind::RST_STREAM)
        .map(|frame| (frame.stream, frame.code()))
        .collect();
    assert_eq!(resets, [(2, Some(code::CANCEL))]);
}
