//! An answer that is whole while the request still runs (RFC 9113 §8.1).

use core::time::Duration;

use testkit::{Wire, code, data, headers, kind, ping, settings, settings_ack, window_update};
use tokio::time::{Instant, interval, timeout};
use tress_async::compat::tokio::TokioTimer;
use tress_async::proto::Connection;
use tress_async::{Client, Config, Request};

use crate::pipe::pipe;
use crate::wire::Peer;
use crate::world::{in_time, post};

/// More than a window holds.
const MUCH: usize = 100_000;

/// A client, and a server by hand, which lets it open so many streams.
async fn client(streams: u32) -> (Client, Peer) {
    let (near, far) = pipe();
    let (client, driver) = Client::new(Connection::new(Config::default()), near);
    tokio::spawn(driver);
    let mut peer = Peer::new(far);
    let limit = settings().set(3, streams);
    peer.write((limit, settings_ack())).await;
    // It has heard all that was said.
    peer.read_to(kind::SETTINGS).await;
    peer.read_to(kind::SETTINGS).await;
    (client, peer)
}

/// Answers a request in full, and takes no more of it.
fn answer(stream: u32, status: u16) -> impl Wire {
    (headers(stream).status(status), data(stream, "answer").end())
}

#[tokio::test]
async fn a_sender_is_freed_when_the_whole_answer_is_no_success_and_the_answer_is_there() {
    let (client, mut peer) = client(10).await;
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    let sending = tokio::spawn(async move {
        loop {
            if let Err(error) = body.send(vec![7; MUCH]).await {
                return (error, body.finish());
            }
        }
    });
    peer.read_to(kind::HEADERS).await;
    peer.write(answer(1, 413)).await;
    let (_, finished) = in_time(sending).await.unwrap();
    // What the server has no use for is no error of whoever sent it.
    finished.unwrap();
    assert_eq!(
        peer.read_to(kind::RST_STREAM).await.code(),
        Some(code::CANCEL)
    );
    let reply = in_time(pending).await.unwrap();
    assert_eq!(reply.head.status(), 413);
    assert_eq!(in_time(reply.body.bytes(MUCH)).await.unwrap(), "answer");
    in_time(client.close()).await.unwrap();
}

#[tokio::test]
async fn a_success_that_reads_on_gets_the_rest_of_the_request() {
    let (client, mut peer) = client(10).await;
    let (mut body, pending) = client.send(post("/")).await.unwrap();
    body.send("one").await.unwrap();
    peer.read_to(kind::DATA).await;
    peer.write(answer(1, 200)).await;
    let mut reply = in_time(pending).await.unwrap();
    while in_time(reply.body.data()).await.unwrap().is_some() {}
    // Whoever holds the sending half cares for the request, also without the answer.
    drop(reply);
    body.send("two").await.unwrap();
    body.finish().unwrap();
    let last = peer.read_to(kind::DATA).await;
    assert_eq!((last.content(), last.is_end()), (&b"two"[..], true));
    in_time(client.close()).await.unwrap();
    assert!(!peer.passed().contains(&kind::RST_STREAM));
}

/// A server that answers PING, and gives credit every four seconds, or none.
async fn idle(mut peer: Peer, is_granting: bool) {
    let mut beat = interval(Duration::from_secs(4));
    loop {
        tokio::select! {
            asked = peer.read_to(kind::PING) => {
                let payload = asked.payload[..].try_into().unwrap();
                peer.write(ping(payload).ack()).await;
            }
            _ = beat.tick() => {
                if is_granting {
                    peer.write((window_update(0, 20_000), window_update(1, 20_000))).await;
                }
            }
        }
    }
}

