//! What connections and streams of a server have allocated, counted in this process.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use h2::server::{Builder, Connection};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

use crate::Outcome;

const COUNT: usize = 100;

/// The preface, SETTINGS of nothing, and the acknowledgment of the server's.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0\0\x04\x01\0\0\0\0";

/// GET https://a/, of which nothing is added to a table.
const REQUEST: &[u8] = b"\x82\x87\x84\x01\x01a";

type Server = Connection<DuplexStream, Bytes>;

pub fn run() -> Outcome {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.build()?;
    let (mut near, mut far) = (Vec::new(), Vec::new());
    for _ in 0..=COUNT {
        let (client, server) = duplex(64 * 1024);
        near.push(client);
        far.push(server);
    }
    let mut connections = Vec::with_capacity(COUNT + 1);
    // The first warms what a thread's connections share.
    let first = far.pop().ok_or("there is one")?;
    let client = near.pop().ok_or("there is one")?;
    connections.push(runtime.block_on(begin(client, first))?);
    let idle = allocation_counter::measure(|| {
        for (client, server) in near.drain(..).zip(far.drain(..)) {
            connections.extend(runtime.block_on(begin(client, server)).ok());
        }
    });
    assert_eq!(connections.len(), COUNT + 1);
    let (server, client) = connections.first_mut().ok_or("there is one")?;
    let mut streams = Vec::with_capacity(COUNT);
    let open = allocation_counter::measure(|| {
        for number in 0..COUNT {
            let id = u32::try_from(2 * number + 1).unwrap_or(1);
            let mut frame = vec![0, 0, u8::try_from(REQUEST.len()).unwrap_or(0), 1, 4];
            frame.extend_from_slice(&id.to_be_bytes());
            frame.extend_from_slice(REQUEST);
            let written = runtime.block_on(client.write_all(&frame));
            written.expect("the pipe holds it");
            streams.extend(runtime.block_on(server.accept()).map(Result::ok));
        }
    });
    assert_eq!(
        streams.iter().filter(|stream| stream.is_some()).count(),
        COUNT
    );
    let of = |octets: i64| octets / COUNT as i64;
    println!("{} {}", of(idle.bytes_current), of(open.bytes_current));
    Ok(())
}

/// A connection that has shaken hands, and has nothing more to do.
async fn begin(
    mut client: DuplexStream,
    server: DuplexStream,
) -> Result<(Server, DuplexStream), h2::Error> {
    let written = client.write_all(HELLO).await;
    written.expect("the pipe holds it");
    let mut server = Builder::new().handshake(server).await?;
    poll_fn(|cx| {
        let polled = server.poll_closed(cx);
        assert!(polled.is_pending());
        Poll::Ready(())
    })
    .await;
    let mut context = Context::from_waker(Waker::noop());
    let mut octets = [0; 1024];
    // What it said is taken, so that the pipe holds nothing.
    let mut buffer = tokio::io::ReadBuf::new(&mut octets);
    let _ = tokio::io::AsyncRead::poll_read(Pin::new(&mut client), &mut context, &mut buffer);
    Ok((server, client))
}
