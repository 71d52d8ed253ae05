//! What services in the types of `http` do otherwise in each flavor.
//!
//! What is among the extensions of `http` must be `Send` and `Sync`. So what is of one thread comes
//! with the content instead.

use proto::Server as ServerRole;
use tress_http::http::Extensions;

use super::incoming::Incoming;
#[cfg(feature = "tower")]
use super::inform::Inform;
use super::on_tunnel::{Grant, OnTunnel};
#[cfg(feature = "tower")]
use crate::exchange::Responder;
use crate::flavor::{Flavor, Local, Sealed, Threads};

/// What differs between the flavors in the types of `http`.
#[expect(unnameable_types, reason = "nobody else may be a flavor")]
pub trait InHttp: Sealed {
    /// Offers a tunnel to a service: among the extensions, or with the content that it returns.
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
    fn offer_tunnel(_: &mut Extensions) -> (Grant<ServerRole, Self>, Incoming<Self>) {
        let (grant, on_tunnel) = OnTunnel::offered();
        (grant, Incoming::of_connect(on_tunnel))
    }

    /// The content is all that could carry it, and informs by itself.
    #[cfg(feature = "tower")]
    fn let_inform(_: &Responder<Self>, _: &mut Extensions) {}
}
