//! The receiving half, the sending half, and what few streams need.

use bytes::Bytes;
use frame::{Data, ErrorCode, Increment, StreamId};

use super::alone;
use crate::error::{StreamError, UserError};
use crate::flow::Window;
use crate::input::Content;
use crate::limits::{Cost, Limits};
use crate::message::{ContentLength, Request};
use crate::observe::Window as Shown;
use crate::schedule::Blocked;
use crate::stream::{Next, Phase, Pool, Queued, Received, Step, Stream};
use crate::violation::{Limit, MessageRule, StreamRule};

/// DATA of so much content.
fn data(content: &[u8]) -> Data<'_> {
    Data::new(StreamId::from_wire(1), content)
}

/// A stream on which the peer may send content, and has a window of 100 octets.
fn open() -> Stream {
    let mut stream = alone();
    stream.recv(Step::Headers).unwrap();
    stream.hear_head(ContentLength::new(Some(60))).unwrap();
    stream
}

#[test]
fn data_is_judged_by_state_then_window_then_phase_then_length() {
    let mut idle = alone();
    let wrong = idle.accept_data(data(&[0; 200]));
    assert_eq!(wrong, Err(StreamRule::Idle.into()));
    let mut early = alone();
    early.recv(Step::Headers).unwrap();
    let wrong = early.accept_data(data(&[0; 101]));
    assert_eq!(wrong, Err(StreamRule::WindowExceeded.into()));
    let wrong = early.accept_data(data(&[0; 100]));
    assert_eq!(wrong, Err(StreamRule::DataBeforeHead.into()));
    assert_eq!(early.recv_window().value(), 0, "it was charged before");
    let wrong = open().accept_data(data(&[0; 61]));
    assert_eq!(wrong, Err(MessageRule::ContentTooLong.into()));
    let mut last = data(&[0; 59]);
    last.end_stream = true;
    let wrong = open().accept_data(last);
    assert_eq!(wrong, Err(MessageRule::ContentTooShort.into()));
    assert_eq!(open().accept_data(data(&[0; 60])), Ok(true));
}

#[test]
fn what_nobody_wants_is_not_kept() {
    let (mut stream, mut pool) = (open(), Pool::new());
    assert_eq!(
        stream.store_data(&mut pool, Content::Lent(b"content"), Cost::NONE),
        7
    );
    assert_eq!(
        stream.store_data(&mut pool, Content::Lent(b""), Cost::NONE),
        0
    );
    stream.discard();
    assert_eq!(
        stream.store_data(&mut pool, Content::Lent(b"content"), Cost::NONE),
        0
    );
    assert_eq!(stream.untaken(), 7);
    assert_eq!(stream.drop_received(&mut pool), (7, Cost::NONE));
    assert_eq!(stream.untaken(), 0);
}

#[test]
fn credit_is_due_at_half_a_window_and_only_where_the_peer_may_use_it() {
    let mut stream = open();
    stream.accept_data(data(&[0; 60])).unwrap();
    assert!(!stream.return_credit(49));
    assert!(stream.return_credit(1));
    assert_eq!(stream.grant_credit(), Increment::new(50));
    stream.accept_end().unwrap();
    assert!(stream.is_whole() && !stream.return_credit(60));
}

#[test]
fn credit_that_the_application_keeps_it_gives_back_and_no_more() {
    let mut stream = open();
    stream.hold_credit(10);
    assert_eq!(stream.release_credit(11), Err(UserError::Credit));
    assert_eq!(stream.release_credit(4), Ok(()));
    assert_eq!(stream.release_all_credit(), 6);
    assert_eq!(stream.release_credit(1), Err(UserError::Credit));
}

