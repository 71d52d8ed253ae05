//! A client and an echo server in one process, without sockets: what each writes, the other reads.

use tress_handlers::proto::runtime::{Runtime, WriteOperation, WriteResult};
use tress_handlers::{
    Bytes, Client, Config, Handlers, Reader, Request, Response, Server, Trailers, Writer,
};

/// Sends back what comes, a piece at a time, and counts it.
fn echo(reader: &Reader, writer: Writer, octets: usize) {
    let (next, end) = (reader.clone(), writer.clone());
    let on_eof = move |_| {
        let trailers = Trailers::new().field("octets", octets.to_string());
        if end.schedule_trailers(trailers).is_err() {
            println!("server: the client is gone");
        }
    };
    let on_read = move |piece: Bytes| {
        let octets = octets + piece.len();
        if writer.schedule(piece).is_ok() {
            echo(&next, writer, octets);
        }
    };
    if let Err(error) = reader.schedule_read(on_eof, on_read) {
        println!("server: {error}");
    }
}

/// Prints what comes.
fn print(reader: &Reader) {
    let next = reader.clone();
    let on_eof = |result| println!("client: the end, {result:?}");
    let on_read = move |piece: Bytes| {
        println!("client: content {piece:?}");
        print(&next);
    };
    if let Err(error) = reader.schedule_read(on_eof, on_read) {
        println!("client: {error}");
    }
}

/// Moves all that `from` has to say to `to`. Says whether that was anything.
fn carry(from: &mut dyn Runtime, to: &mut dyn Runtime) -> bool {
    let mut octets = Vec::new();
    while let WriteOperation::Write(chunks) = from.next_write_operation() {
        octets.extend(chunks.as_slices().concat());
        let count = chunks.octets();
        from.report_write_result(WriteResult::Ok(count));
    }
    let consumed = to.read(&octets);
    assert_eq!(consumed, octets.len(), "only whole frames are written");
    consumed > 0
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let mut server = Server::new(Config::default(), |reqd| {
        println!("server: {:?}", reqd.request());
        match (
            reqd.request_body(),
            reqd.respond_with_streaming(Response::new(200)),
        ) {
            (Some(reader), Ok(writer)) => echo(&reader, writer, 0),
            _ => println!("server: the client is gone"),
        }
    });
    let mut client = Client::new(Config::default(), |error| println!("client: {error}"));

    let handlers = Handlers::new(
        |response, reader| {
            println!("client: status {}", response.status());
            print(&reader);
        },
        |error| println!("client: {error}"),
    );
    let handlers = handlers.trailers_handler(|trailers| println!("client: {trailers:?}"));
    let writer = client.request(Request::post("http", "example.org", "/echo"), handlers);
    writer.flush(|flushed| println!("client: the request is {flushed:?}"));
    writer.write("hello, ")?;
    writer.write("world")?;
    writer.close();
    client.ping(*b"in time?", |answer| println!("client: ping {answer:?}"));
    client.go_away();

    while carry(&mut client, &mut server) | carry(&mut server, &mut client) {}
    println!("closed: {} and {}", client.is_closed(), server.is_closed());
    Ok(())
}
