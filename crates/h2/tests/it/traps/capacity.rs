//! Traps 1 to 4: capacity.

use core::task::Poll;

use bytes::Bytes;
use testkit::{settings, settings_ack, window_update};
use tress_h2::client::Builder;

use crate::support::{Client, Send, get, once, poll, post, ready};

const WINDOW: u16 = 4;
const STREAMS: u16 = 3;

fn capacity(stream: &mut Send) -> Poll<Option<usize>> {
    poll(|cx| stream.poll_capacity(cx)).map(|capacity| capacity.map(Result::unwrap))
}

#[test]
fn trap_1_capacity_is_told_by_its_edges_as_a_total_and_never_as_nothing() {
    let mut client = Client::with(
        &Builder::new(),
        (settings().set(WINDOW, 10), settings_ack()),
    );
    let (_response, mut stream) = client.post();
    client.said();
    assert!(capacity(&mut stream).is_pending(), "nothing was asked for");
    stream.reserve_capacity(100);
    assert_eq!(capacity(&mut stream), Poll::Ready(Some(10)));
    assert!(capacity(&mut stream).is_pending(), "it has not grown since");
    assert_eq!(stream.capacity(), 10);
    let waiting = crate::support::Task::new();
    assert!(waiting.poll(|cx| stream.poll_capacity(cx)).is_pending());
    let _ = client.says(window_update(1, 5));
    assert_eq!(waiting.woken(), 1);
    assert_eq!(
        capacity(&mut stream),
        Poll::Ready(Some(15)),
        "the whole of it"
    );
    let _ = client.says(window_update(1, 5));
    stream.reserve_capacity(0);
    assert!(capacity(&mut stream).is_pending(), "never nothing");
    stream.send_data(Bytes::new(), true).unwrap();
    assert_eq!(
        capacity(&mut stream),
        Poll::Ready(None),
        "it is not streaming any more"
    );
}

#[test]
fn trap_2_reserving_is_a_total_beyond_what_is_queued_and_sending_asks_by_itself() {
    let mut client = Client::with(
        Builder::new().max_send_buffer_size(40),
        (settings().set(WINDOW, 30), settings_ack()),
    );
    let (_response, mut stream) = client.post();
    client.said();
    stream.reserve_capacity(10);
    stream.reserve_capacity(10);
    assert_eq!(stream.capacity(), 10, "not an increment");
    stream
        .send_data(Bytes::from_static(b"1234"), false)
        .unwrap();
    assert_eq!(stream.capacity(), 6);
    stream.reserve_capacity(3);
    assert_eq!(stream.capacity(), 3, "and gives back");
    stream
        .send_data(Bytes::from_static(&[0; 40]), false)
        .unwrap();
    assert_eq!(stream.capacity(), 0);
    assert_eq!(
        client.said().len(),
        1,
        "30 octets leave, whether they were asked for or not"
    );
    let _ = client.says(window_update(1, 1000));
    assert_eq!(client.pipe.said().len(), 1, "the rest has asked for itself");
    stream.reserve_capacity(1000);
    assert_eq!(stream.capacity(), 40, "no more than the buffer");
    stream.reserve_capacity(0);
    assert_eq!(stream.capacity(), 0);
}

#[test]
fn trap_2_what_one_stream_gives_back_others_get_in_the_order_of_asking() {
    let mut client = Client::with(
        &Builder::new(),
        (settings().set(WINDOW, 100_000), settings_ack()),
    );
    let mut streams: Vec<_> = (0..3).map(|_| client.post()).collect();
    client.said();
    for (_, stream) in &mut streams {
        stream.reserve_capacity(60_000);
    }
    let had = |streams: &[(_, Send)]| -> Vec<usize> {
        streams
            .iter()
            .map(|(_, stream)| stream.capacity())
            .collect()
    };
    assert_eq!(had(&streams), [60_000, 5535, 0], "65,535 are there in all");
    streams[0].1.reserve_capacity(1000);
    assert_eq!(had(&streams), [1000, 60_000, 4535]);
    streams[1].1.send_data(Bytes::new(), true).unwrap();
    assert_eq!(had(&streams), [1000, 0, 60_000], "its end gives back, too");
}

#[test]
fn trap_3_a_stream_that_waits_to_be_opened_has_no_claim_and_emits_nothing_if_it_is_dropped() {
    let mut client = Client::with(
        &Builder::new(),
        (settings().set(STREAMS, 1), settings_ack()),
    );
    let (_first, mut open) = client.post();
    client.said();
    let mut other = client.requests.clone().unwrap();
    let (response, mut waiting) = other.send_request(post(), false).unwrap();
    assert_eq!(waiting.stream_id().as_u32(), 3, "known at once");
    waiting.reserve_capacity(65_535);
    open.reserve_capacity(65_535);
    assert_eq!((waiting.capacity(), open.capacity()), (0, 65_535));
    drop((response, waiting, other));
    assert!(client.said().is_empty(), "not even a reset");
    let mut third = client.requests.clone().unwrap();
    let (_third, stream) = third.send_request(get(), true).unwrap();
    assert_eq!(
        stream.stream_id().as_u32(),
        5,
        "identifiers skip, but ascend"
    );
    open.send_reset(tress_h2::Reason::CANCEL);
    let said = client.said();
    assert_eq!(said[0], "RST_STREAM stream 1 CANCEL");
    assert!(said[1].starts_with("HEADERS stream 5"), "{said:?}");
}

#[test]
fn trap_3_a_handle_whose_request_waits_makes_no_other() {
    let mut client = Client::with(
        &Builder::new(),
        (settings().set(STREAMS, 1), settings_ack()),
    );
    let (first, _stream) = client.get();
    let requests = client.requests.as_mut().unwrap();
    assert!(poll(|cx| requests.poll_ready(cx)).is_pending());
    let error = requests.send_request(get(), true).unwrap_err();
    assert_eq!(error.to_string(), "user error: rejected");
    client.said();
    let requests = client.requests.as_mut().unwrap();
    ready(poll(|cx| requests.poll_ready(cx))).unwrap();
    let _waiting = requests.send_request(get(), true).unwrap();
    client.said();
    let requests = client.requests.take().unwrap();
    let mut ready_again = Box::pin(requests.ready());
    assert!(once(ready_again.as_mut()).is_pending());
    let _ = client.says(testkit::headers(1).status(200).end());
    drop(first);
    assert!(ready(once(ready_again.as_mut())).is_ok());
}

#[test]
fn trap_4_a_claim_that_is_not_used_holds_back_nothing_that_is_queued() {
    let mut client = Client::new();
    let (_one, mut idle) = client.post();
    let (_two, mut busy) = client.post();
    client.said();
    idle.reserve_capacity(65_535);
    assert_eq!(idle.capacity(), 65_535);
    busy.send_data(Bytes::from(vec![0; 50_000]), false).unwrap();
    assert_eq!(busy.capacity(), 0);
    let sent: usize = client.said().len();
    assert_eq!(sent, 4, "all 50,000 octets leave in four frames");
    assert_eq!(
        idle.capacity(),
        15_535,
        "claims stay within what the connection may send"
    );
    let _ = client.says(window_update(0, 50_000));
    assert_eq!(idle.capacity(), 65_535);
}
