//! What a client hears that did not ask for HTTP/2.

use alloc::format;
use alloc::vec::Vec;
use std::io::Write as _;

use rustls::Connection;

use crate::alpn::ALPN_HTTP1;

/// Why there is no answer to what it asks.
const TEXT: &str =
    "This port speaks HTTP/2 only: offer h2 by ALPN (RFC 9113 §3.2).\nTry: curl --http2\n";

/// Tells a client that has agreed on HTTP/1.1, or says nothing of protocols and so most likely speaks that,
/// what is spoken here, in a way that it understands (RFC 9110 §15.6.6).
pub(crate) fn answer(session: &mut Connection) {
    let may_speak_http1 = matches!(session.alpn_protocol(), None | Some(ALPN_HTTP1));
    if let (Connection::Server(session), true) = (session, may_speak_http1) {
        // It goes into memory; what the session does not take the client does not hear.
        let _ = session.writer().write_all(&http1());
    }
}

fn http1() -> Vec<u8> {
    let len = TEXT.len();
    let answer = format!(
        "HTTP/1.1 505 HTTP Version Not Supported\r\n\
         content-type: text/plain; charset=utf-8\r\n\
         content-length: {len}\r\n\
         connection: close\r\n\
         \r\n\
         {TEXT}"
    );
    answer.into_bytes()
}
