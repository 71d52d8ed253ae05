//! How a stream finishes, whom it tells, and when it leaves.

use core::num::NonZeroU32;

use super::alone;
use crate::error::StreamError;
use crate::stream::{Notification, Pool, Received, Step, Stream, Work};
use crate::violation::{MessageRule, Refusal, Violation};

/// A request that is whole, of which the application has taken all.
fn taken() -> Stream {
    let mut stream = alone();
    stream.recv(Step::Headers).unwrap();
    stream.hear_nothing();
    let end = stream.take_piece(&mut Pool::new());
    assert!(matches!(end, Some(Received::End)));
    stream
}

#[test]
fn a_stream_finishes_once() {
    let mut stream = alone();
    assert!(stream.is_running() && stream.is_unopened());
    let canceled = Err(StreamError::Canceled);
    assert_eq!(stream.finish(canceled), Some(canceled));
    assert_eq!(stream.finish(Ok(())), None);
    assert_eq!(stream.result(), Some(canceled));
    assert_eq!(stream.error(), Some(StreamError::Canceled));
    assert!(!stream.is_running() && !stream.is_unopened());
}

#[test]
fn what_should_not_have_been_asked_does_not_finish_well() {
    let rule = MessageRule::AuthorityUserinfo;
    let refusal = Refusal::of(rule.into()).unwrap();
    let mut stream = alone();
    stream.refuse(refusal);
    let wrong = Err(Violation::from(rule).into());
    assert_eq!(stream.finish(Ok(())), Some(wrong));
}

#[test]
fn each_thing_is_reported_once_in_one_order_and_nothing_after_release() {
    let mut stream = alone();
    for what in [
        Notification::Finished,
        Notification::Readable,
        Notification::Opened,
        Notification::Readable,
        Notification::Writable,
    ] {
        assert!(stream.notify(what));
    }
    for what in [
        Notification::Opened,
        Notification::Readable,
        Notification::Writable,
        Notification::Finished,
    ] {
        assert_eq!(stream.next_notification(), Some(what));
    }
    assert_eq!(stream.next_notification(), None);
    stream.release();
    assert!(!stream.notify(Notification::Readable));
    assert_eq!(stream.next_notification(), None);
}

#[test]
fn a_stream_leaves_when_nobody_asks_about_it_any_more() {
    let mut stream = taken();
    assert!(!stream.may_leave(), "it runs");
    stream.finish(Ok(()));
    assert!(stream.may_leave());
    stream.notify(Notification::Finished);
    assert!(!stream.may_leave(), "it has something to tell");
    stream.next_notification();
    assert!(stream.may_leave());

    let mut failed = alone();
    failed.finish(Err(StreamError::Unsent));
    assert!(!failed.may_leave(), "nobody knows why");
    assert_eq!(failed.take_error(), Some(StreamError::Unsent));
    assert!(failed.may_leave());

    let mut released = alone();
    released.finish(Err(StreamError::Unsent));
    released.release();
    assert!(released.may_leave());
}

#[test]
fn a_request_that_fails_stays_while_the_application_works_for_it() {
    let failed = Err(StreamError::Reset(frame::ErrorCode::CANCEL));
    let mut stream = taken();
    stream.start(Work::Started);
    assert!(stream.is_unpaid_work());
    stream.finish(failed);
    assert!(!stream.may_leave());
    assert_eq!(stream.end_work(), Work::Started);
    assert!(stream.may_leave() && !stream.is_unpaid_work());

    let mut answered = taken();
    answered.start(Work::Prepaid);
    assert!(!answered.is_unpaid_work(), "it was paid for");
    answered.say_nothing();
    answered.finish(failed);
    assert!(answered.may_leave(), "nothing more is to be said");
}

#[test]
fn a_request_is_unheard_of_while_it_waits_or_nobody_was_told() {
    let reset = Err(StreamError::Reset(frame::ErrorCode::CANCEL));
    let mut stream = taken();
    stream.wait_for_start();
    assert!(stream.is_unheard(Ok(())));
    stream.start(Work::Started);
    assert!(!stream.is_unheard(reset));
    stream.notify(Notification::Opened);
    assert!(stream.is_unheard(reset) && !stream.is_unheard(Ok(())));
}

#[test]
fn a_stream_counts_once_and_a_word_is_kept_until_it_is_taken_back() {
    let mut stream = alone();
    assert!(stream.count() && !stream.count());
    assert!(stream.uncount() && !stream.uncount());
    let word = NonZeroU32::new(7);
    assert_eq!(stream.set_user_data(word), None);
    assert_eq!(stream.user_data(), word);
    assert_eq!(stream.set_user_data(None), word);
}