/// RFC 9113 §8.1: what reads on says so by credit, for which it has ten seconds from when it is seen to have
/// all that was sent.
#[tokio::test(start_paused = true)]
async fn a_success_that_gives_no_credit_ends_the_upload_after_ten_seconds() {
    for is_granting in [true, false] {
        let (near, far) = pipe();
        let (client, driver) = Client::new(Connection::new(Config::default()), near);
        tokio::spawn(driver.with_timer(TokioTimer::new()));
        let mut peer = Peer::new(far);
        peer.write((settings().set(4, 100), settings_ack())).await;
        let (mut body, pending) = client.send(post("/")).await.unwrap();
        body.send(vec![7; 10 * MUCH]).await.unwrap();
        peer.write(answer(1, 200)).await;
        let reply = in_time(pending).await.unwrap();
        let serving = tokio::spawn(idle(peer, is_granting));
        let begun = Instant::now();
        let ended = timeout(Duration::from_secs(60), body.canceled()).await;
        let waited = begun.elapsed();
        assert_eq!(ended.is_err(), is_granting, "{ended:?}");
        if let Ok(error) = ended {
            assert!(error.is_no_error_reset(), "it is no mistake: {error:?}");
            let range = Duration::from_secs(10)..=Duration::from_secs(20);
            assert!(range.contains(&waited), "{waited:?}");
        }
        assert_eq!(reply.body.bytes(MUCH).await.unwrap(), "answer");
        serving.abort();
    }
}

#[tokio::test]
async fn a_tunnel_that_is_whole_in_one_direction_goes_on_in_the_other() {
    let (client, mut peer) = client(10).await;
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.tunnel(Request::connect("a:1")).await }
    });
    peer.read_to(kind::HEADERS).await;
    peer.write(answer(1, 200)).await;
    let tunneled = in_time(asking).await.unwrap().unwrap();
    let (send, _, mut recv) = tunneled.into_tunnel().unwrap().into_parts();
    while in_time(recv.data()).await.unwrap().is_some() {}
    drop(recv);
    let mut send = send.unwrap();
    send.send("on").await.unwrap();
    assert_eq!(peer.read_to(kind::DATA).await.content(), b"on");
    send.finish().unwrap();
    in_time(client.close()).await.unwrap();
    assert!(!peer.passed().contains(&kind::RST_STREAM));
}

/// A body that stays open until its feeder is dropped.
#[cfg(feature = "http-body")]
struct Open(tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>);

#[cfg(feature = "http-body")]
impl http_body::Body for Open {
    type Data = std::io::Cursor<Vec<u8>>;
    type Error = core::convert::Infallible;

    fn poll_frame(
        mut self: core::pin::Pin<&mut Self>,
        cx: &mut core::task::Context<'_>,
    ) -> core::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
        let polled = self.0.poll_recv(cx);
        polled.map(|data| data.map(|data| Ok(http_body::Frame::data(std::io::Cursor::new(data)))))
    }
}

#[cfg(feature = "http-body")]
#[tokio::test]
async fn answered_calls_whose_bodies_stay_open_keep_neither_their_streams_nor_their_bodies() {
    use http_body_util::BodyExt;
    use tress_async::HttpClient;
    use tress_async::http::Request;
    let (client, mut peer) = client(10).await;
    let mut client = HttpClient::new(client);
    for (octets, status) in [(1, 200), (1, 404), (MUCH, 200), (MUCH, 404)].repeat(8) {
        let (feed, frames) = tokio::sync::mpsc::unbounded_channel();
        feed.send(vec![7; octets]).unwrap();
        let request = Request::post("http://localhost/").body(Open(frames));
        let sending = client.send(request.unwrap());
        let serving = async {
            let stream = peer.read_to(kind::HEADERS).await.stream;
            peer.write(answer(stream, status)).await;
        };
        let both = async { tokio::join!(sending, serving) };
        let (response, ()) = in_time(both).await;
        let content = response.unwrap().into_body().collect().await.unwrap();
        assert_eq!(content.to_bytes(), "answer");
        // The body is dropped.
        in_time(feed.closed()).await;
    }
    let (last, driver) = (client.client().clone(), client);
    drop(driver);
    in_time(last.close()).await.unwrap();
}
