//! Answers that are whole while the request still runs (RFC 9113 §8.1).

use testkit::{Wire, code, data, headers, rst_stream, settings, window_update};
use tress_proto::runtime::Runtime;
use tress_proto::{
    Bytes, Client, Event, Request, Response, Server, StreamError, StreamId, UserError,
};

use crate::support::{End, post};

/// A client with a request that has begun, whose content waits for the stream's window.
fn uploading() -> (End<Client>, u32) {
    let mut end = End::<Client>::new();
    end.feed(settings().set(4, 4));
    let id = end.machine().request(post()).unwrap().value();
    end.opened();
    end.send(id, b"begun and not done");
    assert_eq!(end.said()[1..], [format!("DATA stream {id} \"begu\"")]);
    end.quiet();
    (end, id)
}

fn finished(end: &mut End<Client>) -> Vec<Result<(), StreamError>> {
    let events = end.events().into_iter();
    let results = events.filter_map(|event| match event {
        Event::Finished { result, .. } => Some(result),
        _ => None,
    });
    results.collect()
}

fn has_left<R: crate::support::Ends>(end: &mut End<R>, id: u32) -> bool {
    let id = StreamId::from_wire(id);
    end.machine().stream(id).is_none()
}

#[test]
fn a_client_ends_a_request_whose_whole_answer_is_no_success() {
    for status in [300, 307, 400, 413, 500] {
        let (mut end, id) = uploading();
        end.feed((headers(id).status(status), data(id, "no")));
        assert!(end.said().is_empty(), "the answer is not whole");
        end.feed(data(id, "").end());
        assert_eq!(end.said(), [format!("RST_STREAM stream {id} CANCEL")]);
        assert_eq!(finished(&mut end), [Ok(())], "{status}");
        let late = end.stream(id).send_data(Bytes::from_static(b"late"));
        assert_eq!(late, Err(UserError::Answered));
        assert_eq!(end.stream(id).end(), Err(UserError::Answered));
        assert_eq!(
            end.take(id),
            [
                format!("{id}: {status}"),
                format!("{id}: \"no\""),
                format!("{id}: end")
            ]
        );
        assert!(has_left(&mut end, id));
        assert_eq!(end.machine().queued(), 0);
        end.feed(window_update(0, 1));
        end.is_unharmed();
    }
}

#[test]
fn a_stream_of_an_answered_request_is_free_for_the_next() {
    let (mut end, id) = uploading();
    end.feed(settings().set(3, 2));
    let next = end.machine().request(post()).unwrap().value();
    assert!(end.said().iter().all(|said| !said.contains("HEADERS")));
    end.feed(headers(id).status(413).end());
    let said = end.said();
    assert_eq!(said[0], format!("RST_STREAM stream {id} CANCEL"));
    assert!(said[1].starts_with(&format!("HEADERS stream {next}")));
}

#[test]
fn a_flush_of_what_an_answer_cut_short_is_told_so() {
    let (mut end, id) = uploading();
    let token = end.stream(id).flush().unwrap();
    end.feed(headers(id).status(413).end());
    let flushed = end.events().into_iter().find_map(|event| match event {
        Event::Flushed { token, result } => Some((token, result)),
        _ => None,
    });
    assert_eq!(flushed, Some((token, Err(StreamError::Answered))));
}

#[test]
fn a_client_goes_on_with_a_request_whose_whole_answer_is_a_success() {
    let (mut end, id) = uploading();
    end.feed(headers(id).status(200).end());
    assert!(end.said().is_empty());
    end.feed(window_update(id, 4));
    assert_eq!(end.said(), [format!("DATA stream {id} \"n an\"")]);
    end.stream(id).end().unwrap();
    end.feed(window_update(id, 100));
    assert_eq!(
        end.said(),
        [format!("DATA stream {id} END_STREAM \"d not done\"")]
    );
    assert_eq!(finished(&mut end), [Ok(())]);
}

#[test]
fn a_client_that_releases_a_success_ends_its_request() {
    let (mut end, id) = uploading();
    end.stream(id).end().unwrap();
    end.feed(headers(id).status(200).end());
    end.take(id);
    end.stream(id).release();
    assert_eq!(end.said(), [format!("RST_STREAM stream {id} CANCEL")]);
    assert!(has_left(&mut end, id));
    end.is_unharmed();
}

