//! The request of HTTP/1.1 with which a WebSocket begins (RFC 6455).

use core::task::Waker;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};
use tress_upgrade::proto::runtime::{
    Chunks, Exn, ReadOperation, Runtime, Upgrade, WriteOperation, WriteResult,
};

use crate::echo::Echo;

/// What RFC 6455 has both ends append to the key.
const SUFFIX: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Reads the request and answers it. An echo follows once the answer is written.
#[derive(Debug, Default)]
pub(crate) struct Handshake {
    stage: Stage,
    output: Vec<u8>,
    wakers: Vec<Waker>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Asked,
    /// The answer is leaving; what follows the request is not for us.
    Agreed,
    Over,
}

impl Handshake {
    /// Answers a whole request; returns how many octets it had.
    fn answer(&mut self, input: &[u8]) -> usize {
        let mut fields = [httparse::EMPTY_HEADER; 32];
        let mut request = httparse::Request::new(&mut fields);
        let parsed = match request.parse(input) {
            Ok(httparse::Status::Partial) if input.len() < 8192 => return 0,
            Ok(httparse::Status::Complete(count)) => accept(&request).map(|key| (key, count)),
            _ => None,
        };
        let Some((key, count)) = parsed else {
            self.output = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n".to_vec();
            self.end(Stage::Over);
            return input.len();
        };
        self.output = format!(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-accept: {key}\r\n\r\n"
        )
        .into_bytes();
        self.end(Stage::Agreed);
        count
    }

    fn end(&mut self, stage: Stage) {
        self.stage = stage;
        self.wakers.drain(..).for_each(Waker::wake);
    }
}

/// What proves that the request was understood; `None` if it asks for no WebSocket.
fn accept(request: &httparse::Request<'_, '_>) -> Option<String> {
    let value = |name: &str| {
        let mut fields = request.headers.iter();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name))?;
        core::str::from_utf8(field.value).ok()
    };
    let is_meant = value("upgrade")?.eq_ignore_ascii_case("websocket")
        && value("connection")?
            .to_ascii_lowercase()
            .contains("upgrade")
        && value("sec-websocket-version")? == "13";
    let key = value("sec-websocket-key").filter(|_| is_meant)?;
    Some(STANDARD.encode(Sha1::digest([key, SUFFIX].concat())))
}

impl Upgrade<Echo> for Handshake {
    fn next_machine(&mut self) -> Option<Echo> {
        (self.stage == Stage::Agreed && self.output.is_empty()).then(Echo::default)
    }
}

impl Runtime for Handshake {
    fn next_read_operation(&mut self) -> ReadOperation {
        match self.stage {
            Stage::Asked => ReadOperation::Read,
            Stage::Agreed => ReadOperation::Yield,
            Stage::Over => ReadOperation::Close,
        }
    }

    fn read(&mut self, input: &[u8]) -> usize {
        match self.stage {
            Stage::Asked => self.answer(input),
            Stage::Agreed => 0,
            Stage::Over => input.len(),
        }
    }

    fn read_eof(&mut self, input: &[u8]) -> usize {
        self.end(Stage::Over);
        input.len()
    }

    fn yield_reader(&mut self, waker: &Waker) {
        self.wakers.push(waker.clone());
    }

    fn next_write_operation(&mut self) -> WriteOperation<'_> {
        match (self.output.is_empty(), self.stage) {
            (false, _) => WriteOperation::Write(Chunks::from_iter([&*self.output])),
            (true, Stage::Over) => WriteOperation::Close(0),
            (true, _) => WriteOperation::Yield,
        }
    }

    fn report_write_result(&mut self, result: WriteResult) {
        match result {
            WriteResult::Ok(count) => drop(self.output.drain(..count)),
            WriteResult::Closed => self.shutdown(),
        }
    }

    fn yield_writer(&mut self, waker: &Waker) {
        self.wakers.push(waker.clone());
    }

    fn report_exn(&mut self, _: Exn) {
        self.output.clear();
        self.shutdown();
    }

    fn shutdown(&mut self) {
        self.end(Stage::Over);
    }

    fn is_closed(&self) -> bool {
        self.stage == Stage::Over && self.output.is_empty()
    }
}
