//! What an endpoint is: what it announces, and what it does where the RFCs leave it free.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::time::Instant;

use blocking::proto::runtime::{ReadOperation, Reader, Runtime as _, write_through};
use blocking::proto::{
    Client, Config, Connection, ErrorCode, Event, ExtensionFrame, Part, Request, SettingId, Stage,
    StreamId,
};
use serde_json::{Value, json};

use tress_testkit::{Reader as Frames, Seen, kind};

use super::wire::Transport;

/// The settings of RFC 9113 §6.5.2, RFC 8441 §3 and RFC 9218 §2.1, and what they are without a word.
const SETTINGS: [(SettingId, &str, &str); 8] = [
    (SettingId::HEADER_TABLE_SIZE, "HEADER_TABLE_SIZE", "4096"),
    (SettingId::ENABLE_PUSH, "ENABLE_PUSH", "-"),
    (
        SettingId::MAX_CONCURRENT_STREAMS,
        "MAX_CONCURRENT_STREAMS",
        "no limit",
    ),
    (
        SettingId::INITIAL_WINDOW_SIZE,
        "INITIAL_WINDOW_SIZE",
        "65535",
    ),
    (SettingId::MAX_FRAME_SIZE, "MAX_FRAME_SIZE", "16384"),
    (
        SettingId::MAX_HEADER_LIST_SIZE,
        "MAX_HEADER_LIST_SIZE",
        "no limit",
    ),
    (
        SettingId::ENABLE_CONNECT_PROTOCOL,
        "ENABLE_CONNECT_PROTOCOL",
        "0",
    ),
    (
        SettingId::NO_RFC7540_PRIORITIES,
        "NO_RFC7540_PRIORITIES",
        "0",
    ),
];

/// What a PING carries here.
const PING: [u8; 8] = *b"how long";

/// What is known of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Endpoint {
    alpn: Option<&'static str>,
    settings: Vec<(&'static str, Option<u32>, &'static str)>,
    connection_window: i32,
    status: Option<u16>,
    server: Option<String>,
    ping: Option<Duration>,
    origins: Option<Vec<String>>,
    /// What it said to our GOAWAY, if it did, and after how long it closed, if it did.
    goaway: Option<ErrorCode>,
    closed: Option<Duration>,
}

/// One connection on which an endpoint is asked.
struct Talk<'a> {
    transport: &'a mut dyn Transport,
    machine: Connection<Client>,
    reader: Reader,
    end: Instant,
    is_over: bool,
    /// The code of the server's GOAWAY, where it came behind ours.
    goaway: Option<ErrorCode>,
}

impl Endpoint {
    /// Asks an endpoint; what does not come in time stays unknown.
    pub(super) fn ask(
        transport: &mut dyn Transport,
        alpn: Option<&'static str>,
        request: Request,
        limit: Duration,
    ) -> Self {
        let mut found = Self {
            alpn,
            ..Self::default()
        };
        let mut talk = Talk {
            transport,
            machine: Connection::new(Config::default()),
            reader: Reader::new(),
            end: Instant::now() + limit,
            is_over: false,
            goaway: None,
        };
        while talk.machine.stage() == Stage::Preface && talk.turn() {}
        found.note_announced(&talk.machine);
        let asked = Instant::now();
        let is_asked = talk.machine.ping(PING).is_ok();
        let stream = talk.machine.request(request).ok();
        if let Some(mut stream) = stream.and_then(|id| talk.machine.stream_mut(id).ok()) {
            let _ = stream.end();
        }
        loop {
            found.hear(&mut talk.machine, stream, asked);
            let is_known = found.status.is_some() && (found.ping.is_some() || !is_asked);
            if is_known || !talk.turn() {
                break;
            }
        }
        // Credit may have come behind SETTINGS.
        found.connection_window = talk.machine.send_window();
        found.leave(&mut talk, limit);
        found
    }

    fn note_announced(&mut self, machine: &Connection<Client>) {
        let settings = SETTINGS.into_iter();
        self.settings = settings
            .map(|(id, name, default)| (name, machine.peer_setting(id), default))
            .collect();
    }

    fn hear(&mut self, machine: &mut Connection<Client>, stream: Option<StreamId>, asked: Instant) {
        while let Some(event) = machine.poll_event() {
            match event {
                Event::Pong { payload: PING } => self.ping = Some(asked.elapsed()),
                Event::Extension(frame) => {
                    if let ExtensionFrame::Origin { origins } = *frame {
                        let origins = origins.iter();
                        let origins = origins.map(|one| String::from_utf8_lossy(one).into_owned());
                        self.origins.get_or_insert_default().extend(origins);
                    }
                }
                Event::GoAway { code, .. } => self.goaway = Some(code),
                _ => {}
            }
        }
        let Some(mut stream) = stream.and_then(|id| machine.stream_mut(id).ok()) else {
            return;
        };
        while let Ok(Some(part)) = stream.recv() {
            if let Part::Head(head) = part {
                self.status = Some(head.status());
                let server = head.field_value("server");
                self.server = server.map(|name| String::from_utf8_lossy(name).into_owned());
            }
        }
    }

