//! What is asked of a session from inside a turn: by an observer, by what is dropped with content, by a
//! waker that is dropped. It is done at the end of the turn, or answered with an error.

use alloc::sync::Arc;
use alloc::task::Wake;
use core::task::{Context, Poll, Waker};
use std::sync::{Mutex, OnceLock};

use testkit::Task;
use tress_session::proto::{Client, Connection, Observe, Record};
use tress_session::{Bytes, Error, ErrorCode, Octets, Opened, Options, Session};

use crate::support::{Pair, get, ready, session, take};

type Own = Arc<OnceLock<Session<Client>>>;

/// What an observer heard when it asked.
#[derive(Debug, Default)]
struct Heard {
    errors: Vec<Error>,
    octets: Option<Octets>,
    is_closed: Option<bool>,
}

/// Asks its own connection whenever something happens.
struct Asks {
    own: Own,
    heard: Arc<Mutex<Heard>>,
    held: Arc<Mutex<Option<Opened>>>,
}

impl Observe for Asks {
    fn record(&mut self, _: Record<'_>) {
        let Some(session) = self.own.get() else {
            return;
        };
        let mut heard = self.heard.lock().unwrap();
        heard.octets = Some(session.octets());
        heard.is_closed = Some(session.is_closed());
        heard.errors.extend(session.ping().err());
        heard.errors.extend(session.request(get(), None).err());
        heard.errors.extend(session.outcome().err());
        heard.errors.extend(session.available().err());
        heard.errors.push(session.cause());
        if let Poll::Ready(Err(error)) = session.poll_closed(&mut Task::new().cx()) {
            heard.errors.push(error);
        }
        // What has no answer is done at the end.
        drop(self.held.lock().unwrap().take());
    }
}

#[test]
fn an_observer_is_answered_or_hears_why_not_and_what_it_drops_is_dropped_at_the_end() {
    let (own, heard, held) = (Own::default(), Arc::default(), Arc::default());
    let mut connection = Connection::<Client>::new(Default::default());
    connection.observe(Box::new(Asks {
        own: Arc::clone(&own),
        heard: Arc::clone(&heard),
        held: Arc::clone(&held),
    }));
    let client = Session::new(Box::new(connection), Options::default());
    let pair = Pair {
        client: client.clone(),
        server: session(Default::default()),
    };
    pair.run();
    let opened = pair.ask(None);
    let accepted = pair.accept();
    *held.lock().unwrap() = Some(opened);
    own.set(client.clone()).unwrap();
    accepted
        .send
        .respond(tress_session::Response::new(200))
        .unwrap();
    pair.run();
    let heard = heard.lock().unwrap();
    assert!(heard.octets.unwrap().received > 0);
    assert_eq!(heard.is_closed, Some(false));
    assert!(
        heard.errors.len() >= 6 && heard.errors.iter().all(Error::is_reentrant),
        "{heard:?}"
    );
    let code = ready(accepted.send.handle().poll_reset(&mut Task::new().cx())).unwrap();
    assert_eq!(code, ErrorCode::CANCEL, "what it dropped was canceled");
}

/// Content whose end does something.
struct Ends(Option<Box<dyn FnOnce() + Send + Sync>>);

impl AsRef<[u8]> for Ends {
    fn as_ref(&self) -> &[u8] {
        &[7; 20_000]
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

#[test]
fn what_is_dropped_with_content_may_ask_too() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let heard = Arc::new(Mutex::new(None));
    let (client, kept) = (pair.client.clone(), Arc::clone(&heard));
    let other = pair.ask(None);
    let ends = Ends(Some(Box::new(move || {
        *kept.lock().unwrap() = Some((client.is_closed(), client.ping().err()));
        drop(other);
    })));
    let send = opened.send.take().unwrap();
    send.send_data(Bytes::from_owner(ends)).unwrap();
    take(&pair.client);
    let heard = heard.lock().unwrap().take().unwrap();
    assert!(!heard.0 && heard.1.unwrap().is_reentrant());
    let said = pair
        .client
        .turn(|locked| locked.machine().connection().queued() > 0);
    said.unwrap();
}

/// Drops a handle when it is dropped itself, as the waker of a task does that holds one.
struct Holds(Mutex<Option<Opened>>);

impl Wake for Holds {
    fn wake(self: Arc<Self>) {
        drop(self.0.lock().unwrap().take());
    }
}

#[test]
fn wakers_are_woken_and_dropped_without_the_lock() {
    let pair = Pair::new();
    let mut first = pair.ask(None);
    let (second, third) = (pair.ask(None), pair.ask(None));
    let waker = Waker::from(Arc::new(Holds(Mutex::new(Some(second)))));
    assert!(
        first
            .recv
            .poll_part(&mut Context::from_waker(&waker))
            .is_pending()
    );
    drop(waker);
    // The one that is replaced is the last of a task which holds another stream.
    let waker = Waker::from(Arc::new(Holds(Mutex::new(Some(third)))));
    assert!(
        first
            .recv
            .poll_part(&mut Context::from_waker(&waker))
            .is_pending()
    );
    drop(waker);
    // And the one that waits is woken, and drops the third.
    first.recv.reset(ErrorCode::CANCEL);
    drop(first.send);
    pair.run();
    let left = pair
        .client
        .turn(|locked| locked.machine().connection().streams().count());
    assert_eq!(left.unwrap().0, 0);
}

#[test]
fn a_waker_that_panics_harms_nobody_else() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("on purpose");
        }
    }
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let waker = Waker::from(Arc::new(Panics));
    assert!(
        opened
            .recv
            .poll_part(&mut Context::from_waker(&waker))
            .is_pending()
    );
    let accepted = pair.accept();
    accepted
        .send
        .respond(tress_session::Response::new(200))
        .unwrap();
    let octets = take(&pair.server);
    let caught = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        crate::support::give(&pair.client, &octets);
    }));
    assert!(caught.is_err());
    ready(opened.recv.poll_part(&mut Task::new().cx())).unwrap();
}
