//! From what a handler returned to what is sent.

use proto::{Bytes, ErrorCode, Request, Response as Head, Server};
use tress_http::http::{Method, Response};
use tress_http::{complete_response, has_no_content, trailers_from_http};

use super::body::Body;
use super::content::{Content, Through};
use super::pour::finish;
use crate::exchange::Responder;
use crate::pool::{Call, Share, watched};
use crate::recv_body::RecvBody;
use crate::tunnel::Tunnel;
use session::Error;

/// One request that is being answered.
pub(super) struct Answer {
    pub(super) method: Method,
    /// The request, which was converted, and whose memory serves the head of the answer.
    pub(super) memory: Option<Request>,
    pub(super) responder: Responder,
    pub(super) share: Share,
    /// What comes through the tunnel, where one was asked for.
    pub(super) tunnel: Option<RecvBody<Server>>,
    pub(super) dated: bool,
}

impl Answer {
    /// Sends a response.
    pub(super) fn send(mut self, response: Response<Body>) -> Result<(), Error> {
        let (parts, body) = response.into_parts();
        let (memory, exact) = (self.memory.take(), body.exact_len());
        let head = complete_response(&parts, memory, &self.method, exact, self.dated);
        if has_no_content(&self.method, parts.status) {
            return self.responder.reply(head, Bytes::new());
        }
        match body.settled()? {
            Body {
                content: Content::Bytes(data),
                trailers: None,
            } => self.responder.reply(head, data),
            Body {
                content: Content::Bytes(data),
                trailers: Some(trailers),
            } => {
                let trailers = trailers_from_http(&trailers);
                self.responder.reply_with_trailers(head, data, trailers)
            }
            Body {
                content: Content::Tunnel(run),
                ..
            } => self.through(head, parts.status.is_success(), run),
            body => self.stream(head, body),
        }
    }

    /// Accepts a tunnel, where one was asked for.
    fn through(self, head: Head, is_established: bool, run: Through) -> Result<(), Error> {
        let Some(recv) = self.tunnel.filter(|_| is_established) else {
            return self.responder.reply(head, Bytes::new());
        };
        go_on(&self.share, self.responder, move |responder| {
            run(Tunnel::new(responder.respond(head)?, recv)?)
        })
    }

    /// Sends content as it comes.
    fn stream(self, head: Head, mut body: Body) -> Result<(), Error> {
        // What is sent back as it comes will be read, and only now is there a time to say so.
        if let Content::Incoming(incoming) = &mut body.content {
            incoming.invite();
        }
        go_on(&self.share, self.responder, move |responder| {
            let mut into = responder.respond(head)?;
            let trailers = body.pour_into(&mut into)?;
            finish(into, trailers)
        })
    }
}

/// Goes on on a thread that may block, which this one may be.
fn go_on(
    share: &Share,
    responder: Responder,
    work: impl FnOnce(Responder) -> Result<(), Error> + Send + 'static,
) -> Result<(), Error> {
    if !responder.is_inline() {
        return work(responder);
    }
    let report = responder.report();
    report.begun();
    Ok(share.submit(move |call| {
        if call == Call::GiveUp {
            return responder.reset(ErrorCode::CANCEL);
        }
        watched(&report, || work(responder));
    })?)
}
