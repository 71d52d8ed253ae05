//! Handlers: where they run, and what their failure costs.

use alloc::sync::Arc;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::sync::{Condvar, Mutex};
use std::thread;

use tress_blocking::{Error, ErrorCode, Exchange, Response};

use crate::world::{LIMIT, get, post, serve, serve_inline};

fn fails(exchange: Exchange) -> Result<(), Error> {
    match exchange.request.path() {
        Some(b"/panic") => panic!("this handler panics, as it should"),
        Some(b"/drop") => Ok(()),
        Some(b"/half") => {
            let Exchange {
                mut body,
                responder,
                ..
            } = exchange;
            let mut answer = responder.respond(Response::new(200))?;
            answer.write_all(b"half")?;
            answer.flush()?;
            body.data()?;
            panic!("this handler panics in the middle, as it should")
        }
        Some(b"/reset") => {
            exchange.responder.reset(ErrorCode::ENHANCE_YOUR_CALM);
            Ok(())
        }
        _ => exchange.reply(Response::new(200), "fine"),
    }
}

#[test]
fn a_handler_that_fails_costs_its_stream_only() {
    for world in [serve(fails), serve_inline(fails)] {
        let client = world.client();
        for path in ["/panic", "/drop"] {
            let error = client.fetch(get(path)).unwrap_err();
            assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR), "{path}");
        }
        let error = client.fetch(get("/reset")).unwrap_err();
        assert_eq!(error.reason(), Some(ErrorCode::ENHANCE_YOUR_CALM));
        assert_eq!(
            client.fetch(get("/")).unwrap().body.bytes(10).unwrap(),
            "fine"
        );
        client.close().unwrap();
        world.stop();
    }
}

#[test]
fn a_handler_that_panics_in_the_middle_ends_what_it_began() {
    let world = serve(fails);
    let client = world.client();
    let (mut body, pending) = client.send(post("/half")).unwrap();
    body.flush().unwrap();
    let mut reply = pending.wait().unwrap();
    assert_eq!(reply.body.data().unwrap().unwrap(), "half");
    body.write_all(b"go on").unwrap();
    body.flush().unwrap();
    let error: Error = reply.body.read(&mut [0]).unwrap_err().into();
    assert_eq!(error.reason(), Some(ErrorCode::INTERNAL_ERROR));
    drop(body);
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_inline_handler_runs_on_the_connections_thread() {
    let world = serve_inline(|exchange| {
        let name = thread::current().name().unwrap_or_default().to_owned();
        exchange.reply(Response::new(200), name)
    });
    let client = world.client();
    let reply = client.fetch(get("/")).unwrap();
    assert_eq!(reply.body.bytes(100).unwrap(), "tress-server");
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_inline_handler_that_would_block_is_told_so() {
    let world = serve_inline(|mut exchange| {
        let error = exchange.body.data().unwrap_err();
        exchange.reply(Response::new(200), error.to_string())
    });
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    body.flush().unwrap();
    let text = pending.wait().unwrap().body.bytes(1000).unwrap();
    assert!(text.starts_with(b"this would block the connection's own thread"));
    drop(body);
    client.close().unwrap();
    world.stop();
}

#[test]
fn an_inline_handler_may_go_on_elsewhere() {
    let world = serve_inline(|exchange| {
        exchange.spawn(|exchange| {
            let content = exchange.body.bytes(100)?;
            exchange.responder.reply(Response::new(200), content)
        })
    });
    let client = world.client();
    let (mut body, pending) = client.send(post("/")).unwrap();
    body.write_all(b"later").unwrap();
    body.flush().unwrap();
    body.finish().unwrap();
    assert_eq!(pending.wait().unwrap().body.bytes(100).unwrap(), "later");
    client.close().unwrap();
    world.stop();
}

#[test]
fn exchanges_wait_when_all_threads_are_taken() {
    let server = crate::world::bind().max_threads(2);
    let world = crate::world::start(server, |server| {
        server.serve(|exchange| {
            thread::sleep(core::time::Duration::from_millis(5));
            exchange.reply(Response::new(200), "")
        })
    });
    let client = world.client();
    let pending: Vec<_> = (0..20)
        .map(|_| client.send_whole(get("/"), "").unwrap())
        .collect();
    for pending in pending {
        assert_eq!(pending.wait().unwrap().head.status(), 200);
    }
    client.close().unwrap();
    world.stop();
}

/// Each wave asks for one thread more than there are: those that wait are woken, and the one that lacks
/// is started, however often threads have waited and worked before.
#[test]
fn exchanges_that_wait_for_each_other_each_have_a_thread() {
    const MOST: usize = 8;
    let server = crate::world::bind().max_threads(2 * MOST);
    let rendezvous = Arc::new(Rendezvous::default());
    let met = Arc::clone(&rendezvous);
    let world = crate::world::start(server, move |server| {
        server.serve(move |exchange| {
            let wave = exchange.request.path().unwrap_or_default();
            let count = wave.iter().filter(|&&octet| octet == b'x').count();
            let is_met = met.wait_for(count, wave);
            exchange.reply(Response::new(if is_met { 200 } else { 503 }), "")
        })
    });
    let client = world.client();
    for (wave, count) in (1..=MOST).chain([MOST, 1, MOST]).enumerate() {
        let path = format!("/{wave}/{}", "x".repeat(count));
        let pending: Vec<_> = (0..count)
            .map(|_| client.send_whole(get(&path), "").unwrap())
            .collect();
        for pending in pending {
            let status = pending.wait().unwrap().head.status();
            assert_eq!(status, 200, "{count} at once");
        }
    }
    client.close().unwrap();
    world.stop();
}

/// Where handlers wait for each other.
#[derive(Default)]
struct Rendezvous {
    /// How many came to each wave, by the path that it asks for.
    there: Mutex<HashMap<Vec<u8>, usize>>,
    changed: Condvar,
}

impl Rendezvous {
    /// Waits until so many are there; says whether they came in time.
    fn wait_for(&self, count: usize, wave: &[u8]) -> bool {
        let mut there = self.there.lock().unwrap();
        *there.entry(wave.to_vec()).or_default() += 1;
        self.changed.notify_all();
        let is_missing = |there: &mut HashMap<Vec<u8>, usize>| there[wave] < count;
        let waited = self
            .changed
            .wait_timeout_while(there, LIMIT / 4, is_missing);
        !waited.unwrap().1.timed_out()
    }
}
