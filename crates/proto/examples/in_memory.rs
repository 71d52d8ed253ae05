//! A client and a server in one process, without sockets: what each writes, the other reads.

use tress_proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_proto::{
    Bytes, Client, Config, Connection, Direction, Event, Observe, Part, Record, Request, Response,
    Role, Server,
};

/// Prints each frame as it is sent.
struct Print(&'static str);

impl Observe for Print {
    fn record(&mut self, record: Record<'_>) {
        if let Record::Frame {
            direction: Direction::Sent,
            frame,
            octets,
        } = record
        {
            println!("{} {octets:>5} {frame}", self.0);
        }
    }
}

/// Moves all that `from` has to say to `to`. Says whether that was anything.
fn carry<A: Role, B: Role>(from: &mut Connection<A>, to: &mut Connection<B>) -> bool {
    let mut octets = Vec::new();
    while let WriteOperation::Write(chunks) = from.next_write_operation() {
        chunks
            .as_slices()
            .iter()
            .for_each(|slice| octets.extend_from_slice(slice));
        let count = chunks.octets();
        from.report_write_result(WriteResult::Ok(count));
    }
    let consumed = to.read(&octets);
    assert_eq!(consumed, octets.len(), "only whole frames are written");
    consumed > 0
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let mut client = Connection::<Client>::new(Config::default());
    let mut server = Connection::<Server>::new(Config::default());
    client.observe(Box::new(Print("client")));
    server.observe(Box::new(Print("server")));

    let id = client.request(Request::get("http", "example.org", "/"))?;
    client.stream_mut(id)?.end()?;

    while carry(&mut client, &mut server) | carry(&mut server, &mut client) {
        while let Some(event) = server.poll_event() {
            if let Event::Opened { stream_id } = event {
                let mut stream = server.stream_mut(stream_id)?;
                stream.respond(Response::new(200).field("content-type", "text/plain"))?;
                stream.send_data(Bytes::from_static(b"hello"))?;
                stream.end()?;
                stream.release();
            }
        }
        while let Some(event) = client.poll_event() {
            match event {
                Event::Readable { stream_id } => {
                    let mut stream = client.stream_mut(stream_id)?;
                    while let Some(part) = stream.recv()? {
                        match part {
                            Part::Head(response) => println!("status {}", response.status()),
                            Part::Data(data) => println!("content {data:?}"),
                            _ => {}
                        }
                    }
                }
                Event::Finished { .. } => client.go_away(),
                Event::Closed(result) => println!("closed {result:?}"),
                _ => {}
            }
        }
    }
    Ok(())
}
