//! The promises of the types themselves.

use core::error::Error as StdError;
use core::fmt::Debug;
use core::future::Future;
use std::io;

use tokio::net::TcpStream;
use tress_async::compat::tokio::{TokioIo, TokioTimer};
use tress_async::proto::{Client as ClientRole, Server as ServerRole};
use tress_async::{
    Client, ConnectionHandle, Driver, Error, Exchange, Octets, Pending, RecvBody, Reply, Responder,
    SendBody, Server, ServerHandle, UserError, local,
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

#[test]
fn what_is_of_one_thread_stays_there() {
    // Where there were two answers this would not compile.
    <local::Client as OneAnswer<_>>::ask();
    <local::ConnectionHandle as OneAnswer<_>>::ask();
    <local::Driver<TokioIo<TcpStream>> as OneAnswer<_>>::ask();
    <local::Exchange as OneAnswer<_>>::ask();
    <local::Responder as OneAnswer<_>>::ask();
    <local::Pending as OneAnswer<_>>::ask();
    <local::Reply as OneAnswer<_>>::ask();
    <local::RecvBody<ClientRole> as OneAnswer<_>>::ask();
    <local::SendBody<ServerRole> as OneAnswer<_>>::ask();
    <local::Tunnel<ClientRole> as OneAnswer<_>>::ask();
}

#[cfg(feature = "tower")]
#[test]
fn content_crosses_threads_in_one_flavor_only() {
    is_send_sync::<tress_async::Incoming>();
    is_send_sync::<tress_async::HttpClient>();
    is_send_sync::<tress_async::OnTunnel<ServerRole>>();
    is_send::<tress_async::ResponseFuture>();
    <local::Incoming as OneAnswer<_>>::ask();
    <local::OnTunnel<ServerRole> as OneAnswer<_>>::ask();
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
    assert_eq!(error.to_string(), "the connection is going away");
    let source = error
        .source()
        .and_then(|source| source.downcast_ref::<UserError>());
    assert_eq!(source, Some(&UserError::GoingAway));

    let through: Error = io::Error::from(error).into();
    assert!(through.is_go_away());

    let own: Error = io::Error::new(io::ErrorKind::NotFound, "no such file").into();
    assert_eq!(own.to_string(), "no such file");
    assert_eq!(io::Error::from(own).kind(), io::ErrorKind::NotFound);
}
