//! `tress-proto` at both ends, or as a server alone.

use bytes::Bytes;
use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{
    Client, Config, Connection, Event, FieldName, Limits, Part, PreparedResponse, Request,
    Response, Role, Server, StreamId, StreamMut, UserError,
};

use super::messages::{CONTENT, REQUESTS, RESPONSE, Recording};
use super::pipe::Pipe;
use super::varied::Varied;
use super::{STREAM_WINDOW, STREAMS};

/// The streams of an end that are granted [`STREAM_WINDOW`]: the windows of all together must not
/// pass 2^31-1 octets.
const WIDE: u32 = 2_000;

/// How a connection is set up: as the peers are, but that the connection's window follows.
pub fn config(limits: Limits) -> Config {
    set_up(limits, WIDE, STREAM_WINDOW)
}

/// The same for more streams than that, with as much less for each.
pub fn narrow_config(limits: Limits) -> Config {
    set_up(limits, STREAMS, STREAM_WINDOW / (STREAMS / WIDE))
}

fn set_up(limits: Limits, streams: u32, window: u32) -> Config {
    let limits = limits.concurrent_streams(streams);
    let config = Config::default().window_growth(0);
    let config = config.and_then(|config| config.initial_window(window));
    let config = config.and_then(|config| config.limits(limits));
    config.expect("the values are right")
}

/// The head of every response, ready.
pub fn response() -> Response {
    head(Response::new(200))
}

/// Adds the fields besides the status.
fn head(response: Response) -> Response {
    let [_, fields @ ..] = RESPONSE;
    fields
        .into_iter()
        .fold(response, |head, (name, value)| head.field(name, value))
}

/// The same without its date, and judged.
fn prepared() -> PreparedResponse {
    let [_, fields @ ..] = RESPONSE;
    let fields = fields.into_iter().filter(|(name, _)| *name != "date");
    let head = fields.fold(Response::new(200), |head, (name, value)| {
        head.field(name, value)
    });
    head.prepare().expect("the fields are right")
}

/// How a server makes a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// It copies a head that it has ready.
    Copied,
    /// It makes each one anew, field by field.
    Built,
    /// It makes each one anew, in the memory of its request.
    Within,
    /// It copies a head that was judged, into the memory of its request; the length and the date
    /// differ.
    Prepared,
}

/// Answers as most applications do: a head, the content, the end.
fn in_parts(stream: &mut StreamMut<'_, Server>, head: Response) -> Result<(), UserError> {
    stream.respond(head)?;
    stream.send_data(CONTENT.clone())?;
    stream.end()
}

/// The requests, ready.
pub fn requests() -> Vec<Request> {
    let request = |fields: &[(&str, String); 8]| {
        let [method, scheme, authority, path, rest @ ..] = fields;
        let head = Request::new(&method.1, &scheme.1, &authority.1, &path.1);
        let rest = rest.iter();
        rest.fold(head, |head, (name, value)| head.field(name, value))
    };
    REQUESTS.iter().map(request).collect()
}

/// A server, and what it answers.
#[derive(Debug)]
pub struct Site {
    /// The connection.
    pub server: Connection<Server>,
    response: Response,
    prepared: PreparedResponse,
    varied: Varied,
    /// How it makes its responses.
    pub style: Style,
    /// The octets of all fields that it was shown.
    pub octets: usize,
    request: Option<Request>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            server: Connection::new(config(Limits::server())),
            response: response(),
            prepared: prepared(),
            varied: Varied::default(),
            style: Style::Copied,
            octets: 0,
            request: None,
        }
    }
}

impl Site {
    /// One that takes [`STREAMS`] at once.
    pub fn of_many_streams() -> Self {
        Self {
            server: Connection::new(narrow_config(Limits::server())),
            ..Self::default()
        }
    }

    /// Looks at all that is new, and answers requests that are whole.
    pub fn answer(&mut self) {
        while let Some(event) = self.server.poll_event() {
            if let Event::Readable { stream_id } = event {
                self.take(stream_id);
            }
        }
    }

