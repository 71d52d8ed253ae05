//! Each rule of the policy, by hand.

use core::time::Duration;

use tress_pool::{
    Action, Config, ConfigError, ConnectFailure, ConnectionId, Content, Decision, Failure, GoAway,
    Hold, Origin, Outcome, Request, RequestId, Stall, Waited,
};

const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// An origin whose addresses are known, and nothing else.
fn origin(config: Config, addresses: u8) -> Origin<u8> {
    let mut origin = Origin::new(config, 1);
    origin.resolved((0..addresses).collect());
    origin
}

fn actions(origin: &mut Origin<u8>) -> Vec<Action<u8>> {
    core::iter::from_fn(|| origin.poll())
        .filter(|action| *action != Action::Resolve)
        .collect()
}

/// Says where connections are to be made.
fn connects(origin: &mut Origin<u8>) -> Vec<(ConnectionId, u8)> {
    let connect = |action| match action {
        Action::Connect {
            connection,
            address,
        } => Some((connection, address)),
        _ => None,
    };
    actions(origin).into_iter().filter_map(connect).collect()
}

/// An origin with one connection that has carried a request, 10 ms after its beginning.
fn connected(config: Config, addresses: u8) -> (Origin<u8>, ConnectionId) {
    let mut origin = origin(config, addresses);
    let id = origin.request(Request::new()).unwrap();
    let connection = connects(&mut origin)[0].0;
    origin.tick(millis(10));
    origin.opened(connection);
    assert!(!actions(&mut origin).is_empty());
    let done = origin.finished(id, Outcome::Answered, Content::Again);
    assert_eq!(done, Decision::Done { unprocessed: false });
    (origin, connection)
}

fn sent(request: RequestId, connection: ConnectionId) -> Action<u8> {
    Action::Send {
        request,
        connection,
    }
}

#[test]
fn requests_share_one_connection_up_to_its_streams() {
    let (mut origin, connection) = connected(Config::default(), 1);
    origin.announced(connection, 2);
    let ids: Vec<_> = (0..3)
        .map(|_| origin.request(Request::new()).unwrap())
        .collect();
    let all = actions(&mut origin);
    assert_eq!(all, [sent(ids[0], connection), sent(ids[1], connection)]);
    assert_eq!(origin.stats().hold, Hold::Streams);
    assert_eq!(
        origin.finished(ids[0], Outcome::Answered, Content::Again),
        Decision::Done { unprocessed: false }
    );
    assert_eq!(actions(&mut origin), [sent(ids[2], connection)]);
}

#[test]
fn another_connection_is_made_after_a_wait_as_long_as_connecting_takes() {
    let (mut origin, connection) = connected(Config::default(), 1);
    origin.announced(connection, 1);
    origin.request(Request::new()).unwrap();
    origin.request(Request::new()).unwrap();
    assert_eq!(connects(&mut origin), []);
    let at = origin.tick(millis(10)).unwrap();
    // The mean of what was assumed and what it took.
    assert_eq!(at, millis(10) + (millis(200) * 7 + millis(10)) / 8);
    origin.tick(at);
    assert_eq!(connects(&mut origin).len(), 1);
    origin.tick(at + millis(1000));
    assert_eq!(
        connects(&mut origin),
        [],
        "one attempt an address at a time"
    );
}

#[test]
fn one_connection_stays_one_by_option() {
    let (mut origin, connection) = connected(Config::default().single_connection(), 3);
    origin.announced(connection, 1);
    for _ in 0..10 {
        origin.request(Request::new()).unwrap();
    }
    origin.tick(millis(60_000));
    assert_eq!(connects(&mut origin), []);
}

#[test]
fn what_all_streams_share_sends_requests_to_another_connection() {
    let (mut origin, connection) = connected(Config::default(), 1);
    origin.stalled(connection, Some(Stall::ConnectionWindow));
    origin.tick(millis(1000));
    let id = origin.request(Request::new()).unwrap();
    assert_eq!(actions(&mut origin), []);
    assert_eq!(origin.stats().hold, Hold::Stalled);
    origin.tick(millis(1500));
    let other = connects(&mut origin)[0].0;
    origin.opened(other);
    assert_eq!(actions(&mut origin), [sent(id, other)]);
}