#[test]
fn a_share_is_closed_once_and_what_is_there_leaves_it() {
    let (mut stream, mut pool) = (open(), Pool::new());
    assert!(!stream.open_share());
    stream.store_data(&mut pool, Content::Lent(b"content"), Cost::NONE);
    assert_eq!(
        stream.leave_share(3),
        0,
        "its sender may send as much again"
    );
    assert_eq!(stream.close_share(), Some((0, 7)));
    assert_eq!(stream.close_share(), None);
    assert_eq!(stream.leave_share(5), 5);
    assert_eq!(stream.leave_share(5), 2);
}

#[test]
fn the_content_of_an_upgrade_gives_no_credit() {
    let (mut stream, mut pool) = (alone(), Pool::new());
    let head = Request::post("https", "a.example", "/").into_section();
    stream.take_in(&mut pool, head, &Bytes::from_static(b"content"));
    assert!(matches!(
        stream.take_piece(&mut pool),
        Some(Received::Head(_))
    ));
    assert!(matches!(
        stream.take_piece(&mut pool),
        Some(Received::Data(..))
    ));
    assert_eq!(stream.charged_of(5), 0);
    assert_eq!(stream.charged_of(5), 3);
    assert!(matches!(stream.take_piece(&mut pool), Some(Received::End)));
}

#[test]
fn a_short_frame_is_free_where_it_ends_or_fills_a_window() {
    let (stream, shared) = (open(), Window::new(10_000));
    assert!(
        stream.is_free(data(b"a"), shared),
        "100 octets let no more through"
    );
    assert!(!stream.is_free(data(b""), shared));
    let mut last = data(b"");
    last.end_stream = true;
    assert!(stream.is_free(last, shared));
    let mut tunnel = alone();
    tunnel.requested(false, true);
    assert!(tunnel.is_free(data(b""), shared));
}

#[test]
fn a_message_is_said_in_order_and_as_long_as_declared() {
    let mut stream = alone();
    assert_eq!(stream.say_data(1, 10), Err(UserError::OutOfOrder));
    stream.say_informational().unwrap();
    stream.say_head(ContentLength::new(Some(5))).unwrap();
    assert_eq!(stream.say_informational(), Err(UserError::OutOfOrder));
    assert!(matches!(
        stream.say_data(6, 10),
        Err(UserError::Malformed(_))
    ));
    stream.say_data(4, 10).unwrap();
    assert!(matches!(stream.say_end(), Err(UserError::Malformed(_))));
    assert_eq!(stream.sending(), Phase::Content, "nothing was said");
    stream.say_data(1, 10).unwrap();
    stream.say_end().unwrap();
    assert!(stream.is_said());
    assert_eq!(stream.say_end(), Err(UserError::OutOfOrder));
}

#[test]
fn a_tunnel_says_no_trailers() {
    let mut stream = alone();
    stream.requested(false, true);
    stream.say_head(ContentLength::new(None)).unwrap();
    let wrong = Err(UserError::Malformed(MessageRule::TunnelFields));
    assert_eq!(stream.say_trailers(), wrong);
    stream.answered(403);
    assert!(!stream.is_tunnel(), "it was refused");
    assert_eq!(stream.say_trailers(), Ok(()));
}

#[test]
fn whoever_fills_the_buffer_is_notified_once_when_half_of_it_is_free() {
    let (mut stream, mut pool) = (alone(), Pool::new());
    stream.say_head(ContentLength::new(None)).unwrap();
    stream.say_data(8, 8).unwrap();
    stream.queue(&mut pool, Queued::Data(Bytes::from_static(b"contents")));
    stream.take_data(&mut pool, 3).unwrap();
    assert!(!stream.has_capacity_again(8));
    stream.take_data(&mut pool, 1).unwrap();
    assert!(stream.has_capacity_again(8));
    assert!(!stream.has_capacity_again(8));
    assert_eq!(stream.next(&pool), Some(Next::Data(4)));
    assert!(!stream.ends_with(&pool, 4));
    stream.say_end().unwrap();
    assert!(stream.ends_with(&pool, 4) && !stream.ends_with(&pool, 3));
}