#[test]
fn a_request_that_lacks_only_its_end_is_ended_and_not_reset() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(post()).unwrap().value();
    end.opened();
    end.send(id, b"done");
    end.quiet();
    end.stream(id).end().unwrap();
    let answer = headers(id).status(413).end().octets();
    end.machine().read(&answer);
    assert_eq!(end.said(), [format!("DATA stream {id} END_STREAM \"\"")]);
    assert_eq!(finished(&mut end), [Ok(())]);
}

/// RFC 9113 §8.5: each direction of a tunnel ends on its own.
#[test]
fn a_tunnel_whose_other_end_has_ended_goes_on() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(Request::connect("a:1")).unwrap();
    let id = id.value();
    end.opened();
    end.quiet();
    end.feed((headers(id).status(200), data(id, "").end()));
    end.take(id);
    end.send(id, b"more");
    assert_eq!(end.said(), [format!("DATA stream {id} \"more\"")]);
    end.stream(id).end().unwrap();
    assert_eq!(end.said(), [format!("DATA stream {id} END_STREAM \"\"")]);
}

#[test]
fn a_tunnel_that_was_refused_is_ended() {
    let mut end = End::<Client>::new();
    let id = end.machine().request(Request::connect("a:1")).unwrap();
    let id = id.value();
    end.opened();
    end.quiet();
    end.feed(headers(id).status(407).end());
    assert_eq!(end.said(), [format!("RST_STREAM stream {id} CANCEL")]);
}

#[test]
fn a_client_keeps_a_response_that_came_before_its_request_was_whole() {
    let (mut end, id) = uploading();
    end.feed((headers(id).status(200), data(id, "enough").end()));
    end.feed(rst_stream(id, code::NO_ERROR));
    assert_eq!(
        end.take(id),
        [
            format!("{id}: 200"),
            format!("{id}: \"enough\""),
            format!("{id}: end")
        ]
    );
    let late = end.stream(id).send_data(Bytes::from_static(b"late"));
    assert_eq!(late, Err(UserError::Answered));
    assert_eq!(finished(&mut end), [Ok(())]);
}

#[test]
fn a_server_that_did_not_succeed_takes_no_more_of_the_request() {
    for status in [300, 404, 413, 503] {
        let mut end = End::<Server>::new();
        let id = end.next_id();
        end.opened();
        end.feed((headers(id).post("/"), data(id, "begun")));
        end.stream(id).respond(Response::new(status)).unwrap();
        end.send(id, b"no");
        assert_eq!(end.said().len(), 2, "the answer is not whole");
        end.stream(id).end().unwrap();
        assert_eq!(
            end.said(),
            [
                format!("DATA stream {id} END_STREAM \"\""),
                format!("RST_STREAM stream {id} NO_ERROR")
            ]
        );
        assert_eq!(
            end.take(id),
            [
                format!("{id}: POST /"),
                format!("{id}: \"begun\""),
                format!("{id}: the request was answered before it was whole")
            ]
        );
        let event_lines = end.event_lines();
        assert!(event_lines.contains(&format!("finished {id}")), "{event_lines:?}");
        assert!(has_left(&mut end, id));
        end.feed((data(id, "under way"), data(id, "").end()));
        end.is_unharmed();
    }
}

#[test]
fn a_request_that_was_whole_is_not_reset_after_its_answer() {
    let mut end = End::<Server>::new();
    let id = end.half_closed_remote();
    end.take(id);
    end.stream(id).end().unwrap();
    assert_eq!(end.said(), [format!("DATA stream {id} END_STREAM \"\"")]);
    let id = end.next_id();
    end.opened();
    end.feed((headers(id).post("/"), data(id, "all").end()));
    end.stream(id).respond(Response::new(404)).unwrap();
    end.stream(id).end().unwrap();
    assert_eq!(
        end.said(),
        [format!(
            "HEADERS stream {id} END_STREAM END_HEADERS [:status: 404]"
        )]
    );
    assert_eq!(end.take(id).len(), 3);
}

#[test]
fn a_server_that_accepted_a_tunnel_and_ended_its_side_still_reads() {
    let mut end = End::<Server>::new();
    let id = end.next_id();
    end.opened();
    let connect = headers(id).field(":method", "CONNECT");
    end.feed(connect.field(":authority", "a:1"));
    end.stream(id).respond(Response::new(200)).unwrap();
    end.stream(id).end().unwrap();
    end.quiet();
    end.take(id);
    end.feed(data(id, "more"));
    assert_eq!(end.take(id), [format!("{id}: \"more\"")]);
}
