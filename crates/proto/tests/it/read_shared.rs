//! Input in buffers that may be kept (RFC 9113 §6.1).

use bytes::Bytes;
use testkit::{PREFACE, Wire, data, headers, settings};
use tress_proto::runtime::Runtime;
use tress_proto::{Config, Connection, Event, Part, Server, StreamId};

/// A server that has heard the head of a request.
fn server() -> (Connection<Server>, StreamId) {
    let mut server = Connection::<Server>::new(Config::default());
    let begin = (PREFACE.to_vec(), settings(), headers(1).post("/"));
    let octets = begin.octets();
    assert_eq!(server.read(&octets), octets.len());
    let id = StreamId::new(1).unwrap();
    assert!(matches!(recv(&mut server, id), Some(Part::Head(_))));
    (server, id)
}

fn recv(server: &mut Connection<Server>, id: StreamId) -> Option<Part<Server>> {
    while server
        .poll_event()
        .is_some_and(|event| !matches!(event, Event::Closed(_)))
    {}
    server.stream_mut(id).unwrap().recv().unwrap()
}

/// Reads a buffer, and takes the content that was in it. Says whether it lies there still.
fn stays(server: &mut Connection<Server>, id: StreamId, buffer: &Bytes) -> (Bytes, bool) {
    assert_eq!(server.read_shared(buffer), buffer.len());
    let Some(Part::Data(content)) = recv(server, id) else {
        panic!("content has come");
    };
    let is_inside = buffer.as_ptr_range().contains(&content.as_ptr());
    (content, is_inside)
}

#[test]
fn large_content_stays_where_it_was_read() {
    let (mut server, id) = server();
    let buffer = Bytes::from(data(1, vec![7; 10_000]).padded(9).octets());
    let (content, is_inside) = stays(&mut server, id, &buffer);
    assert!(is_inside && content == vec![7; 10_000]);
    drop(content);
    assert!(buffer.is_unique(), "nobody holds the buffer any more");
}

#[test]
fn content_that_is_short_or_little_of_its_buffer_is_copied() {
    let (mut server, id) = server();
    let short = Bytes::from(data(1, vec![7; 1000]).octets());
    assert!(!stays(&mut server, id, &short).1);
    let much = Bytes::from((data(1, vec![7; 4000]), data(1, vec![7; 13_000])).octets());
    // The first is a quarter of its buffer at most, the second more.
    assert!(!stays(&mut server, id, &much).1);
    let Some(Part::Data(rest)) = recv(&mut server, id) else {
        panic!("more content has come");
    };
    assert!(much.as_ptr_range().contains(&rest.as_ptr()));
}

#[test]
fn what_was_read_in_a_buffer_of_the_driver_is_copied_and_joined_as_ever() {
    let (mut server, id) = server();
    let octets = (data(1, vec![1; 2000]), data(1, vec![2; 2000])).octets();
    assert_eq!(server.read(&octets), octets.len());
    let Some(Part::Data(content)) = recv(&mut server, id) else {
        panic!("content has come");
    };
    assert_eq!(content, [vec![1; 2000], vec![2; 2000]].concat());
}

#[test]
fn a_message_is_the_same_whatever_it_is_read_from() {
    let pieces: [Vec<u8>; 8] = [5, 3000, 900, 16_384, 1, 1024, 1023, 8000]
        .map(|octets: usize| vec![octets.to_le_bytes()[0]; octets]);
    let frames: Vec<Vec<u8>> = pieces
        .iter()
        .map(|piece| data(1, piece.clone()).octets())
        .collect();
    let octets = Bytes::from([frames.concat(), data(1, "").end().octets()].concat());
    // The second law of a reader: what is not consumed comes again, with more behind it.
    for read in [1_000, 4096, 20_000, octets.len()] {
        let (mut server, id) = server();
        let (mut from, mut content) = (0, Vec::new());
        for end in (read..octets.len() + read).step_by(read) {
            let end = end.max(from + 16_393).min(octets.len());
            from += server.read_shared(&octets.slice(from..end));
            while let Some(Part::Data(piece)) = recv(&mut server, id) {
                content.extend_from_slice(&piece);
            }
        }
        assert_eq!((from, content), (octets.len(), pieces.concat()), "{read}");
        assert!(server.stream_mut(id).unwrap().is_ended());
    }
}

#[test]
fn content_that_stays_is_charged_and_credited_as_content_that_is_copied() {
    let read = |is_shared: bool| {
        let (mut server, id) = server();
        let octets = Bytes::from(data(1, vec![7; 12_000]).octets());
        match is_shared {
            true => server.read_shared(&octets),
            false => server.read(&octets),
        };
        let waiting = server.stream(id).unwrap().memory();
        let before = (
            server.recv_window(),
            server.stream(id).unwrap().recv_window(),
        );
        recv(&mut server, id);
        let stream = server.stream(id).unwrap();
        (waiting, before, server.recv_window(), stream.recv_window())
    };
    assert_eq!(read(true), read(false));
}
