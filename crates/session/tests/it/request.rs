//! Requests are opened without anybody's poll, and taken back without a word (RFC 9113 §5.1.2).

use testkit::Task;
use tress_session::proto::Part;
use tress_session::{Bytes, ErrorCode, Opened, Requests, Response};

use crate::support::{Pair, failed, get, narrow, ready, take};

fn whole() -> Option<Bytes> {
    Some(Bytes::new())
}

/// Answers the request that has come, whole.
fn answer(pair: &Pair) {
    let mut accepted = pair.accept();
    let received = Some(&mut accepted.recv);
    accepted
        .send
        .reply(received, Response::new(200), Bytes::new(), None)
        .unwrap();
    pair.run();
}

fn status(opened: &mut Opened) -> u16 {
    match ready(opened.recv.poll_part(&mut Task::new().cx())) {
        Ok(Part::Head(head)) => head.status(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_is_handed_over_at_the_first_poll_and_not_before() {
    let pair = Pair::new();
    let mut pending_request = pair.client.open(get(), whole());
    assert!(take(&pair.client).is_empty());
    let _opened = ready(pending_request.poll(&mut Task::new().cx())).unwrap();
    assert!(!take(&pair.client).is_empty());
}

/// What waits for it and what waits for its response may be two tasks: none of them hangs on the other.
#[test]
fn a_request_that_has_a_place_leaves_its_handle_ready_although_nothing_of_it_was_sent() {
    let pair = Pair::new();
    let mut requests = Requests::new(pair.client.clone());
    let task = Task::new();
    for _ in 0..3 {
        ready(requests.poll_ready(&mut task.cx())).unwrap();
        drop(requests.request(get(), whole()).unwrap());
    }
    ready(requests.poll_ready(&mut task.cx())).unwrap();
}

#[test]
fn a_request_above_the_limit_is_opened_without_another_poll() {
    let pair = Pair::with(Default::default(), narrow(1));
    let first = pair.ask(Some(""));
    let task = Task::new();
    let mut second = pair.client.open(get(), whole());
    assert!(second.poll(&mut task.cx()).is_pending());
    // Nobody polls the second: the third is sent all the same, once both can be.
    let mut third = pair.client.open(get(), whole());
    assert!(third.poll(&mut Task::new().cx()).is_pending());
    pair.run();
    assert_eq!(task.woken(), 0);
    answer(&pair);
    drop(first);
    assert_eq!(task.woken(), 1, "its stream is open");
    answer(&pair);
    answer(&pair);
    assert_eq!(
        status(&mut ready(third.poll(&mut Task::new().cx())).unwrap()),
        200
    );
    assert_eq!(
        status(&mut ready(second.poll(&mut Task::new().cx())).unwrap()),
        200
    );
}

#[test]
fn a_request_that_is_dropped_before_it_is_opened_says_nothing_and_holds_nobody_up() {
    let pair = Pair::with(Default::default(), narrow(1));
    let _first = pair.ask(Some(""));
    let mut second = pair.client.open(get(), None);
    assert!(second.poll(&mut Task::new().cx()).is_pending());
    let task = Task::new();
    let mut third = pair.client.open(get(), whole());
    assert!(third.poll(&mut task.cx()).is_pending());
    drop(second);
    assert!(take(&pair.client).is_empty(), "nothing was sent of it");
    answer(&pair);
    assert_eq!(task.woken(), 1);
    answer(&pair);
    let mut third = ready(third.poll(&mut task.cx())).unwrap();
    assert_eq!(status(&mut third), 200);
}

#[test]
fn a_request_that_waits_and_never_is_opened_says_that_it_can_be_sent_again() {
    let pair = Pair::with(Default::default(), narrow(1));
    let _first = pair.ask(Some(""));
    let task = Task::new();
    let mut second = pair.client.open(get(), whole());
    assert!(second.poll(&mut task.cx()).is_pending());
    pair.server.go_away();
    pair.run();
    assert_eq!(task.woken(), 1);
    let error = failed(second.poll(&mut task.cx()));
    assert!(error.is_retryable() && error.is_go_away(), "{error:?}");
    let error = pair.client.request(get(), whole()).unwrap_err();
    assert!(error.is_retryable() && error.is_go_away(), "{error:?}");
}

#[test]
fn content_that_is_not_as_long_as_it_says_is_never_sent() {
    let pair = Pair::new();
    let request = get().field("content-length", "5");
    let content = Some(Bytes::from_static(b"four"));
    let error = pair.client.request(request, content).unwrap_err();
    assert_eq!(error.blame(), tress_session::Blame::Local);
    assert!(take(&pair.client).is_empty());
    assert_eq!(pair.client.available().unwrap(), 100);
}

#[test]
fn extended_connect_waits_for_the_settings() {
    let server = tress_session::Config::default().allow_extended_connect();
    let client = crate::support::session(Default::default());
    let pair = Pair {
        client,
        server: crate::support::session(server),
    };
    let request = tress_session::Request::extended_connect("websocket", "http", "localhost", "/");
    let task = Task::new();
    let mut pending_request = pair.client.open(request, None);
    assert!(pending_request.poll(&mut task.cx()).is_pending());
    pair.run();
    assert_eq!(task.woken(), 1);
    ready(pending_request.poll(&mut task.cx())).unwrap();
}

#[test]
fn one_request_of_each_user_waits_to_be_opened() {
    let pair = Pair::with(Default::default(), narrow(1));
    let mut requests = Requests::new(pair.client.clone());
    let task = Task::new();
    ready(requests.poll_ready(&mut task.cx())).unwrap();
    let _first = requests.request(get(), whole()).unwrap();
    pair.run();
    ready(requests.poll_ready(&mut task.cx())).unwrap();
    let _second = requests.request(get(), whole()).unwrap();
    pair.run();
    assert!(requests.poll_ready(&mut task.cx()).is_pending());
    let mut other = requests.clone();
    ready(other.poll_ready(&mut Task::new().cx())).unwrap();
    answer(&pair);
    assert_eq!(task.woken(), 1);
    ready(requests.poll_ready(&mut task.cx())).unwrap();
}

#[test]
fn whoever_waits_to_make_a_request_hears_that_none_is_taken_any_more() {
    let pair = Pair::with(Default::default(), narrow(1));
    let mut requests = Requests::new(pair.client.clone());
    let _first = requests.request(get(), whole()).unwrap();
    let _second = requests.request(get(), whole()).unwrap();
    pair.run();
    let task = Task::new();
    assert!(requests.poll_ready(&mut task.cx()).is_pending());
    pair.client.abort(ErrorCode::CANCEL);
    assert_eq!(task.woken(), 1);
    let error = failed(requests.poll_ready(&mut task.cx()));
    assert!(error.is_retryable(), "{error:?}");
}
