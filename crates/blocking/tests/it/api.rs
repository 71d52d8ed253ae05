//! The promises of the types themselves.

use core::error::Error as StdError;
use core::fmt::Debug;
use std::io::{self, Read, Write};

use tress_blocking::proto::{Client as ClientRole, Server as ServerRole};
use tress_blocking::{
    Blame, Client, Error, ErrorCode, Exchange, Octets, Pending, RecvBody, Reply, Responder,
    SendBody, Server, ServerHandle, StreamError, Tunnel, UserError,
};

fn is_send<T: Send + Debug + 'static>() {}
fn is_send_sync<T: Send + Sync + Debug + 'static>() {}

#[test]
fn handles_cross_threads() {
    is_send_sync::<Client>();
    is_send_sync::<ServerHandle>();
    is_send_sync::<Server>();
    is_send_sync::<Error>();
    is_send_sync::<Octets>();
    is_send::<Exchange>();
    is_send::<Responder>();
    is_send::<Pending>();
    is_send::<Reply>();
    is_send::<RecvBody<ClientRole>>();
    is_send::<SendBody<ServerRole>>();
    is_send::<Tunnel<ClientRole>>();
}

#[cfg(feature = "http")]
#[test]
fn what_speaks_http_crosses_threads_too() {
    use tress_blocking::http::{Body, Informational, PendingResponse};
    is_send::<Body>();
    is_send::<PendingResponse>();
    is_send_sync::<Informational>();
}

#[test]
fn bodies_are_std_readers_and_writers() {
    fn reads<T: Read>() {}
    fn writes<T: Write>() {}
    reads::<RecvBody<ServerRole>>();
    writes::<SendBody<ClientRole>>();
    reads::<Tunnel<ServerRole>>();
    writes::<Tunnel<ServerRole>>();
}

#[test]
fn an_error_says_who_made_it_fail() {
    let blame = |error: Error| error.blame();
    assert_eq!(blame(UserError::OutOfOrder.into()), Blame::Local);
    assert_eq!(blame(StreamError::Canceled.into()), Blame::Local);
    let reset = StreamError::Reset(ErrorCode::CANCEL);
    assert_eq!(blame(reset.into()), Blame::Peer);
    assert_eq!(blame(StreamError::Answered.into()), Blame::Peer);
    assert_eq!(blame(io::Error::other("broken").into()), Blame::Transport);
    assert_eq!(blame(StreamError::Unsent.into()), Blame::Transport);
    assert!(Error::from(StreamError::Unsent).is_retryable());
}

#[test]
fn an_error_survives_its_way_through_std() {
    let error = Error::from(UserError::GoingAway);
    assert!(error.is_go_away() && error.is_retryable());
    // Each level says only its own.
    assert_eq!(error.to_string(), "the call was refused");
    let all = "the call was refused: the connection is going away";
    assert_eq!(format!("{error:#}"), all);
    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<UserError>());
    assert_eq!(source, Some(&UserError::GoingAway));

    let through = io::Error::from(error);
    let inner = through.get_ref().unwrap();
    assert!(inner.downcast_ref::<Error>().is_some_and(Error::is_go_away));
    // Its source is what lies below ours.
    assert!(through.source().unwrap().is::<UserError>());
    assert!(Error::from(through).is_retryable());

    let own: Error = io::Error::new(io::ErrorKind::NotFound, "no such file").into();
    assert_eq!(
        format!("{own:#}"),
        "reading or writing failed: no such file"
    );
    assert_eq!(io::Error::from(own).kind(), io::ErrorKind::NotFound);
}

#[test]
fn what_runs_is_shown_by_its_name() {
    let server = Server::bind("127.0.0.1:0").unwrap();
    assert_eq!(
        format!("{:?}", server.handle()),
        "ServerHandle(Registry { .. })"
    );
    let shown = format!("{server:?}");
    assert!(shown.starts_with("Server {") && shown.contains(&server.local_addr().to_string()));
}