#[test]
fn the_next_address_is_tried_a_quarter_of_a_second_later() {
    let mut origin = origin(Config::default(), 2);
    origin.request(Request::new()).unwrap();
    assert_eq!(connects(&mut origin)[0].1, 0);
    assert_eq!(origin.tick(millis(0)), Some(millis(250)));
    origin.tick(millis(249));
    assert_eq!(connects(&mut origin), []);
    origin.tick(millis(250));
    assert_eq!(connects(&mut origin)[0].1, 1);
}

/// An origin with attempts at two addresses, of which the second began a quarter of a second later, for so many
/// requests.
fn racing(config: Config, requests: usize) -> (Origin<u8>, ConnectionId, ConnectionId) {
    let mut origin = origin(config, 2);
    for _ in 0..requests {
        origin.request(Request::new()).unwrap();
    }
    let (first, _) = connects(&mut origin)[0];
    origin.tick(millis(250));
    let (second, address) = connects(&mut origin)[0];
    assert_eq!(address, 1);
    origin.tick(millis(300));
    (origin, first, second)
}

#[test]
fn the_first_attempt_that_succeeds_calls_the_others_off_where_one_connection_is_allowed_too() {
    for config in [Config::default(), Config::default().single_connection()] {
        let (mut origin, first, second) = racing(config, 1);
        origin.opened(second);
        let all = actions(&mut origin);
        assert_eq!(all[1..], [Action::Close { connection: first }]);
        // What comes of it nobody asks.
        origin.opened(first);
        origin.connect_failed(first, ConnectFailure::Transport);
        assert_eq!(actions(&mut origin), []);
        let stats = origin.stats();
        assert_eq!((stats.open, stats.connecting), (1, 0));
        let total = stats.total;
        assert_eq!((total.overtaken, total.connects_failed), (1, 0));
    }
}

#[test]
fn an_attempt_that_requests_wait_for_is_not_called_off() {
    // A peer that has said nothing yet is taken to allow a hundred.
    let (mut origin, _, second) = racing(Config::default(), 101);
    origin.opened(second);
    assert_eq!(origin.stats().connecting, 1);
    let (mut origin, first, second) = racing(Config::default().single_connection(), 101);
    origin.opened(second);
    assert!(actions(&mut origin).contains(&Action::Close { connection: first }));
}

#[test]
fn an_address_that_was_overtaken_is_tried_after_the_others_until_it_was_connected_to() {
    let (mut origin, _, mut winner) = racing(Config::default().single_connection(), 1);
    for (turn, address) in [(1, 1), (2, 1), (3, 0), (4, 0)] {
        // The one that was open restarts, having served something.
        origin.opened(winner);
        for action in actions(&mut origin) {
            if let Action::Send { request, .. } = action {
                let _ = origin.finished(request, Outcome::Answered, Content::Again);
            }
        }
        origin.going_away(winner, GoAway::Graceful);
        actions(&mut origin);
        origin.tick(millis(1000 * turn));
        origin.request(Request::new()).unwrap();
        let (next, its) = connects(&mut origin)[0];
        assert_eq!(its, address, "turn {turn}");
        winner = next;
        if turn == 2 {
            // Once that one fails it is better than nothing.
            origin.connect_failed(next, ConnectFailure::Transport);
            let (next, its) = connects(&mut origin)[0];
            assert_eq!(its, 0);
            winner = next;
        }
    }
}

