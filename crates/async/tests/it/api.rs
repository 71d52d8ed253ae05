//! The promises of the types themselves.

use alloc::rc::Rc;
use core::error::Error as StdError;
use core::fmt::Debug;
use core::future::Future;
use core::task::{Context, Poll};
use std::io;
use std::time::Instant;

use tokio::net::TcpStream;
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::proto::{Client as ClientRole, Server as ServerRole};
use tress_async::{
    Client, ConnectionHandle, Driver, Error, Exchange, Octets, Pending, RecvBody, Reply, Responder,
    SendBody, Server, ServerHandle, Serving, Timer, UserError,
};

use crate::world::get;

fn is_send<T: Send + Debug + 'static>() {}
fn is_send_sync<T: Send + Sync + Debug + 'static>() {}
/// Has two answers for what is of a kind, and one for what is not.
trait OneAnswer<A> {
    fn ask() {}
}

/// What is of a kind.
struct IsSend;
struct IsSync;

impl<T> OneAnswer<()> for T {}
impl<T: Send> OneAnswer<IsSend> for T {}
impl<T: Sync> OneAnswer<IsSync> for T {}

fn is_send_value<T: Send>(value: T) -> T {
    value
}

#[test]
fn handles_cross_threads() {
    is_send_sync::<Client>();
    is_send_sync::<ConnectionHandle>();
    is_send_sync::<ServerHandle>();
    is_send_sync::<Server>();
    is_send_sync::<Error>();
    is_send_sync::<Octets>();
    is_send_sync::<TokioTimer>();
    is_send::<Driver<TokioIo<TcpStream>>>();
    is_send::<Exchange>();
    is_send::<Responder>();
    is_send::<Pending>();
    is_send::<Reply>();
    is_send::<RecvBody<ClientRole>>();
    is_send::<SendBody<ServerRole>>();
}

/// A timer and a transport of one thread.
struct OfThread(#[expect(dead_code, reason = "it only must not leave")] Rc<()>);

impl Timer for OfThread {
    fn poll_until(&mut self, _: &mut Context<'_>, _: Instant) -> Poll<()> {
        Poll::Pending
    }
}

#[test]
fn what_is_of_one_thread_makes_its_own_future_stay_and_nothing_else() {
    type Handler = fn(Exchange) -> Pending;
    is_send::<Driver<TokioIo<TcpStream>, TokioTimer>>();
    is_send::<Serving<TokioIo<TcpStream>, Handler, Pending, TokioTimer>>();
    // Where there were two answers this would not compile.
    <Driver<TokioIo<TcpStream>, OfThread> as OneAnswer<_>>::ask();
    <Driver<OfThread> as OneAnswer<_>>::ask();
    <Serving<TokioIo<TcpStream>, Handler, Rc<()>> as OneAnswer<_>>::ask();
    <Serving<TokioIo<TcpStream>, Rc<()>, Pending> as OneAnswer<_>>::ask();
    <Serving<TokioIo<TcpStream>, Handler, Pending, OfThread> as OneAnswer<_>>::ask();
}

#[cfg(feature = "tower")]
#[test]
fn content_crosses_threads() {
    is_send_sync::<tress_async::Incoming>();
    is_send_sync::<tress_async::HttpClient>();
    is_send_sync::<tress_async::OnTunnel<ServerRole>>();
    is_send::<tress_async::ResponseFuture>();
    is_send::<tress_async::Answering<(), (), ()>>();
    <tress_async::Answering<(), Rc<()>, ()> as OneAnswer<_>>::ask();
}

#[test]
fn futures_cross_threads() {
    async fn all(client: Client) -> Result<(), Error> {
        let (mut body, pending) = client.send(get("/")).await?;
        body.send("x").await?;
        body.finish()?;
        let reply = pending.await?;
        client.ping().await?;
        reply.body.bytes(1).await?;
        client.close().await
    }
    fn send(client: Client) -> impl Future + Send {
        is_send_value(all(client))
    }
    let _ = send;
}

#[test]
fn an_error_survives_its_way_through_std() {
    let error = Error::from(UserError::GoingAway);
    assert!(error.is_go_away() && error.is_retryable());
    assert_eq!(
        format!("{error:#}"),
        "the call was refused: the connection is going away"
    );
    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<UserError>());
    assert_eq!(source, Some(&UserError::GoingAway));

    let through: Error = io::Error::from(error).into();
    assert!(through.is_go_away());

    let own: Error = io::Error::new(io::ErrorKind::NotFound, "no such file").into();
    assert_eq!(
        format!("{own:#}"),
        "reading or writing failed: no such file"
    );
    assert_eq!(io::Error::from(own).kind(), io::ErrorKind::NotFound);
}
