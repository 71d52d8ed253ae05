//! The laws of a session that is driven over a transport, as functions of any octets, so that a fuzzer can
//! call them.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::io::{self, ErrorKind, IoSlice};

use testkit::{Rng, Side, Wire, conversation, data as content, headers, settings, settings_ack};
use tress_session::proto::runtime::{ReadOperation, Staged};
use tress_session::proto::{Client, Connection, Part, Role, Server};
use tress_session::transport::{ReadHalf, Reader, WriteHalf, Writer};
use tress_session::{Bytes, Config, Options, RecvHalf, Request, Session, StreamError};

#[cfg(test)]
#[path = "laws/tests.rs"]
mod tests;

/// The most octets that a write takes which takes all.
const ALL: usize = usize::MAX;

/// No octets make a session panic, and neither the pieces in which a transport gives and takes them matter,
/// nor when it makes a driver wait: those who use the session get the same.
pub(crate) fn pieces_do_not_matter(data: &[u8]) {
    let (mut rng, rest) = seed(data);
    for side in [Side::Client, Side::Server] {
        let mut wire = conversation(&mut rng, side).concat();
        wire.extend_from_slice(rest);
        let hear = |rough: Option<Rng>| match side {
            Side::Client => served(&wire, rough),
            Side::Server => asked(&wire, rough),
        };
        let whole = hear(None);
        assert_eq!(hear(Some(Rng::new(rng.number()))), whole);
    }
}

/// An answer that came is there, and whole, however much of the request left before a write failed.
pub(crate) fn failed_writes_lose_no_answer(data: &[u8]) {
    let (mut rng, _) = seed(data);
    let session = session::<Client>();
    let count = 1 + rng.range(0..4);
    let mut streams: Vec<_> = (0..count)
        .map(|_| {
            let upload = vec![7; rng.range(0..100_000)];
            let opened = session.request(Request::post("http", "a", "/"), Some(upload.into()));
            opened.expect("it is well formed").recv
        })
        .collect();
    let mut wire = (settings(), settings_ack()).octets();
    let answers: Vec<Vec<u8>> = (0..count).map(|_| rng.bytes(1000)).collect();
    for (id, answer) in (1..).step_by(2).zip(&answers) {
        wire.extend((headers(id).status(413), content(id, answer).end()).octets());
    }
    let mut transport = Rough::new(&wire, Some(Rng::new(rng.number())));
    transport.fails_after = rng.range(0..100_000);
    drive(&session, &mut transport);
    for (recv, answer) in streams.iter_mut().zip(answers) {
        let heard = taken(recv);
        let (head, rest) = heard.split_first().expect("there is an answer");
        assert!(head.contains("413"), "{heard:?}");
        assert_eq!(
            rest,
            [format!("{:?}", Bytes::from(answer)), "end".to_owned()]
        );
    }
}

/// A generator of the first octets, and the others.
fn seed(data: &[u8]) -> (Rng, &[u8]) {
    let (seed, rest) = data.split_at_checked(8).unwrap_or((data, &[]));
    let fold = |seed, octet: &u8| seed << 8 | u64::from(*octet);
    (Rng::new(seed.iter().fold(0, fold)), rest)
}

fn session<R: Role>() -> Session<R>
where
    Connection<R>: Send,
{
    let machine = Connection::<R>::new(Config::default());
    Session::new(Box::new(machine), Options::default())
}

/// What a server gets of what a client says.
fn served(wire: &[u8], rough: Option<Rng>) -> Vec<String> {
    let session = session::<Server>();
    drive(&session, &mut Rough::new(wire, rough));
    let mut cx = Context::from_waker(Waker::noop());
    let mut heard = Vec::new();
    while let Poll::Ready(Some(Ok(mut accepted))) = session.poll_accept(&mut cx) {
        // One that ends badly before anybody could take it is never heard of, which depends on the pieces.
        let result = accepted.recv.handle().look(|stream| stream.result());
        let failed = result.ok().flatten().flatten().and_then(Result::err);
        if failed.is_none_or(|error| error == StreamError::ConnectionLost) {
            heard.push(format!("{:?} {:?}", accepted.id(), accepted.request));
            heard.extend(taken(&mut accepted.recv));
        }
    }
    heard.push(format!("{:?}", session.outcome()));
    heard
}

/// What a client gets of what a server says, which has asked it four times.
fn asked(wire: &[u8], rough: Option<Rng>) -> Vec<String> {
    let session = session::<Client>();
    let request = || Request::get("http", "a", "/");
    let mut streams: Vec<_> = (0..4)
        .map(|_| session.request(request(), Some(Bytes::new())))
        .map(|opened| opened.expect("it is well formed").recv)
        .collect();
    drive(&session, &mut Rough::new(wire, rough));
    let mut heard: Vec<String> = streams.iter_mut().flat_map(taken).collect();
    heard.push(format!("{:?}", session.outcome()));
    heard
}