#[test]
fn without_patience_whoever_comes_later_still_tries() {
    let config = Config::default().patience(Duration::ZERO);
    let mut origin = origin(config, 1);
    for turn in 0..3 {
        let id = origin.request(Request::new()).unwrap();
        let (connection, _) = connects(&mut origin)[0];
        origin.tick(millis(1000 * turn + 10));
        origin.connect_failed(connection, ConnectFailure::Transport);
        let failure = Failure::Connect;
        let fail = |request| Action::Fail { request, failure };
        assert_eq!(actions(&mut origin), [fail(id)]);
        // While it is known that nothing will be tried nobody waits.
        let next = origin.request(Request::new()).unwrap();
        assert_eq!(actions(&mut origin), [fail(next)]);
        origin.tick(millis(1000 * (turn + 1)));
    }
}

#[test]
fn without_patience_what_is_sent_again_waits_for_a_server_that_restarts() {
    let config = Config::default().patience(Duration::ZERO);
    let mut origin = origin(config, 1);
    let id = origin.request(Request::new()).unwrap();
    let (connection, _) = connects(&mut origin)[0];
    origin.opened(connection);
    actions(&mut origin);
    // It has served nothing, so that the next attempt is some time ahead.
    origin.going_away(connection, GoAway::Graceful);
    let outcome = Outcome::Unprocessed { graceful: true };
    let again = origin.finished(id, outcome, Content::Again);
    assert_eq!(again, Decision::Again);
    assert!(connects(&mut origin).is_empty());
    origin.tick(millis(200));
    let (next, _) = connects(&mut origin)[0];
    origin.opened(next);
    assert_eq!(actions(&mut origin), [sent(id, next)]);
}

#[test]
fn a_refused_connection_is_tried_again_and_reported_after_the_patience() {
    let mut origin = origin(Config::default(), 1);
    let id = origin.request(Request::new()).unwrap();
    let mut attempts = 0;
    let mut now = Duration::ZERO;
    let failed = loop {
        for action in actions(&mut origin) {
            match action {
                Action::Connect { connection, .. } => {
                    attempts += 1;
                    origin.connect_failed(connection, ConnectFailure::Transport);
                }
                action => {
                    assert_eq!(
                        action,
                        Action::Fail {
                            request: id,
                            failure: Failure::Connect
                        }
                    );
                }
            }
        }
        if origin.stats().waiting == 0 {
            break now;
        }
        now = origin.tick(now).unwrap().max(now);
        origin.tick(now);
    };
    assert!(failed <= millis(1000), "{failed:?}");
    assert!((3..=5).contains(&attempts), "{attempts}");
}

#[test]
fn a_server_without_http2_is_reported_at_once() {
    let mut origin = origin(Config::default(), 1);
    let request = origin.request(Request::new()).unwrap();
    let (connection, _) = connects(&mut origin)[0];
    origin.connect_failed(connection, ConnectFailure::Protocol);
    let failure = Failure::Protocol;
    assert_eq!(actions(&mut origin), [Action::Fail { request, failure }]);
    assert!(failure.is_unsent());
}

#[test]
fn a_graceful_end_costs_a_request_nothing() {
    let (mut origin, connection) = connected(Config::default().retry_budget(0, 0), 1);
    let id = origin.request(Request::new()).unwrap();
    assert_eq!(actions(&mut origin), [sent(id, connection)]);
    origin.going_away(connection, GoAway::Graceful);
    let outcome = Outcome::Unprocessed { graceful: true };
    assert_eq!(
        origin.finished(id, outcome, Content::Again),
        Decision::Again
    );
    let all = actions(&mut origin);
    assert!(
        all.contains(&Action::Retire { connection }) && all.contains(&Action::Close { connection })
    );
    assert!(
        all.iter()
            .any(|action| matches!(action, Action::Connect { .. }))
    );
}

#[test]
fn what_may_have_been_processed_is_sent_again_only_where_allowed() {
    let (mut origin, _) = connected(Config::default(), 1);
    let once = origin.request(Request::new()).unwrap();
    let often = origin.request(Request::new().repeatable()).unwrap();
    let spent = origin.request(Request::new().repeatable()).unwrap();
    let done = Decision::Done { unprocessed: false };
    assert_eq!(origin.finished(once, Outcome::Failed, Content::Again), done);
    assert_eq!(
        origin.finished(often, Outcome::Failed, Content::Again),
        Decision::Again
    );
    assert_eq!(
        origin.finished(spent, Outcome::Failed, Content::Spent),
        done
    );
}

