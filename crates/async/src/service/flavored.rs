//! What clients and services in the types of `http` do otherwise in each flavor.
//!
//! What is among the extensions of `http` must be `Send` and `Sync`. So what is of one thread comes
//! with the content instead.

use proto::{Client as ClientRole, Request, Server as ServerRole};
use tress_http::http::Extensions;

use super::connect::connect;
use super::incoming::Incoming;
#[cfg(feature = "tower")]
use super::inform::Inform;
use super::on_tunnel::{Grant, OnTunnel};
use super::response::Answer;
use crate::client::Client;
#[cfg(feature = "tower")]
use crate::exchange::Responder;
use crate::flavor::{Flavor, Local, Sealed, Threads};
use crate::tunnel::Tunnel;

/// What differs between the flavors in the types of `http`.
#[expect(unnameable_types, reason = "nobody else may be a flavor")]
pub trait InHttp: Sealed {
    /// Asks for a tunnel, which comes with the response.
    fn connect(client: Client<Self>, request: Request) -> Self::Boxed<Answer<Self>>
    where
        Self: Flavor;

    /// Leaves a tunnel with a response: among its extensions, or with the content that it has.
    fn leave_tunnel(
        tunnel: Tunnel<ClientRole, Self>,
        extensions: &mut Extensions,
    ) -> Incoming<Self>
    where
        Self: Flavor;

    /// Offers a tunnel to a service, in the same way.
    fn offer_tunnel(extensions: &mut Extensions) -> (Grant<ServerRole, Self>, Incoming<Self>)
    where
        Self: Flavor;

    /// Lets services that have no hold on the content inform the client, where there is a way.
    #[cfg(feature = "tower")]
    fn let_inform(responder: &Responder<Self>, extensions: &mut Extensions)
    where
        Self: Flavor;
}

impl InHttp for Threads {
    fn connect(client: Client, request: Request) -> Self::Boxed<Answer> {
        Box::pin(connect(client, request))
    }

    fn leave_tunnel(tunnel: Tunnel<ClientRole>, extensions: &mut Extensions) -> Incoming {
        let (grant, on_tunnel) = OnTunnel::new();
        grant.grant(tunnel);
        extensions.insert(on_tunnel);
        Incoming::empty()
    }

    fn offer_tunnel(extensions: &mut Extensions) -> (Grant<ServerRole>, Incoming) {
        let (grant, on_tunnel) = OnTunnel::new();
        extensions.insert(on_tunnel);
        (grant, Incoming::empty())
    }

    #[cfg(feature = "tower")]
    fn let_inform(responder: &Responder, extensions: &mut Extensions) {
        extensions.insert(Inform::new(responder.handle()));
    }
}

impl InHttp for Local {
    fn connect(client: Client<Self>, request: Request) -> Self::Boxed<Answer<Self>> {
        Box::pin(connect(client, request))
    }

    fn leave_tunnel(tunnel: Tunnel<ClientRole, Self>, _: &mut Extensions) -> Incoming<Self> {
        Incoming::of_tunnel(tunnel)
    }

    fn offer_tunnel(_: &mut Extensions) -> (Grant<ServerRole, Self>, Incoming<Self>) {
        let (grant, on_tunnel) = OnTunnel::offered();
        (grant, Incoming::of_connect(on_tunnel))
    }

    /// The content is all that could carry it, and informs by itself.
    #[cfg(feature = "tower")]
    fn let_inform(_: &Responder<Self>, _: &mut Extensions) {}
}
