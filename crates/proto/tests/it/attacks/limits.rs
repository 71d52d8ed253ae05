//! Which limits an endpoint takes, and who hears of a trip.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::Mutex;

use testkit::{Peer, Wire, code, headers, kind, ping, rst_stream, settings_ack};
use tress_proto::{
    Config, Connection, ConnectionError, Event, Limit, Limits, Observe, Record, Server, Violation,
};

use super::rig::read_all;
use crate::support::{Ends, both};

/// The value of SETTINGS_MAX_HEADER_LIST_SIZE that an endpoint announces.
fn announced<R: Ends>(config: Config) -> u32 {
    let mut peer = Peer::new(Connection::<R>::new(config));
    peer.run();
    let sent = peer.sent();
    let settings = sent
        .iter()
        .find(|seen| seen.kind == kind::SETTINGS)
        .unwrap();
    let setting = settings.settings().into_iter().find(|(id, _)| *id == 6);
    setting.unwrap().1
}

#[test]
fn each_role_has_limits_of_its_own_unless_the_application_chose() {
    use tress_proto::Client;
    assert_eq!(announced::<Server>(Config::default()), 32 * 1024);
    assert_eq!(announced::<Client>(Config::default()), 64 * 1024);
    both!(R => {
        let chosen = |limits| announced::<R>(Config::default().limits(limits).unwrap());
        assert_eq!(chosen(Limits::server()), 32 * 1024);
        assert_eq!(chosen(Limits::client()), 64 * 1024);
        assert_eq!(chosen(Limits::server().strict()), 16 * 1024);
        assert_eq!(chosen(Limits::server().gateway()), 128 * 1024);
    });
}

#[test]
fn the_settings_of_an_upgrade_are_those_of_a_client() {
    let settings = Config::default().http2_settings();
    let lists: Vec<&[u8]> = settings
        .chunks(6)
        .filter(|pair| pair[..2] == [0, 6])
        .collect();
    assert_eq!(lists, [[0, 6, 0, 1, 0, 0]]);
}

/// Keeps the limits that it is shown.
#[derive(Clone, Default)]
struct Trips(Arc<Mutex<Vec<(Limit, u64)>>>);

impl Observe for Trips {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Limit { limit, allowed, .. } = record {
            self.0.lock().unwrap().push((limit, allowed));
        }
    }
}

/// What the observer saw, and why the connection is over.
fn trip(wire: impl Wire, seconds: u64) -> (Vec<(Limit, u64)>, Option<Limit>) {
    let mut machine = Connection::<Server>::new(Config::default());
    let trips = Trips::default();
    machine.observe(Box::new(trips.clone()));
    read_all(
        &mut machine,
        &(Server::hello(), settings_ack(), wire).octets(),
    );
    let mut peer = Peer::new(machine);
    peer.tick(Duration::ZERO);
    peer.tick(Duration::from_secs(seconds));
    let events = core::iter::from_fn(|| peer.machine.poll_event());
    let limit = match events.last() {
        Some(Event::Closed(Err(ConnectionError::Violation(Violation::Limit(limit))))) => {
            Some(limit)
        }
        _ => None,
    };
    let trips = trips.0.lock().unwrap().clone();
    (trips, limit)
}

#[test]
fn a_trip_names_the_limit_and_how_much_is_allowed_and_is_shown_once() {
    let only = |limit, allowed| (vec![(limit, allowed)], Some(limit));
    let pongs = ping(*b"12345678").ack().octets().repeat(1001);
    assert_eq!(trip(pongs, 0), only(Limit::SuspiciousFrames, 1000));
    let slow = headers(1).get("/").no_end_headers();
    assert_eq!(trip(slow, 60), only(Limit::SlowFieldBlock, 60_000));
    let resets: Vec<u8> = (0..10_001)
        .flat_map(|n| {
            let id = 2 * n + 1;
            (headers(id).get("/"), rst_stream(id, code::CANCEL)).octets()
        })
        .collect();
    assert_eq!(trip(resets, 0), only(Limit::ResetsReceived, 10_000));
}

#[test]
fn a_budget_that_no_single_frame_goes_over_is_shown_too() {
    let malformed: Vec<u8> = (0..201)
        .flat_map(|n| headers(2 * n + 1).get("/").field("A", "").octets())
        .collect();
    let (trips, limit) = trip(malformed, 0);
    assert_eq!(trips, [(Limit::ResetsSent, 200)]);
    assert_eq!(limit, Some(Limit::ResetsSent));
}