#[test]
fn a_request_is_sent_three_times_at_most() {
    let (mut origin, connection) = connected(Config::default(), 1);
    let id = origin.request(Request::new()).unwrap();
    for attempt in 1..=3 {
        assert_eq!(actions(&mut origin), [sent(id, connection)], "{attempt}");
        let decision = origin.finished(id, Outcome::Refused, Content::Again);
        if attempt == 3 {
            assert_eq!(decision, Decision::Done { unprocessed: true });
        } else {
            assert_eq!(decision, Decision::Again);
        }
        origin.tick(millis(1000 * attempt));
    }
}

#[test]
fn a_status_421_is_tried_once_on_a_new_connection() {
    let (mut origin, connection) = connected(Config::default(), 1);
    let id = origin.request(Request::new()).unwrap();
    assert_eq!(actions(&mut origin), [sent(id, connection)]);
    let again = origin.finished(id, Outcome::Misdirected, Content::Again);
    assert_eq!(again, Decision::Again);
    origin.tick(millis(1000));
    let (fresh, _) = connects(&mut origin)[0];
    origin.opened(fresh);
    assert_eq!(actions(&mut origin), [sent(id, fresh)]);
    let done = Decision::Done { unprocessed: true };
    assert_eq!(
        origin.finished(id, Outcome::Misdirected, Content::Again),
        done
    );
    let next = origin.request(Request::new()).unwrap();
    assert_eq!(
        origin.finished(next, Outcome::Misdirected, Content::Again),
        done
    );
}

#[test]
fn five_failures_in_a_row_take_an_address_out_unless_it_is_the_only_one() {
    for (addresses, ejected) in [(1, 0), (2, 1)] {
        let (mut origin, _) = connected(Config::default(), addresses);
        for _ in 0..5 {
            assert_eq!(origin.stats().ejected, 0);
            let id = origin.request(Request::new()).unwrap();
            let _ = origin.finished(id, Outcome::Failed, Content::Spent);
        }
        assert_eq!(origin.stats().ejected, ejected);
        origin.tick(millis(30_011));
        assert_eq!(origin.stats().ejected, 0);
    }
}

#[test]
fn a_late_answer_to_a_ping_stops_new_requests_and_a_lost_one_ends_the_connection() {
    let (mut origin, connection) = connected(Config::default().single_connection(), 1);
    let id = origin.request(Request::new()).unwrap();
    assert_eq!(actions(&mut origin), [sent(id, connection)]);
    origin.tick(millis(10_009));
    assert_eq!(actions(&mut origin), []);
    origin.tick(millis(10_010));
    assert_eq!(actions(&mut origin), [Action::Ping { connection }]);
    origin.tick(millis(12_010));
    let waits = origin.request(Request::new()).unwrap();
    assert_eq!(actions(&mut origin), []);
    assert_eq!((origin.stats().late, origin.stats().hold), (1, Hold::Late));
    // An answer makes it usable again.
    origin.heard(connection);
    assert_eq!(actions(&mut origin), [sent(waits, connection)]);
    origin.tick(millis(22_010));
    assert_eq!(actions(&mut origin), [Action::Ping { connection }]);
    origin.tick(millis(32_010));
    assert_eq!(actions(&mut origin)[0], Action::Close { connection });
    assert_eq!(origin.stats().total.lost, 1);
}

#[test]
fn pings_are_rarer_once_a_peer_complains() {
    let (mut origin, first) = connected(Config::default(), 1);
    origin.going_away(first, GoAway::Calm);
    let id = origin.request(Request::new()).unwrap();
    let (connection, _) = connects(&mut origin)[0];
    origin.opened(connection);
    assert_eq!(actions(&mut origin), [sent(id, connection)]);
    origin.tick(millis(20_009));
    assert_eq!(actions(&mut origin), []);
    origin.tick(millis(20_010));
    assert_eq!(actions(&mut origin), [Action::Ping { connection }]);
}

