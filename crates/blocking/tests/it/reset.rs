//! What becomes of a handler when its stream is reset (RFC 9113 §6.4, RFC 9113 §10.5).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use testkit::{
    PREFACE, Reader, Seen, Wire, code, headers, kind, rst_stream, settings, settings_ack,
};
use tress_blocking::{Error, Exchange, Response};

use crate::world::{LIMIT, World, bind, eventually, get, serve, serve_inline, start};

/// A client by hand.
struct Peer {
    stream: TcpStream,
    reader: Reader,
    seen: Vec<Seen>,
}

impl Peer {
    fn new(world: &World) -> Self {
        let stream = TcpStream::connect(world.addr).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut peer = Self {
            stream,
            reader: Reader::new(),
            seen: Vec::new(),
        };
        peer.say((PREFACE, settings(), settings_ack()));
        peer
    }

    fn say(&mut self, wire: impl Wire) {
        self.stream.write_all(&wire.octets()).unwrap();
    }

    /// Reads on to the first frame of this kind on this stream.
    fn read_to(&mut self, kind: u8, stream: u32) -> Seen {
        loop {
            let is_it = |frame: &Seen| frame.kind == kind && frame.stream == stream;
            if let Some(index) = self.seen.iter().position(is_it) {
                return self.seen.remove(index);
            }
            let mut into = [0; 4096];
            let count = self.stream.read(&mut into).unwrap();
            assert!(count > 0, "the end came before a frame of kind {kind:#x}");
            self.seen.extend(self.reader.read(&into[..count]));
        }
    }
}

#[test]
fn a_handler_learns_that_its_stream_was_reset_whatever_it_does() {
    let (tell, told) = channel();
    let tell = Mutex::new(tell);
    let world = serve(move |exchange| {
        tell.lock().unwrap().send(exchange).unwrap();
        Ok(())
    });
    let mut peer = Peer::new(&world);
    peer.say([1, 3].map(|id| headers(id).post("/")).to_vec());
    let (one, three): (Exchange, Exchange) = (told.recv().unwrap(), told.recv().unwrap());
    assert!(!one.is_canceled() && !three.is_canceled());
    let Exchange {
        mut body,
        responder,
        ..
    } = three;
    // One that waits.
    let waiting = std::thread::spawn(move || (body.data().unwrap_err(), body));
    peer.say([1, 3].map(|id| rst_stream(id, code::CANCEL)).to_vec());
    let (error, body) = waiting.join().unwrap();
    assert!(error.is_canceled());
    assert!(responder.is_canceled() && body.is_canceled());
    // One that works.
    eventually("the reset is known", || one.is_canceled());
    assert!(one.body.is_canceled());
    assert!(one.reply(Response::new(200), "").unwrap_err().is_canceled());
    drop(peer);
    drop((body, responder));
    world.stop();
}

/// A handler that stays until it is told to go.
fn held(
    begun: Sender<u32>,
) -> (
    impl Fn(Exchange) -> Result<(), Error> + Send + Sync,
    Sender<()>,
) {
    let (go, wait) = channel::<()>();
    let (begun, wait) = (Mutex::new(begun), Mutex::new(wait));
    let handler = move |exchange: Exchange| {
        if exchange.request.path() == Some(b"/slow") {
            begun.lock().unwrap().send(1).unwrap();
            let _ = wait.lock().unwrap().recv();
        }
        exchange.reply(Response::new(200), "ok")
    };
    (handler, go)
}

#[test]
fn one_connection_never_takes_the_last_quarter_of_the_threads_from_others() {
    let (begun, told) = channel();
    let (handler, go) = held(begun);
    let world = start(bind().max_threads(8), |server| server.serve(handler));
    let mut peer = Peer::new(&world);
    peer.say(
        (0..50)
            .map(|index| headers(2 * index + 1).get("/slow").end())
            .collect::<Vec<_>>(),
    );
    for _ in 0..6 {
        told.recv().unwrap();
    }
    for _ in 0..20 {
        let client = world.client();
        let reply = client.fetch(get("/")).unwrap();
        assert_eq!(reply.body.bytes(2).unwrap(), "ok");
        client.close().unwrap();
    }
    assert!(told.try_recv().is_err(), "it has got a seventh thread");
    drop(go);
    for index in 0..50 {
        peer.read_to(kind::HEADERS, 2 * index + 1);
    }
    drop(peer);
    world.stop();
}

#[test]
fn what_other_threads_say_leaves_while_a_handler_keeps_the_connections_own() {
    let (begun, told) = channel();
    let (go, wait) = channel::<()>();
    let (begun, wait) = (Mutex::new(begun), Mutex::new(wait));
    let world = serve_inline(move |exchange| match exchange.request.path() {
        Some(b"/other") => {
            let (go, wait) = channel::<()>();
            begun.lock().unwrap().send(go).unwrap();
            exchange.spawn(move |exchange| {
                let mut body = exchange.respond(Response::new(200))?;
                for _ in 0..3 {
                    wait.recv().unwrap();
                    body.write_all(b"news")?;
                    body.flush()?;
                }
                body.finish()
            })
        }
        _ => {
            let _ = wait.lock().unwrap().recv();
            exchange.reply(Response::new(200), "slow")
        }
    });
    let mut peer = Peer::new(&world);
    peer.say((
        headers(1).get("/other").end(),
        headers(3).get("/slow").end(),
    ));
    let other = told.recv().unwrap();
    for _ in 0..3 {
        other.send(()).unwrap();
        assert_eq!(peer.read_to(kind::DATA, 1).content(), b"news");
    }
    drop(go);
    assert_eq!(peer.read_to(kind::DATA, 3).content(), b"slow");
    drop(peer);
    world.stop();
}

#[test]
fn alternating_requests_and_resets_cost_no_more_threads_than_a_connection_may_have() {
    let (begun, told) = channel();
    let (handler, go) = held(begun);
    let world = start(bind().max_threads(16), |server| server.serve(handler));
    let mut peer = Peer::new(&world);
    // The first eleven slow ones, of which each keeps a thread, and then cheap ones as well.
    for round in 0..60 {
        let (cheap, slow) = (4 * round + 1, 4 * round + 3);
        peer.say((
            headers(cheap).get("/").end(),
            headers(slow).get("/slow").end(),
        ));
        if round < 11 {
            peer.read_to(kind::HEADERS, cheap);
            told.recv().unwrap();
        }
        peer.say(rst_stream(slow, code::CANCEL));
        let client = world.client();
        assert_eq!(client.fetch(get("/")).unwrap().head.status(), 200);
        client.close().unwrap();
    }
    // Three quarters at most.
    assert!(told.try_iter().count() <= 1);
    drop(go);
    drop(peer);
    world.stop();
}
