//! `--access-log`: a line for each request, when its stream is closed.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;
use core::net::SocketAddr;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use blocking::proto::frame::{ErrorCode, Frame};
use blocking::proto::{Direction, FieldSection, Observe, Record, State, StreamId};
use serde_json::json;

use crate::exit::{Failure, Result};
use crate::frames::{HEAD_LEN, Harmless};

/// What the objects of `--json` are, and in which version.
pub(crate) const SCHEMA: &str = "tress-serve/1";

/// Where the lines go. All connections share it.
#[derive(Clone)]
pub(crate) struct Log {
    out: Arc<Mutex<Box<dyn Write + Send>>>,
    is_json: bool,
}

impl Log {
    /// Appends to a file, which need not exist; `-` is stdout.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(crate) fn open(path: &Path, is_json: bool) -> Result<Self> {
        let out: Box<dyn Write + Send> = if path == Path::new("-") {
            Box::new(io::stdout())
        } else {
            let file = File::options().create(true).append(true).open(path);
            Box::new(file.map_err(|error| {
                Failure::usage(format_args!("cannot write {}: {error}", path.display()))
                    .hint("give --access-log a file that you may write, or - for stdout")
            })?)
        };
        Ok(Self {
            out: Arc::new(Mutex::new(out)),
            is_json,
        })
    }

    fn write(&self, line: &str) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written any more is no reason to serve no more.
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

/// The requests of one connection that are not closed yet.
#[derive(Debug)]
pub(crate) struct Requests {
    log: Log,
    connection: u64,
    /// Its address; a dash where it is not known.
    peer: String,
    open: BTreeMap<StreamId, Request>,
}

#[derive(Debug)]
struct Request {
    begun: Instant,
    method: String,
    path: String,
    status: String,
    /// How much content was answered.
    octets: usize,
    reset: Option<ErrorCode>,
}

impl Requests {
    /// Names the connection by a number, and its peer by its address.
    pub(crate) fn new(log: Log, connection: u64, peer: Option<SocketAddr>) -> Self {
        Self {
            log,
            connection,
            peer: peer.map_or_else(|| "-".to_string(), |peer| peer.to_string()),
            open: BTreeMap::new(),
        }
    }

    fn fields(&mut self, direction: Direction, id: StreamId, fields: &FieldSection) {
        let value = |name: &str| fields.get(name.as_bytes()).unwrap_or(b"-");
        match (direction, self.open.get_mut(&id)) {
            (Direction::Received, None) => {
                let request = Request {
                    begun: Instant::now(),
                    method: word(value(":method")),
                    path: word(value(":path")),
                    status: "-".to_string(),
                    octets: 0,
                    reset: None,
                };
                self.open.insert(id, request);
            }
            // The last one counts: those before it were informational. Trailers have none.
            (Direction::Sent, Some(request)) if value(":status") != b"-" => {
                request.status = word(value(":status"));
            }
            _ => {}
        }
    }

    fn frame(&mut self, direction: Direction, frame: Frame<'_>, octets: usize) {
        match (direction, frame) {
            (Direction::Sent, Frame::Data(data)) => {
                if let Some(request) = self.open.get_mut(&data.stream_id) {
                    request.octets += octets - HEAD_LEN;
                }
            }
            (_, Frame::RstStream(reset)) => {
                if let Some(request) = self.open.get_mut(&reset.stream_id) {
                    request.reset = Some(reset.error_code);
                }
            }
            _ => {}
        }
    }

    /// Writes the line of a stream that is over.
    fn end(&mut self, id: StreamId) {
        let Some(request) = self.open.remove(&id) else {
            return;
        };
        let now = humantime::format_rfc3339_millis(SystemTime::now());
        let line = match self.log.is_json {
            true => self.object(&now, id, &request),
            false => self.line(&now, id, &request),
        };
        self.log.write(&line);
    }

    fn line(&self, now: &dyn fmt::Display, id: StreamId, request: &Request) -> String {
        let Request {
            method,
            path,
            status,
            octets,
            ..
        } = request;
        let (peer, connection) = (&self.peer, self.connection);
        let millis = request.milliseconds();
        let reset = request.reset.map(|code| format!(" {code}"));
        let reset = reset.unwrap_or_default();
        format!(
            "{now} {peer} {connection} {id} {method} {path} {status} {octets} {millis:.1}{reset}\n"
        )
    }

    fn object(&self, now: &dyn fmt::Display, id: StreamId, request: &Request) -> String {
        let object = json!({
            "schema": SCHEMA,
            "type": "request",
            "at": now.to_string(),
            "peer": self.peer,
            "connection": self.connection,
            "stream": id.value(),
            "method": request.method,
            "path": request.path,
            "status": request.status.parse::<u16>().ok(),
            "octets": request.octets,
            "ms": request.milliseconds(),
            "reset": request.reset.map(|code| code.to_string()),
        });
        format!("{object}\n")
    }
}

impl Request {
    /// How long ago it came.
    fn milliseconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64() * 1000.0
    }
}

impl Observe for Requests {
    fn record(&mut self, record: Record<'_>) {
        match record {
            Record::Fields {
                direction,
                stream_id,
                fields,
            } => self.fields(direction, stream_id, fields),
            Record::Frame {
                direction,
                frame,
                octets,
            } => self.frame(direction, frame, octets),
            Record::State {
                stream_id,
                to: State::Closed(_),
                ..
            } => self.end(stream_id),
            _ => {}
        }
    }
}

impl Drop for Requests {
    /// What is open when the connection is gone got no answer, or not all of it.
    fn drop(&mut self) {
        while let Some((id, _)) = self.open.first_key_value() {
            self.end(*id);
        }
    }
}

/// Octets of the peer's as one word, in which nothing disturbs a terminal or looks like two.
fn word(octets: &[u8]) -> String {
    Harmless(octets).to_string().replace(' ', "\\x20")
}

#[cfg(test)]
mod tests;