#[test]
fn nobody_is_asked_whether_it_is_alive_while_nothing_runs() {
    let (mut origin, _) = connected(Config::default().idle_limit(millis(3_600_000)), 1);
    origin.tick(millis(600_000));
    assert_eq!(actions(&mut origin), []);
}

#[test]
fn a_connection_ends_when_it_is_idle_and_when_it_is_old() {
    let (mut idle, connection) = connected(Config::default(), 1);
    idle.tick(millis(90_009));
    assert_eq!(actions(&mut idle), []);
    idle.tick(millis(90_010));
    assert_eq!(actions(&mut idle), [Action::Close { connection }]);

    let config = Config::default().max_age(Some(millis(1000)));
    let (mut old, connection) = connected(config, 1);
    let id = old.request(Request::new()).unwrap();
    assert_eq!(actions(&mut old), [sent(id, connection)]);
    old.tick(millis(909));
    assert_eq!(actions(&mut old), []);
    old.tick(millis(1010));
    assert_eq!(actions(&mut old), [Action::Retire { connection }]);
    let _ = old.finished(id, Outcome::Answered, Content::Again);
    assert_eq!(actions(&mut old), [Action::Close { connection }]);
}

#[test]
fn a_connection_retires_with_its_last_identifier() {
    let (mut origin, connection) = connected(Config::default().streams(2).unwrap(), 1);
    let id = origin.request(Request::new()).unwrap();
    let all = actions(&mut origin);
    assert_eq!(all, [sent(id, connection), Action::Retire { connection }]);
}

#[test]
fn the_least_used_connection_retires_when_the_others_suffice() {
    let (mut origin, first) = connected(Config::default(), 1);
    origin.announced(first, 1);
    let ids: Vec<_> = (0..2)
        .map(|_| origin.request(Request::new()).unwrap())
        .collect();
    actions(&mut origin);
    origin.tick(millis(500));
    let (second, _) = connects(&mut origin)[0];
    origin.opened(second);
    origin.announced(second, 100);
    for id in ids {
        let _ = origin.finished(id, Outcome::Answered, Content::Again);
    }
    actions(&mut origin);
    // One request at a time keeps both in use.
    for second in 1..300 {
        origin.tick(millis(500 + 1000 * second));
        let id = origin.request(Request::new()).unwrap();
        let _ = origin.finished(id, Outcome::Answered, Content::Again);
        actions(&mut origin);
    }
    assert_eq!(origin.stats().open, 1);
}

#[test]
fn a_peer_whose_origin_set_is_another_gets_no_more_requests() {
    let (mut origin, connection) = connected(Config::default(), 1);
    origin.excluded(connection);
    assert_eq!(actions(&mut origin), [Action::Close { connection }]);
    origin.request(Request::new()).unwrap();
    assert_eq!(connects(&mut origin).len(), 1);
}

#[test]
fn an_address_that_is_gone_takes_its_connections_along() {
    let (mut origin, connection) = connected(Config::default(), 1);
    for _ in 0..2 {
        origin.resolved(vec![9]);
        assert_eq!(actions(&mut origin), []);
    }
    origin.resolved(vec![9]);
    assert_eq!(actions(&mut origin), [Action::Close { connection }]);
}

#[test]
fn requests_beyond_a_thousand_and_past_their_deadline_do_not_wait() {
    let mut origin: Origin<u8> = Origin::new(Config::default(), 1);
    let deadline = Request::new().deadline(millis(100));
    let first = origin.request(deadline).unwrap();
    for _ in 1..1024 {
        origin.request(Request::new()).unwrap();
    }
    assert_eq!(origin.request(Request::new()), Err(Failure::Full));
    assert_eq!(origin.tick(Duration::ZERO), Some(millis(100)));
    origin.tick(millis(100));
    let failure = Failure::Deadline;
    assert_eq!(
        actions(&mut origin),
        [Action::Fail {
            request: first,
            failure
        }]
    );
    let (stats, total) = (origin.stats(), origin.stats().total);
    assert_eq!((stats.waiting, total.full, total.deadline), (1023, 1, 1));
}

