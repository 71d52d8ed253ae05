//! A service that takes its time everywhere, and bodies that do.

use alloc::rc::Rc;
use core::cell::RefCell;
use core::convert::Infallible;
use core::future::{Future, pending, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll};

use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty};
use tower_service::Service;
use tress_async::http::{Method, Request, Response};
use tress_async::proto::Server as ServerRole;
use tress_async::{Bytes, Incoming, OnTunnel, serve_service};

use super::{BoxError, Frame, trailers};
use crate::by_hand::{Rough, Watched};
use crate::stage::{Guard, Held, Talk, give_back, pause};

/// So many pieces with a pause before each, and trailers; or nothing, and no end either.
pub(super) struct Pieces {
    _guard: Guard,
    left: Option<usize>,
    is_rested: bool,
}

pub(super) const PIECE: usize = 9_000;

impl Pieces {
    pub(super) fn new(held: &Held, left: Option<usize>) -> Self {
        Self {
            _guard: Guard::new(held),
            left,
            is_rested: false,
        }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame, BoxError>>> {
        let Some(left) = self.left else {
            return Poll::Pending;
        };
        self.is_rested = !self.is_rested;
        if self.is_rested {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.left = left.checked_sub(1).or(Some(usize::MAX));
        Poll::Ready(match left {
            usize::MAX => None,
            0 => Some(trailers("sum", "1")),
            _ => Some(Ok(Frame::data(vec![1; PIECE].into()))),
        })
    }
}

type Answer = Result<Response<UnsyncBoxBody<Bytes, BoxError>>, BoxError>;

/// Tunnels that somebody has to run.
type Nursery = Rc<RefCell<Vec<Talk>>>;

/// A service that is ready when it is asked again, if ever, and answers as the path says.
pub(super) struct Serves {
    held: Held,
    nursery: Nursery,
    is_asked: Option<bool>,
}

impl Serves {
    pub(super) fn new(held: Held, is_ever_ready: bool) -> Self {
        Self {
            held,
            nursery: Nursery::default(),
            is_asked: is_ever_ready.then_some(false),
        }
    }
}

impl Clone for Serves {
    fn clone(&self) -> Self {
        Self {
            held: Held::clone(&self.held),
            nursery: Rc::clone(&self.nursery),
            is_asked: self.is_asked,
        }
    }
}

impl Service<Request<Incoming>> for Serves {
    type Response = Response<UnsyncBoxBody<Bytes, BoxError>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Answer>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self.is_asked.replace(true) {
            Some(true) => return Poll::Ready(Ok(())),
            Some(false) => cx.waker().wake_by_ref(),
            None => self.is_asked = None,
        }
        Poll::Pending
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        let guard = Guard::new(&self.held);
        let this = self.clone();
        Box::pin(async move {
            let _guard = guard;
            pause().await;
            this.answer(request).await
        })
    }
}

impl Serves {
    async fn answer(self, request: Request<Incoming>) -> Answer {
        if request.method() == Method::CONNECT {
            return Ok(self.accept_tunnel(&request));
        }
        let path = request.uri().path().to_owned();
        let mut body = request.into_body();
        let pieces = |count| Pieces::new(&self.held, count).boxed_unsync();
        Ok(Response::new(match &*path {
            "/back" => body.map_err(Into::into).boxed_unsync(),
            "/half" => {
                body.frame().await.transpose()?;
                pause().await;
                drop(body);
                pieces(Some(2))
            }
            "/never" => pending().await,
            "/silent" => pieces(None),
            "/unasked" => pieces(Some(1)),
            _ => {
                body.collect().await?;
                pause().await;
                pieces(Some(3))
            }
        }))
    }

    fn accept_tunnel(
        &self,
        request: &Request<Incoming>,
    ) -> Response<UnsyncBoxBody<Bytes, BoxError>> {
        let on_tunnel = request.extensions().get::<OnTunnel<ServerRole>>().cloned();
        let guard = Guard::new(&self.held);
        self.nursery.borrow_mut().push(Box::pin(async move {
            let _guard = guard;
            Ok(give_back(on_tunnel.unwrap().await?).await?)
        }));
        let none = Empty::new().map_err(|never: Infallible| match never {});
        Response::new(none.boxed_unsync())
    }
}

/// Serves the service, and runs its tunnels.
pub(super) async fn serve(machine: Watched<ServerRole>, io: Rough, service: Serves) {
    let nursery = Rc::clone(&service.nursery);
    let mut serving = pin!(serve_service(machine, io, service));
    let mut is_over = false;
    poll_fn(|cx| {
        is_over = is_over || serving.as_mut().poll(cx).is_ready();
        let mut tunnels = nursery.borrow_mut();
        tunnels.retain_mut(|tunnel| tunnel.as_mut().poll(cx).is_pending());
        if is_over && tunnels.is_empty() {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
}