/// All that can be taken of a stream, with adjacent pieces of content as one.
fn taken<R: Role>(recv: &mut RecvHalf<R>) -> Vec<String> {
    let mut cx = Context::from_waker(Waker::noop());
    let (mut heard, mut pieces) = (Vec::new(), Vec::new());
    loop {
        let said = match recv.poll_part(&mut cx) {
            Poll::Ready(Ok(Part::Data(data))) => {
                pieces.extend_from_slice(&data);
                continue;
            }
            Poll::Ready(Ok(Part::End)) => "end".to_owned(),
            Poll::Ready(Ok(part)) => format!("{part:?}"),
            Poll::Ready(Err(error)) => format!("{error:?}"),
            Poll::Pending => "nothing more".to_owned(),
        };
        if !pieces.is_empty() {
            heard.push(format!("{:?}", Bytes::from(core::mem::take(&mut pieces))));
        }
        let is_part = said.starts_with("Informational") || said.starts_with("Trailers");
        let is_last = !is_part && !said.starts_with("Head");
        heard.push(said);
        if is_last {
            return heard;
        }
    }
}

/// Drives a session until both directions are closed, or it reads no more for now and says nothing.
fn drive<R: Role>(session: &Session<R>, transport: &mut Rough<'_>) {
    let (mut reader, mut writer) = (Reader::new(), Writer::new());
    let mut cx = Context::from_waker(Waker::noop());
    // Each round takes or gives something, but for those in which the transport makes us wait.
    for _ in 0..16 * transport.input.len() + 400_000 {
        let shares = transport.is_write_vectored();
        let turn = session.turn(|locked| {
            writer.settle(locked.machine());
            let offered = reader.offer(locked.machine());
            let staged = writer.stage(locked.machine(), shares);
            (offered, staged, reader.next(locked.machine()))
        });
        let ((offered, staged, next), _) = turn.expect("nobody is in a turn");
        if staged == Staged::Octets {
            if let Poll::Ready(Err(error)) = writer.poll_drain(&mut cx, Pin::new(&mut *transport)) {
                let failed = session.turn(|locked| writer.fail(locked.machine(), error));
                failed.expect("nobody is in a turn");
            }
        }
        match next {
            ReadOperation::Read if offered == ReadOperation::Read => {
                let _ = reader.poll_fill(&mut cx, Pin::new(&mut *transport));
            }
            ReadOperation::Close if staged == Staged::Closed => return,
            ReadOperation::Yield if staged == Staged::Nothing => return,
            _ => {}
        }
    }
    panic!("it comes to an end");
}

/// A transport that gives and takes what it likes, and now and then makes its driver wait.
struct Rough<'a> {
    input: &'a [u8],
    /// It gives all at once where there is none.
    rng: Option<Rng>,
    /// Writes fail once they took so many octets.
    fails_after: usize,
    /// What it keeps of what it gives: an octet now and then, where it breaks the law.
    loses: bool,
}

impl<'a> Rough<'a> {
    const fn new(input: &'a [u8], rng: Option<Rng>) -> Self {
        Self {
            input,
            rng,
            fails_after: ALL,
            loses: false,
        }
    }

    /// How many octets of so many it moves now; `None` makes the driver wait.
    fn moves(&mut self, most: usize) -> Option<usize> {
        let Some(rng) = &mut self.rng else {
            return Some(most);
        };
        let bits = rng.range(0..12);
        let count = 1 + rng.range(0..1 << bits);
        (rng.range(0..4) != 0).then_some(count.min(most))
    }
}

impl ReadHalf for Rough<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let most = into.len().min(self.input.len());
        let Some(count) = self.moves(most) else {
            return Poll::Pending;
        };
        let (given, rest) = self.input.split_at(count);
        self.input = rest;
        let lost = usize::from(self.loses && count > 100);
        let given = given.split_at(count - lost).0;
        for (to, from) in into.iter_mut().zip(given) {
            *to = *from;
        }
        Poll::Ready(Ok(given.len()))
    }
}

impl WriteHalf for Rough<'_> {
    fn is_write_vectored(&self) -> bool {
        self.fails_after % 2 == 0
    }

    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let most: usize = from.iter().map(|slice| slice.len()).sum();
        if self.fails_after == 0 {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let most = most.min(self.fails_after);
        let Some(count) = self.moves(most) else {
            return Poll::Pending;
        };
        if self.fails_after != ALL {
            self.fails_after -= count;
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