    /// Says GOAWAY, and looks what comes of it.
    fn leave(&mut self, talk: &mut Talk<'_>, limit: Duration) {
        talk.machine.go_away();
        let began = Instant::now();
        talk.end = began + limit;
        while talk.turn() {
            self.hear(&mut talk.machine, None, began);
        }
        self.hear(&mut talk.machine, None, began);
        self.goaway = self.goaway.or(talk.goaway);
        self.closed = talk.is_over.then(|| began.elapsed());
    }

    /// What people are told: a line for each.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let line = |name: &str, value: String| (name.to_string(), value);
        let known = |value: Option<String>| value.unwrap_or_else(|| "not known".into());
        let time = |time: Duration| alloc::format!("{:.2} ms", time.as_secs_f64() * 1e3);
        let protocol = match self.alpn {
            Some(alpn) => alloc::format!("TLS, ALPN {alpn}"),
            None => "cleartext, by prior knowledge".into(),
        };
        let mut lines = alloc::vec![line("protocol", protocol)];
        for (name, value, default) in &self.settings {
            let value = match value {
                Some(value) => value.to_string(),
                None => alloc::format!("{default} (not announced)"),
            };
            lines.push(line(name, value));
        }
        let status = self.status.map(|status| match &self.server {
            Some(server) => alloc::format!("{status}, by {server}"),
            None => status.to_string(),
        });
        let origins = self.origins.as_ref().map(|origins| origins.join(" "));
        let closed = self.closed.map(|after| match self.goaway {
            Some(code) => alloc::format!("GOAWAY with {code}, and closes after {}", time(after)),
            None => alloc::format!("closes after {}", time(after)),
        });
        lines.extend([
            line("connection window", self.connection_window.to_string()),
            line("answer", known(status)),
            line("PING round trip", known(self.ping.map(time))),
            line("ORIGIN", origins.unwrap_or_else(|| "none".into())),
            line(
                "at our GOAWAY",
                closed.unwrap_or_else(|| "stays open".into()),
            ),
        ]);
        lines
    }

    /// The same for programs.
    pub(super) fn object(&self) -> Value {
        let settings = self.settings.iter();
        let settings =
            settings.filter_map(|(name, value, _)| Some(((*name).to_string(), (*value)?.into())));
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        json!({
            "schema": "tress-endpoint/1",
            "alpn": self.alpn,
            "settings": settings.collect::<serde_json::Map<_, Value>>(),
            "connection_window": self.connection_window,
            "status": self.status,
            "server": self.server,
            "ping_us": self.ping.map(micros),
            "origins": self.origins,
            "goaway": self.goaway.map(|code| code.to_string()),
            "closed_after_us": self.closed.map(micros),
        })
    }
}

impl Talk<'_> {
    /// Writes what is due, and reads once; says whether anything may still come in time.
    fn turn(&mut self) -> bool {
        let transport = &mut *self.transport;
        let written = write_through(&mut self.machine, |from| transport.write_vectored(from));
        if written.and_then(|_| self.transport.flush()).is_err() {
            // What was said before may still be heard.
            self.machine.shutdown();
        }
        let left = self.end.saturating_duration_since(Instant::now());
        if self.is_over || left.is_zero() || self.limit(left).is_err() {
            return false;
        }
        let transport = &mut *self.transport;
        match self.reader.fill(|into| transport.read(into)) {
            Ok(0) => self.is_over = true,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return false;
            }
            Err(_) => self.is_over = true,
        }
        if self.reader.offer(&mut self.machine) == ReadOperation::Close && !self.is_over {
            return self.drain();
        }
        !self.is_over
    }

    /// Reads on behind our own GOAWAY until the transport ends, for the server's, if it says one.
    fn drain(&mut self) -> bool {
        let mut into = [0; 4096];
        let mut frames = Frames::new();
        loop {
            let left = self.end.saturating_duration_since(Instant::now());
            if left.is_zero() || self.limit(left).is_err() {
                return false;
            }
            match self.transport.read(&mut into) {
                Ok(0) => self.is_over = true,
                Ok(count) => {
                    let seen = frames.read(into.get(..count).unwrap_or_default());
                    let goaway = seen.iter().find(|frame| frame.kind == kind::GOAWAY);
                    let code = goaway.and_then(Seen::code).map(ErrorCode);
                    self.goaway = self.goaway.or(code);
                    continue;
                }
                Err(error) => {
                    self.is_over =
                        !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                }
            }
            return false;
        }
    }

    fn limit(&self, left: Duration) -> io::Result<()> {
        self.transport.socket().set_read_timeout(Some(left))
    }
}
