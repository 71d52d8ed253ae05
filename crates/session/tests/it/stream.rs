//! What one may do with a stream, and what becomes of it when nobody holds it.

use testkit::Task;
use tress_session::proto::{Credit, Part};
use tress_session::{Bytes, Config, ErrorCode, Response, SendHalf, Trailers};

use crate::support::{Pair, failed, ready};

#[test]
fn parts_come_in_order_and_the_task_that_waits_for_them_is_woken() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let send = opened.send.take().unwrap();
    let task = Task::new();
    assert!(opened.recv.poll_part(&mut task.cx()).is_pending());
    let mut accepted = pair.accept();
    accepted.send.inform(Response::new(103)).unwrap();
    accepted.send.respond(Response::new(200)).unwrap();
    pair.run();
    assert_eq!(task.woken(), 1);
    let part = ready(opened.recv.poll_part(&mut task.cx())).unwrap();
    assert!(matches!(part, Part::Informational(head) if head.status() == 103));
    let part = ready(opened.recv.poll_part(&mut task.cx())).unwrap();
    assert!(matches!(part, Part::Head(head) if head.status() == 200));
    send.finish(Bytes::from_static(b"asked"), None).unwrap();
    pair.run();
    let data = ready(accepted.recv.poll_data(&mut task.cx())).unwrap();
    assert_eq!(data.unwrap(), "asked");
    assert!(
        ready(accepted.recv.poll_data(&mut task.cx()))
            .unwrap()
            .is_none()
    );
    let trailers = Trailers::new().field("x", "y");
    accepted
        .send
        .finish(Bytes::from_static(b"told"), Some(trailers))
        .unwrap();
    pair.run();
    let data = ready(opened.recv.poll_data(&mut task.cx())).unwrap();
    assert_eq!(data.unwrap(), "told");
    let trailers = ready(opened.recv.poll_trailers(&mut task.cx())).unwrap();
    assert!(trailers.is_some());
    assert!(opened.recv.is_spent());
}

#[test]
fn capacity_is_waited_for_and_comes_as_the_content_leaves() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let send = opened.send.take().unwrap();
    let task = Task::new();
    let capacity = ready(send.poll_capacity(&mut task.cx())).unwrap();
    send.send_data(vec![0; capacity].into()).unwrap();
    assert!(send.poll_capacity(&mut task.cx()).is_pending());
    pair.run();
    assert_eq!(task.woken(), 1);
    assert!(ready(send.poll_capacity(&mut task.cx())).unwrap() > 0);
}

#[test]
fn content_is_queued_in_the_turn_in_which_there_is_capacity() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let send = opened.send.take().unwrap();
    let task = Task::new();
    let before = pair.client.turns();
    let mut capacity = 0;
    let all = |octets| {
        capacity = octets;
        vec![7; octets].into()
    };
    ready(send.poll_send(&mut task.cx(), all)).unwrap();
    assert_eq!(pair.client.turns(), before + 1, "one for each piece");
    let unasked = |_| unreachable!("there is no capacity");
    assert!(send.poll_send(&mut task.cx(), unasked).is_pending());
    pair.run();
    assert_eq!(task.woken(), 1);
    let mut accepted = pair.accept();
    let mut got = 0;
    while let core::task::Poll::Ready(data) = accepted.recv.poll_data(&mut task.cx()) {
        got += data.unwrap().unwrap().len();
        pair.run();
    }
    assert_eq!(got, capacity);
    accepted.send.reset(ErrorCode::CANCEL);
    pair.run();
    let error = failed(send.poll_send(&mut task.cx(), unasked));
    assert_eq!(error.reason(), Some(ErrorCode::CANCEL), "{error:?}");
}

