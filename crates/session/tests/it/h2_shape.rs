//! A session in the shape of another library's API, to see that all of it can be said: one that is
//! pulled, with handles that reset nothing of their own, and capacity that is told by its edges.

use core::task::{Context, Poll, ready as ready_or};

use testkit::Task;
use tress_session::proto::{Client, Credit, Part, Role, Server};
use tress_session::{
    Accepted, Bytes, Config, Error, ErrorCode, Ping, RecvHalf, Request, Requests, Response,
    SendHalf, Session, Trailers, Users,
};

use crate::support::{Pair, get, ready};

/// A client's handle: counted, so that the connection can end when the last is gone.
struct SendRequest {
    requests: Requests,
    _users: Users<Client>,
}

/// The half that sends, which resets nothing by itself.
struct SendStream<R: Role> {
    half: SendHalf<R>,
    /// The capacity that was told last.
    told: usize,
}

/// The half that receives; credit is the application's.
struct RecvStream<R: Role>(RecvHalf<R>);

impl SendRequest {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.requests.poll_ready(cx)
    }

    fn send_request(
        &mut self,
        request: Request,
    ) -> Result<(RecvStream<Client>, SendStream<Client>), Error> {
        let opened = self.requests.request(request, None)?;
        let send = opened.send.ok_or_else(Error::closed)?.passive();
        let send = SendStream {
            half: send,
            told: 0,
        };
        Ok((RecvStream(opened.recv.passive()), send))
    }
}

impl<R: Role> SendStream<R> {
    /// Ready after an increase, and never with none.
    fn poll_capacity(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<usize, Error>>> {
        let capacity = match ready_or!(self.half.poll_capacity(cx)) {
            Ok(capacity) => capacity,
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        if capacity <= self.told {
            return Poll::Pending;
        }
        self.told = capacity;
        Poll::Ready(Some(Ok(capacity)))
    }

    fn send_data(&mut self, data: Bytes, end: bool) -> Result<(), Error> {
        self.told = self.told.saturating_sub(data.len());
        self.half.send_data(data)?;
        if end {
            self.half.handle().end()
        } else {
            Ok(())
        }
    }

    fn send_trailers(&mut self, trailers: Trailers) -> Result<(), Error> {
        self.half.handle().send_trailers(trailers)
    }

    fn poll_reset(&self, cx: &mut Context<'_>) -> Poll<Result<ErrorCode, Error>> {
        self.half.handle().poll_reset(cx)
    }
}

impl<R: Role> RecvStream<R> {
    fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.0.poll_data(cx).map(Result::transpose)
    }

    fn release_capacity(&self, octets: usize) -> Result<(), Error> {
        let octets = u32::try_from(octets).unwrap_or(u32::MAX);
        self.0.handle().release_credit(octets).map(drop)
    }
}

/// A server's answer, beside whose making the reset is waited for.
struct SendResponse(Accepted);

impl SendResponse {
    fn poll_reset(&self, cx: &mut Context<'_>) -> Poll<Result<ErrorCode, Error>> {
        self.0.send.handle().poll_reset(cx)
    }

    fn send_response(self, response: Response) -> Result<SendStream<Server>, Error> {
        self.0.send.respond(response)?;
        let half = self.0.send.passive();
        drop(self.0.recv.passive());
        Ok(SendStream { half, told: 0 })
    }
}

/// One ping at a time.
struct PingPong<'a> {
    session: &'a Session<Client>,
    sent: Option<Ping<Client>>,
}

impl PingPong<'_> {
    fn send_ping(&mut self) -> Result<(), Error> {
        self.sent = Some(self.session.ping_with(Some(*b"userping"))?);
        Ok(())
    }

    fn poll_pong(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let Some(sent) = &self.sent else {
            return Poll::Pending;
        };
        let outcome = ready_or!(sent.poll(cx));
        self.sent = None;
        Poll::Ready(outcome)
    }
}

#[test]
fn an_exchange_is_said_in_another_shape() {
    let config = || Config::default().credit(Credit::Manual).unwrap();
    let pair = Pair::with(config(), config());
    let mut client = SendRequest {
        requests: Requests::new(pair.client.clone()),
        _users: pair.client.users(),
    };
    let task = Task::new();
    ready(client.poll_ready(&mut task.cx())).unwrap();
    let (mut response, mut body) = client.send_request(get()).unwrap();
    pair.run();
    let answer = SendResponse(pair.accept());
    assert!(answer.poll_reset(&mut task.cx()).is_pending());

    let capacity = ready(body.poll_capacity(&mut task.cx())).unwrap().unwrap();
    assert!(capacity > 0);
    assert!(
        body.poll_capacity(&mut task.cx()).is_pending(),
        "it did not grow"
    );
    body.send_data(Bytes::from_static(b"asked"), false).unwrap();
    body.send_trailers(Trailers::new().field("x", "y")).unwrap();

    let mut stream = answer.send_response(Response::new(200)).unwrap();
    stream.send_data(Bytes::from_static(b"told"), true).unwrap();
    pair.run();
    let head = ready(response.0.poll_part(&mut task.cx())).unwrap();
    assert!(matches!(head, Part::Head(head) if head.status() == 200));
    let data = ready(response.poll_data(&mut task.cx())).unwrap().unwrap();
    assert_eq!(data, "told");
    response.release_capacity(data.len()).unwrap();
    assert!(ready(response.poll_data(&mut task.cx())).is_none());
    assert!(stream.poll_reset(&mut task.cx()).is_pending());

    let mut pings = PingPong {
        session: &pair.client,
        sent: None,
    };
    pings.send_ping().unwrap();
    assert!(pings.poll_pong(&mut task.cx()).is_pending());
    pair.run();
    ready(pings.poll_pong(&mut task.cx())).unwrap();
    drop(client);
    assert!(
        pair.client.is_going_away().unwrap(),
        "the last handle is gone"
    );
}
