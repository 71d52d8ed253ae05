//! Our end: `tress-proto`, and an application that does as little as possible.

use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{Bytes, Client, Config, Connection, Limits, Request, Response, Server, StreamId};
use tress_testkit::{Reader, Seen, Side};

use super::application::{Heads, Heard};
use super::conversation::{Ask, Setup};
use super::outcome::Outcome;

/// The authority of every request.
pub const AUTHORITY: &str = "a:1";

/// Our end of a conversation.
pub struct Ours {
    machine: Machine,
    reader: Reader,
    /// What the machine has not consumed yet.
    input: Vec<u8>,
    heard: Heard,
}

enum Machine {
    Server(Connection<Server>, usize),
    Client(Connection<Client>),
}

impl Ours {
    /// Sets an end up. `tells` lets a server hear which rule a request breaks.
    pub fn new(setup: &Setup, tells: bool) -> Self {
        let config = config(setup, tells);
        let machine = match setup.side {
            Side::Server => Machine::Server(Connection::new(config), setup.content),
            Side::Client => {
                let mut client = Connection::new(config);
                for ask in &setup.requests {
                    request(&mut client, *ask);
                }
                Machine::Client(client)
            }
        };
        Self {
            machine,
            reader: Reader::new(),
            input: Vec::new(),
            heard: Heard::default(),
        }
    }

    /// The frames that it sends before it has heard anything.
    pub fn begin(&mut self) -> Vec<Seen> {
        self.run()
    }

    /// Feeds octets; returns what came of them, and the frames that were sent.
    pub fn feed(&mut self, octets: &[u8]) -> (Outcome, Vec<Seen>) {
        self.input.extend_from_slice(octets);
        let frames = self.run();
        let delivered = core::mem::take(&mut self.heard.delivered);
        let mut outcome = Outcome::new(&frames, delivered, self.heard.is_dead);
        outcome.is_closed = self.heard.is_over;
        let rule = core::mem::take(&mut self.heard.rule);
        if !rule.is_empty() {
            outcome.reason = rule;
        }
        (outcome, frames)
    }

    /// Says whether the connection has ended in good order.
    pub fn is_over(&self) -> bool {
        self.heard.is_over
    }

    /// Works until nothing moves any more.
    fn run(&mut self) -> Vec<Seen> {
        let mut output = Vec::new();
        loop {
            let (input, heard) = (&mut self.input, &mut self.heard);
            let moved = match &mut self.machine {
                Machine::Server(server, content) => {
                    let moved = turn(server, input, heard, &mut output);
                    for (id, is_head) in heard.take_whole() {
                        answer(server, id, if is_head { 0 } else { *content });
                    }
                    moved
                }
                Machine::Client(client) => {
                    let moved = turn(client, input, heard, &mut output);
                    for (id, _) in heard.take_whole() {
                        // It may be ended already, or reset.
                        let _ = client.stream_mut(id).and_then(|mut stream| stream.end());
                    }
                    moved
                }
            };
            if !moved {
                return self.reader.read(&output);
            }
        }
    }
}

fn config(setup: &Setup, tells: bool) -> Config {
    let limits = match setup.side {
        Side::Server => Limits::server(),
        Side::Client => Limits::client(),
    };
    let limits = limits.concurrent_streams(setup.streams);
    let config = Config::default()
        .limits(limits)
        .and_then(|config| config.window_growth(0))
        .and_then(|config| config.initial_window(setup.window));
    let mut config = config.expect("the values are right");
    config = config.header_table_size(setup.table);
    if setup.push {
        config = config.allow_push();
    }
    if setup.extended_connect {
        config = config.allow_extended_connect();
    }
    if tells {
        config = config.receive_malformed();
    }
    config
}

fn request(client: &mut Connection<Client>, ask: Ask) {
    let request = match ask {
        Ask::Get => Request::get("https", AUTHORITY, "/"),
        Ask::Head => Request::new("HEAD", "https", AUTHORITY, "/"),
        Ask::Post => Request::post("https", AUTHORITY, "/"),
        Ask::Connect => Request::connect(AUTHORITY),
    };
    let id = client.request(request).expect("nothing was asked before");
    if !ask.is_open() {
        let stream = client.stream_mut(id);
        let ended = stream.and_then(|mut stream| stream.end());
        ended.expect("it was just opened");
    }
}

/// Answers a request that is whole. It may have been reset meanwhile.
fn answer(server: &mut Connection<Server>, id: StreamId, content: usize) {
    let Ok(mut stream) = server.stream_mut(id) else {
        return;
    };
    let _ = stream.respond(Response::new(200));
    if content > 0 {
        let _ = stream.send_data(Bytes::from(vec![b'x'; content]));
    }
    let _ = stream.end();
}

/// Reads, tells the application and writes, each once; says whether any of it happened.
fn turn<R: Heads>(
    connection: &mut Connection<R>,
    input: &mut Vec<u8>,
    heard: &mut Heard,
    output: &mut Vec<u8>,
) -> bool {
    let consumed = connection.read(input);
    input.drain(..consumed);
    let mut moved = consumed > 0;
    while let Some(event) = connection.poll_event() {
        moved = true;
        heard.hear(connection, event);
    }
    while let WriteOperation::Write(chunks) = connection.next_write_operation() {
        moved = true;
        let before = output.len();
        for slice in chunks.as_slices() {
            output.extend_from_slice(slice);
        }
        let written = output.len() - before;
        connection.report_write_result(WriteResult::Ok(written));
    }
    moved
}