/// However many hold a stream, it ends when the last of them releases it, and not before.
#[test]
fn three_hundred_handles_hold_a_stream() {
    let pair = Pair::new();
    let opened = pair.ask(None);
    let (id, first) = (
        opened.recv.handle().id(),
        opened.recv.handle().again().unwrap(),
    );
    let handles: Vec<_> = (0..300).map(|_| first.again().unwrap()).collect();
    let _accepted = pair.accept();
    let runs = || {
        let look = pair.client.with_stream(id, |stream| {
            Ok(stream
                .as_ref()
                .is_some_and(|stream| stream.result().is_none()))
        });
        look.is_ok_and(|runs| runs)
    };
    drop((opened.send.map(SendHalf::passive), opened.recv.passive()));
    drop(first);
    for (left, handle) in (0..300).rev().zip(handles) {
        assert!(runs(), "{left} are left, and this one");
        drop(handle);
    }
    assert!(!runs(), "it is released by the last");
}

#[test]
fn a_reset_of_the_peers_wakes_who_waits_and_says_the_code_again_and_again() {
    let pair = Pair::new();
    let opened = pair.ask(None);
    let accepted = pair.accept();
    let task = Task::new();
    assert!(
        accepted
            .send
            .handle()
            .poll_reset(&mut task.cx())
            .is_pending()
    );
    opened.recv.reset(ErrorCode::CANCEL);
    pair.run();
    assert_eq!(task.woken(), 1);
    for _ in 0..3 {
        let code = ready(accepted.send.handle().poll_reset(&mut task.cx())).unwrap();
        assert_eq!(code, ErrorCode::CANCEL);
        assert_eq!(
            ready(accepted.send.poll_over(&mut task.cx())).reason(),
            Some(code)
        );
    }
}

#[test]
fn a_stream_that_ended_in_good_order_is_never_reset() {
    let pair = Pair::new();
    let mut opened = pair.ask(Some(""));
    let accepted = pair.accept();
    let handle = accepted.send.handle().again().unwrap();
    let mut received = accepted.recv;
    let answered = accepted
        .send
        .reply(Some(&mut received), Response::new(200), Bytes::new(), None);
    answered.unwrap();
    pair.run();
    assert!(handle.poll_reset(&mut Task::new().cx()).is_pending());
    ready(opened.recv.poll_part(&mut Task::new().cx())).unwrap();
    assert!(opened.recv.is_ended());
}

#[test]
fn the_last_handle_ends_what_is_not_whole_and_none_before_it_does() {
    let pair = Pair::new();
    let opened = pair.ask(None);
    let (first, second) = {
        let handle = opened.recv.handle();
        (handle.again().unwrap(), handle.again().unwrap())
    };
    let accepted = pair.accept();
    // Both halves go without a word: theirs is to reset, so they are kept from it.
    first
        .act(|stream| stream.send_data(Bytes::from_static(b"x")))
        .unwrap();
    drop(first);
    pair.run();
    let task = Task::new();
    assert!(
        accepted
            .send
            .handle()
            .poll_reset(&mut task.cx())
            .is_pending()
    );
    drop(opened);
    drop(second);
    pair.run();
    let code = ready(accepted.send.handle().poll_reset(&mut task.cx())).unwrap();
    assert_eq!(code, ErrorCode::CANCEL);
}

#[test]
fn a_stream_leaves_both_ends_when_nobody_holds_it() {
    let pair = Pair::new();
    let mut opened = pair.ask(Some(""));
    let mut accepted = pair.accept();
    let received = Some(&mut accepted.recv);
    accepted
        .send
        .reply(received, Response::new(200), Bytes::new(), None)
        .unwrap();
    pair.run();
    ready(opened.recv.poll_part(&mut Task::new().cx())).unwrap();
    let id = opened.recv.handle().id();
    let is_there = |pair: &Pair| {
        let client = pair
            .client
            .turn(|locked| locked.machine().connection().stream(id).is_some());
        let server = pair
            .server
            .turn(|locked| locked.machine().connection().stream(id).is_some());
        (client.unwrap().0, server.unwrap().0)
    };
    // The server released both halves when it answered; the client may ask how it ended.
    assert_eq!(is_there(&pair), (true, false));
    drop(opened);
    drop(accepted.recv);
    assert_eq!(is_there(&pair), (false, false));
}

