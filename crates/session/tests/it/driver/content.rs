//! How often content is copied.

use core::task::Poll;

use tress_session::proto::runtime::Staged;
use tress_session::proto::{Client, Connection, Part, Role, Server};
use tress_session::{Bytes, Response};

use super::support::{End, accept, cx, join, post};

/// Over transports that own what they read into and write from, each octet of content is copied once at most:
/// out of the buffer that it came in, unless it fills a good part of that. What is sent lies where it was queued.
#[test]
fn content_is_copied_at_most_once_on_its_way_in_and_never_on_its_way_out() {
    const LENGTH: usize = 2_000_000;
    let (mut client, mut server) = (End::<Client>::new(), End::<Server>::new());
    join(&mut client, &mut server);
    let content: Bytes = (0..=250_u8).cycle().take(LENGTH).collect();
    let mut opened = client
        .session()
        .request(post(), Some(content.clone()))
        .unwrap();
    let (mut taken, mut back) = (Vec::new(), Vec::new());
    let (mut echo, mut uncopied) = (None, [0; 2]);
    let mut cx = cx();
    while back.len() < LENGTH {
        uncopied[0] += carry(&mut client, &mut server, core::slice::from_ref(&content));
        if echo.is_none() && server.offer().opened {
            let (recv, send) = accept(&server);
            send.respond(Response::new(200)).unwrap();
            echo = Some((recv, send));
        }
        if let Some((recv, send)) = &mut echo {
            while let Poll::Ready(Some(data)) = recv.poll_data(&mut cx).map(Result::unwrap) {
                send.send_data(data.clone()).unwrap();
                taken.push(data);
            }
        }
        uncopied[1] += carry(&mut server, &mut client, &taken);
        if let Poll::Ready(Ok(Part::Data(data))) = opened.recv.poll_part(&mut cx) {
            back.extend_from_slice(&data);
        }
    }
    assert!(back == content);
    // A short piece is copied with the head of its frame: an echo has some, for what stays where it was read is
    // not joined to what is copied.
    let most = LENGTH - LENGTH / 100;
    assert!(uncopied.iter().all(|count| *count > most), "{uncopied:?}");
}

/// Carries octets as a completion does, by owned buffers; returns how many of them lie in that memory.
fn carry<A: Role, B: Role>(from: &mut End<A>, to: &mut End<B>, memory: &[Bytes]) -> usize
where
    Connection<A>: Send,
    Connection<B>: Send,
{
    let mut uncopied = 0;
    from.offer();
    while from.driver.stage(&mut from.writer).unwrap() == Staged::Octets {
        let pieces: Vec<Bytes> = from.writer.pieces().collect();
        for piece in &pieces {
            let within = |memory: &Bytes| memory.as_ptr_range().contains(&piece.as_ptr());
            uncopied += if memory.iter().any(within) {
                piece.len()
            } else {
                0
            };
        }
        let mut octets = pieces.concat();
        from.writer.written(octets.len());
        while !octets.is_empty() {
            let mut buffer = to.reader.lend();
            let space = octets.len().min(buffer.capacity() - buffer.len());
            buffer.extend(octets.drain(..space));
            to.reader.take_back(buffer);
            to.offer();
        }
    }
    from.next();
    uncopied
}