    fn take(&mut self, id: StreamId) {
        let mut stream = self.server.stream_mut(id).expect("it can be read");
        while let Some(part) = stream.recv().expect("nothing goes wrong here") {
            match part {
                Part::Head(request) => {
                    let fields = request.section().iter();
                    self.octets += fields
                        .map(|field| field.name.len() + field.value.len())
                        .sum::<usize>();
                    let keeps = matches!(self.style, Style::Within | Style::Prepared);
                    self.request = Some(request).filter(|_| keeps);
                }
                Part::End => {
                    let request = self.request.take();
                    let answered = match (self.style, request) {
                        (Style::Prepared, Some(request)) => {
                            let (cut, date) = self.varied.turn();
                            let head = self.prepared.to_response_within(request);
                            let head = head.with_content_length((CONTENT.len() - cut) as u64);
                            stream.answer(head.with(FieldName::DATE, date), CONTENT.slice(cut..))
                        }
                        (Style::Within, Some(request)) => {
                            in_parts(&mut stream, head(request.into_response(200)))
                        }
                        (Style::Built, _) => in_parts(&mut stream, response()),
                        _ => in_parts(&mut stream, self.response.clone()),
                    };
                    answered.expect("the request was not answered yet");
                }
                _ => {}
            }
        }
    }

    /// Throws away what waits to be written; returns how many octets that was, and in how many
    /// writes.
    pub fn discard(&mut self) -> (usize, usize) {
        discard(&mut self.server)
    }

    /// Takes a recording in reads of 8 KiB; returns the octets written.
    pub fn replay(&mut self, octets: &[u8]) -> usize {
        let (mut from, mut to, mut written) = (0, 0, 0);
        while to < octets.len() {
            to = octets.len().min(to + super::messages::READ);
            from += self.server.read(&octets[from..to]);
            self.answer();
            written += self.discard().0;
        }
        // What has been answered leaves once its end was heard of.
        self.answer();
        written
    }
}

/// Throws away what a server has to write, likewise.
pub(super) fn discard(server: &mut Connection<Server>) -> (usize, usize) {
    let (mut octets, mut writes) = (0, 0);
    while let WriteOperation::Write(chunks) = server.next_write_operation() {
        let count = chunks.octets();
        octets += count;
        writes += 1;
        server.report_write_result(WriteResult::Ok(count));
    }
    (octets, writes)
}

/// Answers a recording; returns the octets written.
pub fn replay(recording: &Recording, style: Style) -> usize {
    replay_octets(&recording.octets, style)
}

/// Answers what a client said; returns the octets written.
pub fn replay_octets(octets: &[u8], style: Style) -> usize {
    let mut site = Site {
        style,
        ..Site::default()
    };
    site.replay(octets)
}

/// Two connections that are joined.
#[derive(Debug)]
pub struct Pair {
    client: Connection<Client>,
    site: Site,
    up: Pipe,
    down: Pipe,
    requests: Vec<Request>,
    next: usize,
}

impl Default for Pair {
    fn default() -> Self {
        let mut pair = Self {
            client: Connection::new(config(Limits::client())),
            site: Site::default(),
            up: Pipe::default(),
            down: Pipe::default(),
            requests: requests(),
            next: 0,
        };
        while pair.turn() {}
        pair
    }
}

impl Pair {
    /// Sends requests, so many at a time; returns the octets of content.
    pub fn requests(&mut self, count: usize, at_a_time: usize) -> usize {
        let (mut octets, mut left) = (0, count);
        while left > 0 {
            let batch = left.min(at_a_time);
            left -= batch;
            for _ in 0..batch {
                self.send();
            }
            let mut finished = 0;
            while finished < batch {
                self.turn();
                finished += self.take(&mut octets);
            }
        }
        octets
    }

    fn send(&mut self) {
        self.next += 1;
        let request = &self.requests[self.next % self.requests.len()];
        let id = self.client.request(request.clone());
        let id = id.expect("a stream is free");
        let mut stream = self.client.stream_mut(id).expect("it was just opened");
        stream.end().expect("nothing was said yet");
    }

