//! Much content, in both directions at once.

use proto::Request;

use testkit::{Certified, settle, written};

use crate::world::{VERSIONS, answer, content, http};
use proto::{Event, StreamId};
use runtime::Runtime;

const LEN: usize = 10 << 20;

#[test]
fn ten_mebibytes_go_both_ways_at_once() {
    for version in VERSIONS {
        let (mut client, mut server) = http(Certified::new(&[version]));
        settle(&mut client.tls, &mut server.tls, 65_536);
        let id = client
            .tls
            .inner_mut()
            .request(Request::post("https", "localhost", "/"))
            .unwrap();
        let mut stream = client.tls.inner_mut().stream_mut(id).unwrap();
        stream.send_data(vec![3; LEN].into()).unwrap();
        stream.end().unwrap();
        let octets = written(&mut client.tls);
        assert_eq!(server.tls.read(&octets), octets.len());
        answer(server.tls.inner_mut(), LEN);
        let (mut down, mut up) = (Some(0), Some(0));
        for _ in 0..10_000 {
            settle(&mut client.tls, &mut server.tls, 20_000);
            take(client.tls.inner_mut(), id, &mut down);
            take(server.tls.inner_mut(), id, &mut up);
            if down.is_none() && up.is_none() {
                break;
            }
        }
        assert_eq!((down, up), (None, None), "{version:?}");
        client.tls.shutdown();
        settle(&mut client.tls, &mut server.tls, 20_000);
        assert!(client.tls.is_closed() && server.tls.is_closed());
    }
}

/// Takes what is there; `None` when that was all, and as much as it should be.
fn take<R: proto::Role>(
    connection: &mut proto::Connection<R>,
    id: StreamId,
    taken: &mut Option<usize>,
) {
    let Some(before) = *taken else { return };
    while connection
        .poll_event()
        .is_some_and(|event| !matches!(event, Event::Closed(_)))
    {}
    let (len, is_all) = content(connection, id).unwrap();
    *taken = Some(before + len);
    if is_all {
        assert_eq!(*taken, Some(LEN));
        *taken = None;
    }
}
