//! What is served: content of a length that is asked for, and an echo.

use std::future::poll_fn;
use std::sync::LazyLock;

use tress_session::proto::Server;
use tress_session::{Accepted, Bytes, Error, RecvHalf, Response, SendHalf};

/// The content is the octets from 0 on to this one, over and over.
const PERIOD: u8 = 251;

/// Some periods of it, of which pieces are sent by reference.
static CONTENT: LazyLock<Bytes> = LazyLock::new(|| {
    let period: Vec<u8> = (0..PERIOD).collect();
    period.repeat(512).into()
});

/// Answers one request: `GET /bytes/N` and `POST /echo`.
pub(crate) async fn answer(accepted: Accepted) -> Result<(), Error> {
    let Accepted {
        request,
        mut recv,
        send,
        ..
    } = accepted;
    let status = match (request.method(), request.path().unwrap_or_default()) {
        (b"POST", b"/echo") => return echo(recv, send).await,
        (b"GET", path) => match length(path) {
            Some(length) => return content(send, length).await,
            None => 404,
        },
        _ => 405,
    };
    send.reply(Some(&mut recv), Response::new(status), Bytes::new(), None)
}

/// The length that a path asks for.
fn length(path: &[u8]) -> Option<u64> {
    let digits = path.strip_prefix(b"/bytes/")?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Sends so many octets, no more at a time than there is capacity for.
async fn content(send: SendHalf<Server>, length: u64) -> Result<(), Error> {
    send.respond(Response::new(200).with_content_length(length))?;
    let mut left = length;
    while left > 0 {
        let mut piece = |capacity: usize| {
            let begin = usize::try_from((length - left) % u64::from(PERIOD)).unwrap_or_default();
            let most = capacity.min(CONTENT.len() - begin);
            let count = usize::try_from(left).map_or(most, |left| left.min(most));
            left -= count as u64;
            CONTENT.slice(begin..begin + count)
        };
        poll_fn(|cx| send.poll_send(cx, &mut piece)).await?;
    }
    send.finish(Bytes::new(), None)
}

/// Sends back what comes. Nothing is taken that there is no capacity for: so a client that does not read
/// is not read either, beyond its window.
async fn echo(mut recv: RecvHalf<Server>, send: SendHalf<Server>) -> Result<(), Error> {
    send.respond(Response::new(200))?;
    loop {
        poll_fn(|cx| send.poll_capacity(cx)).await?;
        match poll_fn(|cx| recv.poll_data(cx)).await? {
            Some(data) => send.send_data(data)?,
            None => break,
        }
    }
    send.finish(Bytes::new(), recv.trailers())
}