#[test]
fn a_request_that_is_dropped_vanishes_and_makes_space() {
    let (mut origin, connection) = connected(Config::default(), 1);
    origin.announced(connection, 1);
    let ids: Vec<_> = (0..3)
        .map(|_| origin.request(Request::new()).unwrap())
        .collect();
    assert_eq!(actions(&mut origin), [sent(ids[0], connection)]);
    origin.dropped(ids[1]);
    origin.dropped(ids[0]);
    assert_eq!(actions(&mut origin), [sent(ids[2], connection)]);
    assert_eq!(origin.stats().waiting, 0);
}

#[test]
fn a_retry_that_waits_in_vain_says_that_it_was_sent_before() {
    let (mut origin, connection) = connected(Config::default(), 1);
    let until = Request::new().deadline(millis(400));
    let id = origin.request(until).unwrap();
    assert_eq!(actions(&mut origin), [sent(id, connection)]);
    origin.going_away(connection, GoAway::Error);
    let outcome = Outcome::Unprocessed { graceful: false };
    assert_eq!(
        origin.finished(id, outcome, Content::Again),
        Decision::Again
    );
    origin.tick(millis(400));
    let failure = Failure::Again(Waited::Deadline);
    assert!(actions(&mut origin).contains(&Action::Fail {
        request: id,
        failure
    }));
    assert!(!failure.is_unsent());
}

#[test]
fn a_configuration_that_cannot_work_is_refused_by_name() {
    let config = Config::default;
    assert_eq!(
        config().connections(0, 1).unwrap_err(),
        ConfigError::Zero("connections")
    );
    assert_eq!(
        config().connections(5, 4).unwrap_err(),
        ConfigError::Connections
    );
    assert_eq!(
        config().attempts(0).unwrap_err(),
        ConfigError::Zero("attempts")
    );
    assert_eq!(
        config().streams(0).unwrap_err(),
        ConfigError::Zero("streams")
    );
    assert_eq!(config().spread(0).unwrap_err(), ConfigError::Zero("spread"));
    assert_eq!(
        config().ejection(0, millis(1)).unwrap_err(),
        ConfigError::Zero("ejection")
    );
    let late = config().ping(millis(1), millis(2), millis(2));
    assert_eq!(late.unwrap_err(), ConfigError::Ping);
}

/// Plays requests one after the other to two addresses, of which one has its heads first and its content
/// last; says how many went to that one at last.
fn to_the_one_with_long_content(says_heads: bool) -> usize {
    let mut origin = origin(Config::default().spread(2).unwrap(), 2);
    let mut now = 0;
    let mut slow_content = None;
    let mut counts = 0;
    for turn in 0..60 {
        let id = origin.request(Request::new()).unwrap();
        let connection = loop {
            match origin.poll() {
                Some(Action::Connect { connection, .. }) => {
                    slow_content = slow_content.or(Some(connection));
                    origin.opened(connection);
                }
                Some(Action::Send { connection, .. }) => break connection,
                Some(_) => {}
                None => {
                    now += 10;
                    origin.tick(millis(now));
                }
            }
        };
        let is_it = Some(connection) == slow_content;
        let (head, content) = if is_it { (5, 500) } else { (50, 0) };
        now += head;
        origin.tick(millis(now));
        if says_heads {
            origin.answered(id);
        }
        now += content;
        origin.tick(millis(now));
        let done = origin.finished(id, Outcome::Answered, Content::Again);
        assert_eq!(done, Decision::Done { unprocessed: false });
        counts += usize::from(is_it && turn >= 40);
    }
    counts
}

#[test]
fn an_answer_took_as_long_as_its_head_and_not_its_content() {
    assert!(to_the_one_with_long_content(true) > 15);
    assert!(to_the_one_with_long_content(false) < 5);
}