#[test]
fn a_request_is_sent_to_its_end_although_nobody_waits_for_the_answer() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let send = opened.send.take().unwrap();
    let mut accepted = pair.accept();
    accepted.send.respond(Response::new(200)).unwrap();
    accepted.send.finish(Bytes::new(), None).unwrap();
    pair.run();
    ready(opened.recv.poll_part(&mut Task::new().cx())).unwrap();
    assert!(
        ready(opened.recv.poll_data(&mut Task::new().cx()))
            .unwrap()
            .is_none()
    );
    let id = opened.recv.handle().id();
    drop(opened);
    send.finish(vec![7; 100_000].into(), None).unwrap();
    let mut got = 0;
    loop {
        pair.run();
        match ready(accepted.recv.poll_data(&mut Task::new().cx())).unwrap() {
            Some(data) => got += data.len(),
            None => break,
        }
    }
    assert_eq!(got, 100_000);
    pair.run();
    let left = pair
        .client
        .turn(|locked| locked.machine().connection().stream(id).is_none());
    assert!(left.unwrap().0, "and then it is gone");
}

#[test]
fn credit_that_the_application_holds_is_what_the_peer_may_not_send() {
    let config = Config::default().credit(Credit::Manual).unwrap();
    let pair = Pair::with(Config::default(), config);
    let mut opened = pair.ask(None);
    let send = opened.send.take().unwrap();
    let mut accepted = pair.accept();
    let task = Task::new();
    let mut taken = 0_u32;
    for _ in 0..100 {
        if ready(send.poll_capacity(&mut task.cx())).is_ok() {
            send.send_data(vec![0; 4000].into()).unwrap();
        }
        pair.run();
        if let core::task::Poll::Ready(data) = accepted.recv.poll_data(&mut task.cx()) {
            taken += u32::try_from(data.unwrap().unwrap().len()).unwrap();
        } else {
            break;
        }
    }
    let window = accepted
        .recv
        .handle()
        .look(|stream| stream.recv_window())
        .unwrap();
    assert!(window.unwrap() < 4000, "{window:?} after {taken}");
    let error = accepted
        .recv
        .handle()
        .release_credit(taken + 1)
        .unwrap_err();
    assert_eq!(error.blame(), tress_session::Blame::Local);
    assert!(accepted.recv.handle().release_credit(taken).unwrap());
    pair.run();
    let window = accepted
        .recv
        .handle()
        .look(|stream| stream.recv_window())
        .unwrap();
    assert!(window.unwrap() > 4000, "{window:?}");
}

#[test]
fn what_is_flushed_has_been_taken_by_the_transport() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let send = opened.send.take().unwrap();
    send.send_data(Bytes::from_static(b"now")).unwrap();
    let flush = send.handle().flush().unwrap();
    let task = Task::new();
    assert!(flush.poll(&mut task.cx()).is_pending());
    pair.run();
    assert_eq!(task.woken(), 1);
    ready(flush.poll(&mut task.cx())).unwrap();
    send.send_data(Bytes::from_static(b"never")).unwrap();
    let flush = send.handle().flush().unwrap();
    assert!(flush.poll(&mut task.cx()).is_pending());
    send.reset(ErrorCode::CANCEL);
    assert!(failed(flush.poll(&mut task.cx())).is_canceled());
}

#[test]
fn content_that_fails_says_why_to_whoever_waits_for_the_answer() {
    let pair = Pair::new();
    let mut opened = pair.ask(None);
    let send = opened.send.take().unwrap();
    let task = Task::new();
    assert!(opened.recv.poll_part(&mut task.cx()).is_pending());
    let cause = tress_session::Error::content("the disk is full".into());
    send.handle().fail(ErrorCode::CANCEL, cause);
    assert_eq!(task.woken(), 1);
    let error = failed(opened.recv.poll_part(&mut task.cx()));
    assert_eq!(
        format!("{error:#}"),
        "the content to be sent failed: the disk is full"
    );
}
