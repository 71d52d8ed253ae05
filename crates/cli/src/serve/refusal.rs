//! What a client is told that does not speak what a port speaks, in its own language.

use alloc::string::String;
use alloc::vec::Vec;

use blocking::proto::frame::{ErrorCode, Frame, GoAway, Settings, StreamId};

/// An HTTP/1.x client where HTTP/2 is spoken in cleartext.
pub(crate) fn prior_knowledge(url: &str) -> Vec<u8> {
    let text = alloc::format!(
        "This port speaks HTTP/2 in cleartext, by prior knowledge only (RFC 9113 §3.3).\n\
         Try: curl --http2-prior-knowledge {url}\n"
    );
    http1("505 HTTP Version Not Supported", &text)
}

/// An HTTP/1.x client in cleartext where TLS is spoken.
pub(crate) fn wants_tls(url: &str) -> Vec<u8> {
    let text = alloc::format!(
        "This port speaks HTTP/2 over TLS, and this request came in cleartext.\n\
         Try: curl --http2 -k {url}\n"
    );
    http1("400 Bad Request", &text)
}

/// An HTTP/2 client in cleartext where TLS is spoken.
pub(crate) fn goaway(url: &str) -> Vec<u8> {
    let debug_data = alloc::format!("this port speaks TLS: use {url}");
    let mut octets = Vec::new();
    Frame::from(Settings::new(&[])).encode(&mut octets);
    let goaway = GoAway::new(StreamId::CONNECTION, ErrorCode::INADEQUATE_SECURITY);
    Frame::from(goaway.debug_data(debug_data.as_bytes())).encode(&mut octets);
    octets
}

fn http1(status: &str, text: &str) -> Vec<u8> {
    let answer: String = alloc::format!(
        "HTTP/1.1 {status}\r\n\
         content-type: text/plain; charset=utf-8\r\n\
         content-length: {}\r\n\
         connection: close\r\n\
         \r\n\
         {text}",
        text.len()
    );
    answer.into_bytes()
}
