//! Windows of which a sender is told less than is granted.

use tress_testkit::{PREFACE, data, headers, settings, window_update};

use super::{Talk, ms, seen};

#[test]
fn a_stream_window_is_shut_for_its_time_and_the_server_is_told_nothing() {
    let mut talk = Talk::new("window path=/upload for=300ms");
    talk.client((PREFACE, settings()));
    let out = talk.server(settings().set(4, 100_000));
    assert_eq!(out.down, seen(settings().set(4, 0)));
    // Streams that are not hit have all of it at once.
    let out = talk.client(headers(1).post("/other"));
    assert_eq!(out.down, seen(window_update(1, 100_000)));
    let out = talk.client(headers(3).post("/upload"));
    assert_eq!((out.up.len(), out.down), (1, vec![]));
    assert_eq!(talk.server(window_update(3, 500)).down, []);
    assert_eq!(talk.wait(ms(299)).down, []);
    assert_eq!(talk.wait(ms(1)).down, seen(window_update(3, 100_500)));
    assert_eq!(
        talk.server(window_update(3, 7)).down,
        seen(window_update(3, 7))
    );
}

#[test]
fn a_small_window_is_filled_up_as_long_as_the_server_has_granted_more() {
    let mut talk = Talk::new("window size=1000");
    talk.client((PREFACE, settings()));
    let out = talk.server(settings());
    assert_eq!(out.down, seen(settings().set(4, 1000)));
    talk.client(headers(1).post("/"));
    for _ in 0..64 {
        let out = talk.client(data(1, [0; 1000]));
        assert_eq!(out.down, seen(window_update(1, 1000)));
    }
    // 65,535 were granted, and 64,000 are used up.
    let out = talk.client(data(1, [0; 1000]));
    assert_eq!(out.down, seen(window_update(1, 535)));
    assert_eq!(talk.client(data(1, [0; 535])).down, []);
    assert_eq!(
        talk.server(window_update(1, 5000)).down,
        seen(window_update(1, 1000))
    );
}

#[test]
fn content_that_was_sent_before_settings_came_is_counted() {
    let mut talk = Talk::new("window size=10");
    talk.client((
        PREFACE,
        settings(),
        headers(1).post("/"),
        data(1, [0; 1000]),
    ));
    talk.server(settings());
    // What is left is 990 below nothing: the client has to send nothing until that is made good.
    let out = talk.client(data(1, ""));
    assert_eq!(out.down, seen(window_update(1, 1000)));
}

#[test]
fn the_window_of_a_connection_is_given_no_more_than_its_size() {
    let mut talk = Talk::new("window of=connection sender=server size=0 for=1s");
    talk.client((PREFACE, settings()));
    talk.server(settings());
    assert_eq!(talk.client(window_update(0, 1_000_000)).up, []);
    talk.client(headers(1).get("/").end());
    let out = talk.server((
        headers(1).block(&tress_testkit::block().status(200)),
        data(1, [0; 5000]),
    ));
    assert_eq!((out.down.len(), out.up), (2, vec![]));
    assert_eq!(talk.wait(ms(1000)).up, seen(window_update(0, 1_000_000)));
}