#[test]
fn what_is_corked_waits_for_the_end_or_a_full_buffer() {
    let (mut stream, mut pool) = (alone(), Pool::new());
    stream.say_head(ContentLength::new(None)).unwrap();
    stream.cork(true);
    assert!(stream.holds_back(8) && stream.is_corked());
    stream.queue(&mut pool, Queued::Data(Bytes::from_static(b"contents")));
    assert!(stream.holds_back(9));
    assert!(!stream.holds_back(8) && !stream.is_corked());
    stream.cork(true);
    stream.say_end().unwrap();
    assert!(!stream.holds_back(100));
}

#[test]
fn content_leaves_as_both_windows_let_it_and_its_end_without_any() {
    let mut stream = alone();
    assert_eq!(stream.slice(10, 20, 15), Ok(10));
    assert_eq!(stream.slice(20, 10, 15), Ok(10));
    assert_eq!(stream.slice(0, 0, 15), Err(Blocked::OwnWindow));
    assert_eq!(stream.slice(1, 0, 15), Err(Blocked::SharedWindow));
    assert_eq!(stream.slice(0, 0, 0), Ok(0));
    stream.sent_data(15);
    assert_eq!((stream.send_window(10), stream.sent_octets()), (-5, 15));
    stream.granted(Increment::new(5).unwrap(), 10).unwrap();
    assert_eq!(stream.slice(10, 20, 15), Err(Blocked::OwnWindow));
}

#[test]
fn what_few_streams_need_takes_no_memory_of_the_others() {
    let (mut stream, mut pool) = (open(), Pool::new());
    stream.accept_data(data(&[0; 60])).unwrap();
    stream.store_data(&mut pool, Content::Lent(&[0; 60]), Cost::NONE);
    stream.accept_end().unwrap();
    stream.say_head(ContentLength::new(None)).unwrap();
    stream.say_end().unwrap();
    stream.send(Step::Headers).unwrap();
    stream.send(Step::EndStream).unwrap();
    assert_eq!(stream.charged_of(60), 60);
    assert!(stream.unblock().is_none() && !stream.take_priority_due());
    stream.finish(Ok(()));
    assert!(stream.rest.is_none());
    stream.stop(ErrorCode::NO_ERROR);
    assert!(stream.rest.is_some());
}

#[test]
fn what_the_observer_and_the_peer_were_told_is_remembered() {
    let mut stream = alone();
    assert_eq!(stream.show_state(), None);
    stream.recv(Step::Headers).unwrap();
    assert!(stream.show_state().is_some());
    assert_eq!(stream.show_state(), None, "it was shown");
    let now = core::time::Duration::from_secs(1);
    stream.begin_stall(Shown::Stream, now);
    stream.block(Blocked::OwnWindow);
    assert_eq!(stream.blocked(), Some(Blocked::OwnWindow));
    assert_eq!(stream.unblock(), Some((Shown::Stream, now)));
    assert_eq!((stream.blocked(), stream.unblock()), (None, None));
    assert!(stream.reprioritize() && !stream.reprioritize());
    assert!(stream.owe_priority() && !stream.owe_priority());
    assert!(stream.take_priority_due() && !stream.take_priority_due());
}

#[test]
fn informational_responses_are_bounded_in_number() {
    let limits = Limits::client();
    let section = Request::get("https", "a.example", "/").into_section();
    let mut stream = alone();
    for _ in 0..limits.informational {
        assert_eq!(stream.count_informational(&section, &limits), Ok(()));
    }
    let one_more = stream.count_informational(&section, &limits);
    assert_eq!(one_more, Err(Limit::Informational));
}

#[test]
fn an_answer_that_comes_early_cuts_the_request_and_says_so() {
    let mut stream = open();
    stream.say_head(ContentLength::new(None)).unwrap();
    stream.finish(Ok(()));
    assert!(stream.is_answered());
    assert_eq!(stream.take_error(), Some(StreamError::Answered));
}
