//! From a body to a stream.

use std::io::{ErrorKind, Read};

use proto::{Bytes, Role};
use tress_http::http::HeaderMap;
use tress_http::trailers_from_http;

use super::content::Content;
use super::convert;
use super::writer::{BodyWriter, Sink};
use crate::send_body::SendBody;
use session::Error;

/// How much is read at once, in octets.
const PIECE: usize = 16 * 1024;

/// Sends content, as fast as it comes and the peer takes it; returns the trailers that it ended with.
pub(super) fn pour(content: Content, into: &mut dyn Sink) -> Result<Option<HeaderMap>, Error> {
    let trailers = match content {
        Content::Bytes(data) => {
            into.send(data)?;
            None
        }
        Content::Incoming(mut incoming) => {
            while let Some(data) = incoming.data()? {
                into.send(data)?;
            }
            let trailers = incoming.trailers();
            trailers.map(convert::trailers).transpose()?
        }
        Content::Reader(mut reader, _) => {
            copy(&mut *reader, into)?;
            None
        }
        Content::Writer(write) => {
            let mut writer = BodyWriter::new(into);
            write(&mut writer)?;
            writer.into_trailers()
        }
        // Whoever gave no tunnel has nothing to send through it.
        Content::Tunnel(_) => None,
    };
    Ok(trailers)
}

/// Ends the message.
pub(super) fn finish<R: Role>(body: SendBody<R>, trailers: Option<HeaderMap>) -> Result<(), Error> {
    match trailers {
        Some(trailers) => body.finish_with_trailers(trailers_from_http(&trailers)),
        None => body.finish(),
    }
}

/// Sends what a reader gives, each piece as it comes.
fn copy(reader: &mut dyn Read, into: &mut dyn Sink) -> Result<(), Error> {
    loop {
        let mut piece = vec![0; PIECE];
        match reader.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                piece.truncate(count);
                into.send(Bytes::from(piece))?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}
