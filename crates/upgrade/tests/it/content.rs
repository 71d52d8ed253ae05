//! Content in HTTP/1.1, whole or in chunks (RFC 9112 §6, RFC 9112 §7.1).

use testkit::Peer;
use tress_upgrade::{Limits, Server};

use crate::support::{Heard, cleartext, hear, said, wish};

fn limited() -> Server {
    cleartext().limits(Limits::default().content(10).head(300))
}

fn chunked(content: &str) -> Heard {
    hear(
        limited,
        wish("POST /", &["Transfer-Encoding: Chunked"]) + content,
    )
}

#[test]
fn chunks_are_joined() {
    for content in [
        "5\r\nhello\r\n0\r\n\r\n",
        "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        "00005;a=b;c=\"d\"\r\nhello\r\n0;last\r\n\r\n",
        "5 ;a\r\nhello\r\n000\r\nTrailer: 1\r\nContent-Length: 9\r\n\r\n",
    ] {
        let heard = chunked(content);
        assert!(heard.is_http2, "{content:?}: {heard:?}");
        assert_eq!(heard.requests[0].2, b"hello", "{content:?}");
        assert!(!heard.requests[0].1.contains("transfer-encoding"));
    }
    assert_eq!(chunked("0\r\n\r\n").requests[0].2, b"");
}

#[test]
fn what_follows_the_last_chunk_is_not_content() {
    let mut peer = Peer::new(limited());
    peer.feed(wish("POST /", &["Transfer-Encoding: chunked"]).into_bytes());
    peer.feed(*b"1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    let heard = said(&mut peer);
    // It is read as HTTP/2, where it is no preface.
    assert_eq!(heard.requests[0].2, b"x");
    assert!(heard.is_closed);
}

#[test]
fn chunks_that_are_none_are_malformed() {
    for content in [
        "\r\n",
        "x\r\n",
        "-1\r\n",
        "+1\r\n",
        "0x1\r\n",
        " 1\r\n",
        "1 \r\n",
        "1\n",
        "1\rx",
        ";a\r\n",
        "1\r\nxx\r\n",
        "1\r\nx\n",
        "1\r\nx0\r\n\r\n",
        "0\r\n\n",
        "0\r\nA: b\n\r\n",
        "11111111111111111\r\n",
        "1;\0\r\n",
    ] {
        assert_eq!(chunked(content).refusal(), 400, "{content:?}");
    }
}

#[test]
fn too_much_content_is_refused_before_it_is_kept() {
    let announced = wish("POST /", &["Content-Length: 11"]);
    assert_eq!(hear(limited, announced).refusal(), 413);
    assert_eq!(chunked("b\r\n").refusal(), 413);
    assert_eq!(chunked("fffffffffffffff\r\n").refusal(), 413);
    assert_eq!(chunked("5\r\nhello\r\n6\r\n").refusal(), 413);
    let most = wish("POST /", &["Content-Length: 10"]) + "0123456789";
    assert!(hear(limited, most).is_http2);
}

#[test]
fn octets_beside_the_content_are_counted_too() {
    let extensions = "1;".to_owned() + &"x".repeat(200) + "\r\na\r\n";
    assert_eq!(chunked(&extensions.repeat(2)).refusal(), 413);
    let trailers = "A: ".to_owned() + &"x".repeat(98) + "\r\n";
    assert_eq!(
        chunked(&("0\r\n".to_owned() + &trailers.repeat(3))).refusal(),
        413
    );
    let endless = "1;".to_owned() + &"x".repeat(2000);
    assert_eq!(chunked(&endless).refusal(), 400);
}
