//! What the types promise.

use core::error::Error as _;
use core::fmt::Debug;

use tress_handlers::{
    Client, ClientHandle, ErrorCode, Flushed, Handle, Handlers, PingError, ReadPending, Reader,
    Reqd, Server, StartResponse, StreamError, UserError, Writer,
};

#[test]
fn machines_and_handles_may_be_sent_to_other_threads() {
    fn send<T: Send + Debug + 'static>() {}
    fn sync<T: Send + Sync + Debug + 'static>() {}
    send::<Client>();
    send::<Server>();
    send::<Handlers>();
    sync::<ClientHandle>();
    sync::<Handle>();
    sync::<Reader>();
    sync::<Writer>();
    sync::<Reqd>();
    sync::<StartResponse>();
    sync::<tress_handlers::Error>();
    sync::<PingError>();
    sync::<ReadPending>();
    sync::<Flushed>();
}

#[test]
fn errors_say_whether_it_is_safe_to_try_again() {
    use tress_handlers::Error;
    let safe = [
        Error::Stream(StreamError::Unsent),
        Error::Stream(StreamError::Unprocessed(ErrorCode::NO_ERROR)),
        Error::Stream(StreamError::Reset(ErrorCode::REFUSED_STREAM)),
        Error::User(UserError::ConnectionClosed),
        Error::User(UserError::GoingAway),
    ];
    assert!(safe.iter().all(Error::is_retryable));
    let unsafe_ = [
        Error::Stream(StreamError::ConnectionLost),
        Error::User(UserError::OutOfOrder),
        Error::Exn("x".into()),
    ];
    assert!(!unsafe_.iter().any(Error::is_retryable));
    assert_eq!(Error::Exn("x".into()).to_string(), "the handler failed: x");
    assert!(Error::Exn("x".into()).source().is_some());
}