    /// Moves octets both ways once, and answers; says whether there were any.
    fn turn(&mut self) -> bool {
        let up = pass(&mut self.client, &mut self.site.server, &mut self.up);
        self.site.answer();
        let down = pass(&mut self.site.server, &mut self.client, &mut self.down);
        up || down
    }

    /// Takes what the client has got; returns how many streams have finished.
    fn take(&mut self, octets: &mut usize) -> usize {
        let mut finished = 0;
        while let Some(event) = self.client.poll_event() {
            match event {
                Event::Readable { stream_id } => *octets += read(&mut self.client, stream_id),
                Event::Finished { result, .. } => {
                    result.expect("nothing goes wrong here");
                    finished += 1;
                }
                _ => {}
            }
        }
        finished
    }

    /// Lets the server answer one request with so many octets, which the client reads in buffers of its
    /// driver's or in ones that it may keep; returns the octets of content.
    pub fn bulk(&mut self, octets: usize, piece: &Bytes, may_keep: bool) -> usize {
        let (mut received, mut left) = (0, octets);
        self.send();
        pass(&mut self.client, &mut self.site.server, &mut self.up);
        let id = opened(&mut self.site.server);
        let stream = self.site.server.stream_mut(id);
        let head = self.site.response.clone();
        let responded = stream.and_then(|mut stream| stream.respond(head));
        responded.expect("the request was not answered yet");
        loop {
            if left > 0 {
                left -= fill(&mut self.site.server, id, left, piece);
            }
            let (server, client) = (&mut self.site.server, &mut self.client);
            match may_keep {
                true => pass_shared(server, client, &mut self.down),
                false => pass(server, client, &mut self.down),
            };
            if self.take(&mut received) > 0 {
                while self.site.server.poll_event().is_some() {}
                return received;
            }
            pass(&mut self.client, &mut self.site.server, &mut self.up);
        }
    }
}

/// The stream that the client has opened.
fn opened(server: &mut Connection<Server>) -> StreamId {
    let mut id = None;
    while let Some(event) = server.poll_event() {
        if let Event::Opened { stream_id } = event {
            id = Some(stream_id);
            read(server, stream_id);
        }
    }
    id.expect("a request has come")
}

/// Fills the buffer of a stream; returns how many octets went in.
fn fill(server: &mut Connection<Server>, id: StreamId, left: usize, piece: &Bytes) -> usize {
    let mut stream = server.stream_mut(id).expect("it is not over");
    let mut filled = 0;
    while filled < left && stream.capacity() > 0 {
        let octets = piece.slice(..piece.len().min(left - filled));
        filled += octets.len();
        stream.send_data(octets).expect("it is not ended");
    }
    if filled == left {
        stream.end().expect("it is not ended");
    }
    filled
}

/// Takes all parts that are there; returns the octets of content.
fn read<R: Role>(connection: &mut Connection<R>, id: StreamId) -> usize {
    let mut octets = 0;
    let mut stream = connection.stream_mut(id).expect("it can be read");
    while let Some(part) = stream.recv().expect("nothing goes wrong here") {
        if let Part::Data(data) = part {
            octets += data.len();
        }
    }
    octets
}

/// Moves what one end has to say to the other; says whether there was anything.
fn pass(from: &mut impl Runtime, to: &mut impl Runtime, pipe: &mut Pipe) -> bool {
    write(from, pipe);
    pipe.read(|octets| to.read(octets))
}

/// Does the same in buffers that the reader may keep.
fn pass_shared(from: &mut impl Runtime, to: &mut impl Runtime, pipe: &mut Pipe) -> bool {
    write(from, pipe);
    pipe.read_shared(|octets| to.read_shared(octets))
}

/// Writes as much as there is space for.
fn write(from: &mut impl Runtime, pipe: &mut Pipe) {
    while pipe.space() > 0 {
        let WriteOperation::Write(chunks) = from.next_write_operation() else {
            break;
        };
        let slices = chunks.as_slices().iter();
        let written = slices.map(|slice| pipe.write(slice)).sum();
        from.report_write_result(WriteResult::Ok(written));
    }
}
