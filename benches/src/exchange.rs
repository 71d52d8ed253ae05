//! A client and a server in one thread, joined by a buffer: what the connections cost by themselves.

use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{
    Bytes, Client, Config, Connection, Event, Part, Request, Response, Role, Server, StreamId,
};

/// Two connections, and the octets between them that were not taken yet.
#[derive(Debug)]
pub struct Exchange {
    client: Connection<Client>,
    server: Connection<Server>,
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    request: Request,
    response: Response,
}

impl Default for Exchange {
    fn default() -> Self {
        Self::new()
    }
}

impl Exchange {
    /// Joins two connections and lets them agree on their settings.
    pub fn new() -> Self {
        let request = Request::get("https", "www.example.com", "/static/app.js")
            .field("user-agent", "bench/1.0 (in memory)")
            .field("accept", "*/*")
            .field("accept-encoding", "gzip, br")
            .field("cookie", "session=0123456789abcdef");
        let response = Response::new(200)
            .field("content-type", "text/javascript")
            .field("cache-control", "public, max-age=3600")
            .field("etag", "\"0123456789abcdef\"")
            .field("server", "bench");
        let mut exchange = Self {
            client: Connection::new(Config::default()),
            server: Connection::new(Config::default()),
            to_server: Vec::new(),
            to_client: Vec::new(),
            request,
            response,
        };
        while exchange.turn() {}
        exchange
    }

    /// Sends requests, so many at a time, and answers each with `content`; returns the octets received.
    pub fn requests(&mut self, count: usize, at_a_time: usize, content: &Bytes) -> usize {
        let (mut octets, mut left) = (0, count);
        while left > 0 {
            let batch = left.min(at_a_time);
            left -= batch;
            for _ in 0..batch {
                let id = self
                    .client
                    .request(self.request.clone())
                    .expect("a stream is free");
                let mut stream = self.client.stream_mut(id).expect("it was just opened");
                stream.end().expect("nothing was said yet");
            }
            let mut finished = 0;
            while finished < batch {
                self.turn();
                self.answer(content);
                finished += self.take(&mut octets);
            }
        }
        octets
    }

    /// Moves octets both ways once; says whether there were any.
    fn turn(&mut self) -> bool {
        let up = pass(&mut self.client, &mut self.server, &mut self.to_server);
        let down = pass(&mut self.server, &mut self.client, &mut self.to_client);
        up || down
    }

    /// Answers what the server has been asked.
    fn answer(&mut self, content: &Bytes) {
        while let Some(event) = self.server.poll_event() {
            let Event::Opened { stream_id } = event else {
                continue;
            };
            read(&mut self.server, stream_id);
            let mut stream = self
                .server
                .stream_mut(stream_id)
                .expect("it was just opened");
            stream
                .respond(self.response.clone())
                .expect("nothing was said yet");
            if !content.is_empty() {
                stream
                    .send_data(content.clone())
                    .expect("the buffer takes it");
            }
            stream.end().expect("it was not ended yet");
        }
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
}

/// Takes all parts that are there; returns the octets of content.
fn read<R: Role>(connection: &mut Connection<R>, id: StreamId) -> usize {
    let mut octets = 0;
    while let Ok(mut stream) = connection.stream_mut(id) {
        match stream.recv().expect("nothing goes wrong here") {
            Some(Part::Data(data)) => octets += data.len(),
            Some(_) => {}
            None => break,
        }
    }
    octets
}

/// Moves what one end has to say to the other; says whether there was anything.
fn pass(from: &mut impl Runtime, to: &mut impl Runtime, held: &mut Vec<u8>) -> bool {
    let before = held.len();
    while let WriteOperation::Write(chunks) = from.next_write_operation() {
        let octets = chunks.octets();
        for slice in chunks.as_slices() {
            held.extend_from_slice(slice);
        }
        from.report_write_result(WriteResult::Ok(octets));
    }
    let moved = held.len() > before;
    let consumed = to.read(held);
    held.drain(..consumed);
    moved
}

#[cfg(test)]
mod tests {
    use tress_proto::Bytes;

    use super::Exchange;

    #[test]
    fn every_answer_arrives_whole() {
        let mut exchange = Exchange::new();
        for (count, at_a_time, length) in [(10, 1, 0), (250, 100, 100), (3, 3, 300_000)] {
            let content = Bytes::from(vec![1; length]);
            assert_eq!(
                exchange.requests(count, at_a_time, &content),
                count * length
            );
        }
    }
}
