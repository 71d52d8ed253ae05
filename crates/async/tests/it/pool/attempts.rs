//! Addresses of several families, tried a little after one another (RFC 8305).

use alloc::sync::Arc;
use core::net::SocketAddr;
use std::io;
use std::sync::Mutex;

use tokio::time::{Instant, sleep};
use tress_async::policy::{Failure, Key};
use tress_async::{
    Address, Config, Connecting, ConnectionInfo, Connector, Pool, PoolBuilder, PoolIo, policy,
};

use super::world::{Memory, get};
use super::{Duration, ok, stats};

/// What comes of an attempt, after so many milliseconds.
#[derive(Clone, Copy)]
enum Course {
    Opens(u64),
    Fails(u64),
    Hangs,
}

/// An attempt: which address, by its place, and when; and the same of those that were dropped.
type Attempts = Arc<Mutex<Vec<(usize, u128)>>>;

/// A name with addresses of which each takes its course.
#[derive(Clone)]
struct Network {
    addresses: Vec<(SocketAddr, Course)>,
    server: Memory,
    begun: Instant,
    attempts: Attempts,
    dropped: Attempts,
}

/// Notes that an attempt was dropped before its end.
struct Attempt(usize, Instant, Option<Attempts>);

impl Drop for Attempt {
    fn drop(&mut self) {
        if let Some(dropped) = &self.2 {
            let at = (self.0, self.1.elapsed().as_millis());
            dropped.lock().unwrap().push(at);
        }
    }
}

impl Network {
    fn new(addresses: &[(&str, Course)]) -> Self {
        let parsed = |(address, course): &(&str, Course)| (address.parse().unwrap(), *course);
        Self {
            addresses: addresses.iter().map(parsed).collect(),
            server: Memory::new(Config::default(), ok),
            begun: Instant::now(),
            attempts: Arc::default(),
            dropped: Arc::default(),
        }
    }

    fn pool(&self) -> PoolBuilder {
        Pool::builder().connector(self.clone()).seed(7)
    }

    fn attempts(&self) -> Vec<(usize, u128)> {
        self.attempts.lock().unwrap().clone()
    }
}

impl Connector for Network {
    fn resolve<'a>(&'a self, _: &'a Key) -> Connecting<'a, Vec<Address>> {
        let all = self.addresses.iter().map(|(at, _)| Address::Tcp(*at));
        Box::pin(core::future::ready(Ok(all.collect())))
    }

    fn connect(&self, address: Address) -> Connecting<'_, Box<dyn PoolIo>> {
        Box::pin(async move {
            let is_it = |(at, _): &(SocketAddr, Course)| Address::Tcp(*at) == address;
            let place = self.addresses.iter().position(is_it).unwrap();
            let at = self.begun.elapsed().as_millis();
            self.attempts.lock().unwrap().push((place, at));
            let dropped = Some(Arc::clone(&self.dropped));
            let mut attempt = Attempt(place, self.begun, dropped);
            let opened = match self.addresses[place].1 {
                Course::Hangs => core::future::pending().await,
                Course::Fails(after) => {
                    sleep(Duration::from_millis(after)).await;
                    Err(io::ErrorKind::ConnectionRefused.into())
                }
                Course::Opens(after) => {
                    sleep(Duration::from_millis(after)).await;
                    self.server.open()
                }
            };
            attempt.2 = None;
            opened
        })
    }
}

#[tokio::test(start_paused = true)]
async fn families_alternate_and_a_quarter_of_a_second_lies_between_attempts() {
    let network = Network::new(&[
        ("[2001:db8::1]:80", Course::Hangs),
        ("[2001:db8::2]:80", Course::Hangs),
        ("192.0.2.1:80", Course::Hangs),
        ("192.0.2.2:80", Course::Opens(20)),
    ]);
    let pool = network.pool().build();
    assert_eq!(pool.fetch(get("/")).await.unwrap().head.status(), 200);
    // 6, 4, 6, 4: the places of the addresses as the resolver has them.
    let attempts = network.attempts();
    assert_eq!(attempts, [(0, 0), (2, 250), (1, 500), (3, 750)]);
    // The first that succeeds calls the others off at once.
    let mut dropped = network.dropped.lock().unwrap().clone();
    dropped.sort_unstable();
    assert_eq!(dropped, [(0, 770), (1, 770), (2, 770)]);
    let stats = stats(&pool);
    assert_eq!(
        (stats.open, stats.connecting, stats.total.overtaken),
        (1, 0, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_fails_brings_the_next_one_at_once() {
    let network = Network::new(&[
        ("[2001:db8::1]:80", Course::Fails(30)),
        ("192.0.2.1:80", Course::Opens(20)),
    ]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&told);
    let hook = move |key: &Key, info: &ConnectionInfo| {
        let peer = info.peer_addr().map(|peer| peer.to_string());
        hears
            .lock()
            .unwrap()
            .push((key.authority().to_owned(), peer));
    };
    let pool = network.pool().on_connect(hook).build();
    assert_eq!(pool.fetch(get("/")).await.unwrap().head.status(), 200);
    assert_eq!(network.attempts(), [(0, 0), (1, 30)]);
    let made = ("memory".to_owned(), Some("192.0.2.1:80".to_owned()));
    assert_eq!(*told.lock().unwrap(), [made]);
}

#[tokio::test(start_paused = true)]
async fn attempts_race_for_the_one_connection_that_is_allowed() {
    let network = Network::new(&[
        ("[2001:db8::1]:80", Course::Opens(260)),
        ("192.0.2.1:80", Course::Opens(100)),
    ]);
    let policy = policy::Config::default().single_connection();
    let pool = network.pool().policy(policy).build();
    assert_eq!(pool.fetch(get("/")).await.unwrap().head.status(), 200);
    assert_eq!(network.attempts(), [(0, 0), (1, 250)]);
    // Both were under way, and one is left.
    assert_eq!(network.server.connections(), 1);
    assert_eq!(*network.dropped.lock().unwrap(), [(1, 260)]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_named_as_the_cause() {
    let network = Network::new(&[("[2001:db8::1]:80", Course::Hangs)]);
    let policy = policy::Config::default().connect_limit(Duration::from_secs(3));
    let pool = network.pool().policy(policy).build();
    let error = pool.fetch(get("/")).await.unwrap_err();
    assert_eq!(error.failure(), Some(Failure::Connect));
    assert!(error.error().unwrap().is_timeout(), "{error:#}");
    assert!(error.is_retryable());
    let took = network.begun.elapsed().as_millis();
    assert!((3000..5000).contains(&took), "{took} ms");
}

/// A name that nobody knows.
struct Nowhere;

impl Connector for Nowhere {
    fn resolve<'a>(&'a self, _: &'a Key) -> Connecting<'a, Vec<Address>> {
        Box::pin(core::future::ready(Err(io::ErrorKind::NotFound.into())))
    }

    fn connect(&self, _: Address) -> Connecting<'_, Box<dyn PoolIo>> {
        Box::pin(core::future::ready(Err(io::ErrorKind::NotFound.into())))
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_cannot_be_resolved_is_named_as_the_cause() {
    let pool = Pool::builder().connector(Nowhere).build();
    let error = pool.fetch(get("/")).await.unwrap_err();
    assert_eq!(error.failure(), Some(Failure::Resolve));
    assert!(error.error().unwrap().is_lookup(), "{error:#}");
}
