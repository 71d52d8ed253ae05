//! A request in the types of `http`, and the right to answer it (RFC 9110 §6).

use http_body::Body;
use proto::{Bytes, Request, Response, Server as Role};
use session::{Error, FailureKind};
use tress_http::http::{self, Method, StatusCode};
use tress_http::{ConvertError, complete_response, has_no_content, request_into_http};

use super::BoxError;
use super::incoming::Incoming;
use super::inform::Inform;
use super::on_tunnel::{OnTunnel, TunnelSender};
use super::options::HttpOptions;
use super::replying::Replying;
use super::spare;
use crate::exchange::{Exchange, Responder};
use crate::recv_body::RecvBody;
use crate::tunnel::Tunnel;

/// The right to answer a request.
#[derive(Debug)]
pub(super) struct PendingResponse {
    responder: Responder,
    kind: MethodKind,
    /// Boxed, for only a CONNECT has one.
    tunnel: Option<Box<PendingTunnel>>,
}

/// What the method means for the answer, which is all that is kept of it.
#[derive(Clone, Copy, Debug)]
enum MethodKind {
    Connect,
    Head,
    Other,
}

/// A tunnel that a CONNECT asks for, and what arrives through it.
type PendingTunnel = (TunnelSender<Role>, RecvBody<Role>);

/// A request for a service, and of a CONNECT what is to become its tunnel.
type Converted = (http::Request<Incoming>, Option<PendingTunnel>);

impl PendingResponse {
    /// Takes a request. One that `http` cannot say is answered with 400.
    pub(super) fn new(
        exchange: Exchange,
        options: HttpOptions,
    ) -> Option<(Self, http::Request<Incoming>)> {
        let Exchange {
            request,
            body,
            responder,
        } = exchange;
        let converted = convert(&request, body);
        spare::keep(request);
        match converted {
            Ok((mut request, tunnel)) => {
                if options.inform {
                    let inform = Inform::new(responder.half().handle());
                    request.extensions_mut().insert(inform);
                }
                if options.connection {
                    request.extensions_mut().insert(responder.connection());
                }
                let kind = MethodKind::of(request.method());
                let asked = Self {
                    responder,
                    kind,
                    tunnel: tunnel.map(Box::new),
                };
                Some((asked, request))
            }
            Err(_) => {
                // A stream that ended needs no answer.
                let _ = responder.reply(Response::new(400), Bytes::new());
                None
            }
        }
    }

    /// Answers, and returns what is yet to be sent, its head included. A response without content is whole
    /// at once.
    pub(super) fn answer<B: Body>(
        self,
        response: http::Response<B>,
        options: HttpOptions,
    ) -> Result<Option<Replying<B>>, Error> {
        let (parts, body) = response.into_parts();
        let (method, exact) = (self.kind.method(), body.size_hint().exact());
        let head = complete_response(&parts, spare::take(), &method, exact, options.date);
        let Some((complete, recv)) = self
            .tunnel
            .map(|tunnel| *tunnel)
            .filter(|(complete, _)| parts.status.is_success() && complete.is_wanted())
        else {
            // RFC 9110 §9.3.2: whatever the service returns, HEAD is answered without content.
            if has_no_content(&method, parts.status) || body.is_end_stream() {
                self.responder.reply(head, Bytes::new())?;
                return Ok(None);
            }
            let send = self.responder.into_send();
            return Ok(Some(Replying::new(head, body, send)));
        };
        let send = self.responder.respond(head)?;
        complete.complete(Tunnel::new(send, recv));
        Ok(None)
    }

    /// Answers that the service failed.
    pub(super) fn fail(self, cause: BoxError) -> Result<(), Error> {
        fail(self.responder, cause)
    }
}

/// Answers that the service failed.
pub(super) fn fail(responder: Responder, cause: BoxError) -> Result<(), Error> {
    let report = responder.half().report();
    report.fail(FailureKind::Handler, Some(&*cause));
    let status = StatusCode::INTERNAL_SERVER_ERROR.as_u16();
    responder.reply(Response::new(status), Bytes::new())
}

impl MethodKind {
    fn of(method: &Method) -> Self {
        match *method {
            Method::CONNECT => Self::Connect,
            Method::HEAD => Self::Head,
            _ => Self::Other,
        }
    }

    /// A method that means the same.
    const fn method(self) -> Method {
        match self {
            Self::Connect => Method::CONNECT,
            Self::Head => Method::HEAD,
            Self::Other => Method::GET,
        }
    }
}

/// The request for the service; of a CONNECT, what is to become its tunnel.
fn convert(request: &Request, body: RecvBody<Role>) -> Result<Converted, ConvertError> {
    let mut parts = request_into_http(request)?;
    if parts.method == Method::CONNECT {
        let (complete, on_tunnel) = OnTunnel::new();
        parts.extensions.insert(on_tunnel);
        let request = http::Request::from_parts(parts, Incoming::empty());
        return Ok((request, Some((complete, body))));
    }
    // Of content that is at its end nobody asks how long it is.
    let length = match body.is_ended() {
        true => None,
        false => request.content_length(),
    };
    let body = Incoming::of_request(body, length);
    Ok((http::Request::from_parts(parts, body), None))
}
