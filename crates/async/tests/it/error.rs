//! Whose doing an error was, and what caused it.

use core::error::Error as StdError;

use tress_async::proto::MessageRule;
use tress_async::{Blame, Client, ConnectionError, Error, ErrorCode, StreamError, UserError};

#[test]
fn an_error_says_whose_doing_it_was() {
    use std::io::{Error as IoError, ErrorKind};
    let cases = [
        (Error::from(StreamError::Canceled), Blame::Local),
        (StreamError::Reset(ErrorCode::CANCEL).into(), Blame::Peer),
        (StreamError::Answered.into(), Blame::Peer),
        (StreamError::ConnectionLost.into(), Blame::Transport),
        (UserError::GoingAway.into(), Blame::Local),
        (
            IoError::from(ErrorKind::BrokenPipe).into(),
            Blame::Transport,
        ),
    ];
    for (error, blame) in cases {
        assert_eq!(error.blame(), blame, "{error}");
    }
}

#[tokio::test]
async fn nobody_but_the_network_is_to_blame_for_a_port_where_nothing_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let error = Client::connect(addr).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    assert_eq!(error.blame(), Blame::Transport);
    let source = error.source().unwrap();
    assert!(source.is::<std::io::Error>());
}

#[test]
fn an_error_survives_its_way_through_std() {
    use std::io;
    let through = io::Error::from(Error::from(UserError::GoingAway));
    let inner = through.get_ref().unwrap();
    assert!(inner.downcast_ref::<Error>().is_some_and(Error::is_go_away));
    // Its source is what lies below ours.
    assert!(through.source().unwrap().is::<UserError>());
    assert!(Error::from(through).is_retryable());

    let own = Error::from(io::Error::new(io::ErrorKind::NotFound, "no such file"));
    assert_eq!(
        format!("{own:#}"),
        "reading or writing failed: no such file"
    );
    assert_eq!(io::Error::from(own).kind(), io::ErrorKind::NotFound);
}

#[test]
fn sources_lead_down_to_the_rule_that_was_broken() {
    let error = Error::from(UserError::Malformed(MessageRule::MethodMissing));
    let user = error.source().unwrap();
    assert!(user.is::<UserError>());
    assert!(user.source().unwrap().is::<MessageRule>());
    let stream = Error::from(StreamError::Reset(ErrorCode::REFUSED_STREAM));
    assert!(stream.source().unwrap().is::<StreamError>());
    assert!(stream.is_retryable());
    let lost = ConnectionError::GoAway(ErrorCode::INTERNAL_ERROR);
    assert_eq!(lost.code(), Some(ErrorCode::INTERNAL_ERROR));
}
