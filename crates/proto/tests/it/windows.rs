//! What all windows are to each other: a stream that nobody reads stops itself and no other
//! (RFC 9113 §6.9, RFC 9113 §10.5).

mod orders;
mod world;

use runtime::Runtime;
use testkit::{Seen, Wire, code, data, headers, kind, settings, settings_ack};
use tress_proto::{
    Client, Config, ConfigError, Credit, ErrorCode, Limits, Server, SettingsChange, StreamId,
    UserError,
};

use crate::support::{End, Ends, both, get, narrow, post};

const KIB: usize = 1024;
const MOST: u32 = 0x7fff_ffff;

/// Content of so many octets, in frames as large as they may be.
fn content(id: u32, octets: usize) -> Vec<u8> {
    let full = data(id, vec![0; 16_384]).octets().repeat(octets / 16_384);
    let rest = match octets % 16_384 {
        0 => Vec::new(),
        rest => data(id, vec![0; rest]).octets(),
    };
    [full, rest].concat()
}

/// The octets of credit for the connection.
fn granted(sent: &[Seen]) -> u32 {
    let updates = sent.iter().filter(|seen| seen.stream == 0);
    updates.filter_map(Seen::increment).sum()
}

fn relation<T>(result: Result<T, ConfigError>) -> &'static str {
    match result.err() {
        Some(ConfigError::Relation(relation)) => relation,
        other => panic!("{other:?} is no relation"),
    }
}

#[test]
fn four_replies_that_nobody_reads_do_not_stop_a_fifth() {
    let mut end = End::<Client>::new();
    for _ in 0..4 {
        let id = end.open();
        end.feed(content(id, 256 * KIB));
    }
    let id = end.open();
    end.brings(id, data(id, "the fifth"));
    end.is_unharmed();
}

#[test]
fn thirty_two_replies_that_nobody_reads_do_not_keep_another_from_coming_whole_at_once() {
    let mut end = End::<Client>::new();
    for _ in 0..32 {
        let id = end.open();
        end.feed(content(id, 256 * KIB));
    }
    // It has the window that a first one has, and the connection's is as wide as its own.
    let id = end.open();
    assert!(end.machine().recv_window() > 256 * 1024);
    end.feed(content(id, 256 * KIB));
    let untaken = end
        .machine()
        .stream(StreamId::from_wire(id))
        .unwrap()
        .untaken();
    assert_eq!(untaken, 256 * 1024);
    end.is_unharmed();
}

#[test]
fn as_many_uploads_as_there_may_be_that_nobody_reads_leave_the_connection_open() {
    let mut end = End::<Server>::new();
    // One is there already.
    for _ in 1..100 {
        let id = end.open();
        end.feed(content(id, 64 * KIB));
    }
    assert!(end.machine().recv_window() > 64 * 1024 + 16 * 1024 * 1024);
    end.brings(1, data(1, "the hundredth"));
}

#[test]
fn content_on_a_stream_that_is_over_counts_for_the_window_of_the_connection() {
    both!(R => for padding in [None, Some(200)] {
        let makers: [fn(&mut End<R>) -> u32; 4] = [
            End::<R>::reset_by_us,
            End::<R>::reset_by_peer,
            End::<R>::half_closed_remote,
            |end| {
                let id = end.open();
                end.stream(id).reset(ErrorCode::CANCEL).unwrap();
                end.quiet();
                id
            },
        ];
        for make in makers {
            // All comes at once, so that no credit returns in between: 2 * 65,535 octets, and one more.
            let frame = |id, octets: usize| match padding {
                None => data(id, vec![0; octets]).octets(),
                Some(padding) => data(id, vec![0; octets - 1 - usize::from(padding)])
                    .padded(padding)
                    .octets(),
            };
            for is_over in [false, true] {
                let mut end = End::<R>::with(narrow(2));
                let id = make(&mut end);
                let mut wire = frame(id, 16_384).repeat(7);
                wire.extend(frame(id, 16_382));
                if is_over {
                    wire.extend(data(id, "x").octets());
                }
                assert_eq!(end.machine().read(&wire), wire.len());
                let goaway = end.sent().into_iter().find(|seen| seen.kind == kind::GOAWAY);
                let code = goaway.and_then(|seen| seen.code());
                assert_eq!(code, is_over.then_some(code::FLOW_CONTROL_ERROR), "{padding:?}");
            }
        }
    });
}

#[test]
fn padding_counts_for_the_window_of_the_connection() {
    both!(R => for is_over in [false, true] {
        // The stream's own window is far from used up.
        let config = Config::default().credit(Credit::Manual);
        let config = config.and_then(|config| config.connection_window(65_535));
        let config = config.and_then(|config| config.initial_window(1 << 20));
        let mut end = End::<R>::with(config.unwrap());
        let mut wire = data(1, vec![0; 300]).padded(255).octets().repeat(117);
        wire.extend(data(1, vec![0; 227]).padded(255).octets());
        if is_over {
            wire.extend(data(1, "").padded(0).octets());
        }
        assert_eq!(end.machine().read(&wire), wire.len());
        let goaway = end.sent().into_iter().find(|seen| seen.kind == kind::GOAWAY);
        let code = goaway.and_then(|seen| seen.code());
        assert_eq!(code, is_over.then_some(code::FLOW_CONTROL_ERROR));
    });
}

#[test]
fn credit_of_the_connection_returns_when_content_comes_an_eighth_at_a_time() {
    let mut end = End::<Server>::new();
    let window = (100 * 64 + 16 * 1024) * 1024;
    let mut updates = Vec::new();
    for _ in 0..99 {
        let id = end.open();
        end.feed(content(id, 64 * KIB));
        updates.extend(end.sent().iter().filter_map(Seen::increment));
    }
    // Frames of 16 KiB: the first that makes it an eighth is the one.
    let eighth = (window / 8_u32).next_multiple_of(16_384);
    assert_eq!(updates, [eighth, eighth]);
}

#[test]
fn content_that_waits_of_streams_that_are_over_leaves_less_for_others_until_it_is_taken() {
    let mut end = End::<Server>::with(narrow(2));
    // Both streams that there may be are over, and what came of them is still there.
    for id in [1, end.open()] {
        end.feed((content(id, 65_535), data(id, "").end()));
        end.stream(id).end().unwrap();
        end.quiet();
    }
    let refused = headers(5).post("/");
    end.feed(refused);
    assert_eq!(end.said(), ["RST_STREAM stream 5 REFUSED_STREAM"]);
    // What needs no window is served.
    end.feed(headers(7).get("/").end());
    assert_eq!(end.said(), [""; 0]);
    // No more than two requests are started at once.
    end.stream(7).release();
    end.take(3);
    end.quiet();
    end.feed(headers(9).post("/"));
    assert_eq!(end.said(), [""; 0]);
    end.brings(9, data(9, "welcome"));
}

#[test]
fn a_reset_stream_holds_what_came_until_it_is_taken() {
    let mut end = End::<Server>::with(narrow(1));
    end.feed((content(1, 65_535), testkit::rst_stream(1, code::CANCEL)));
    end.quiet();
    end.feed(headers(3).post("/"));
    assert_eq!(end.said(), ["RST_STREAM stream 3 REFUSED_STREAM"]);
    end.stream(1).release();
    end.feed(headers(5).post("/"));
    assert_eq!(end.said(), [""; 0]);
}

/// The peer cannot know what the application has not taken: it may ask as often as it may reset.
#[test]
fn refusals_for_content_that_was_not_taken_are_no_resets_that_the_peer_made_us_send() {
    let mut end = End::<Server>::with(narrow(3));
    for id in [1, end.open(), end.open()] {
        end.feed((content(id, 65_535), testkit::rst_stream(id, code::CANCEL)));
        end.quiet();
    }
    // Resets that it made us send end a connection at 201.
    for id in (7..7 + 2 * 250).step_by(2) {
        end.feed(headers(id).post("/"));
        assert_eq!(
            end.said(),
            [format!("RST_STREAM stream {id} REFUSED_STREAM")]
        );
    }
    end.stream(1).release();
    end.feed(headers(507).post("/"));
    assert_eq!(end.said(), [""; 0]);
}

#[test]
fn a_client_widens_the_window_of_the_connection_before_it_opens_more_than_a_hundred_streams() {
    let mut end = End::<Client>::new();
    let mut sent = Vec::new();
    // One is open already.
    for _ in 0..102 {
        end.machine().request(get()).unwrap();
        sent.extend(end.said());
    }
    assert_eq!(sent.len(), 102 + 3);
    assert!(sent[..99].iter().all(|frame| frame.starts_with("HEADERS")));
    assert_eq!(sent[99], "WINDOW_UPDATE stream 0 +262144");
    assert!(sent[100].starts_with("HEADERS stream 201"), "{sent:?}");
    assert_eq!(sent[101], "WINDOW_UPDATE stream 0 +262144");
    assert!(sent[102].starts_with("HEADERS stream 203"), "{sent:?}");
}

#[test]
fn a_request_for_which_no_window_of_the_connection_is_large_enough_waits() {
    let config = Config::default().window_growth(0);
    let config = config.and_then(|config| config.initial_window(21_000_000));
    let mut end = End::<Client>::with(config.unwrap());
    for _ in 1..103 {
        end.machine().request(get()).unwrap();
    }
    // 102 windows of 21,000,000 octets fit into 2^31-1, and one stream is open already.
    let opened = end
        .sent()
        .iter()
        .filter(|seen| seen.kind == kind::HEADERS)
        .count();
    assert_eq!(opened, 101);
    assert_eq!(end.machine().recv_window(), 102 * 21_000_000);
    end.feed(testkit::rst_stream(3, code::CANCEL));
    assert!(end.said()[0].starts_with("HEADERS stream 205"));
}

#[test]
fn a_client_opens_no_more_requests_at_once_than_it_is_to() {
    let config = Config::default().concurrent_requests(3).unwrap();
    let mut end = End::<Client>::with(config);
    for _ in 0..5 {
        end.machine().request(get()).unwrap();
    }
    assert_eq!(end.sent().len(), 2, "one was open");
    assert_eq!(end.machine().available(), 0);
    assert_eq!(
        Config::default().concurrent_requests(0).unwrap_err(),
        ConfigError::Zero("concurrent_requests")
    );
}

#[test]
fn windows_that_no_connection_can_hold_are_refused_with_the_relation_that_is_broken() {
    let limited = |streams| Config::default().limits(Limits::server().concurrent_streams(streams));
    assert!(
        relation(Config::default().initial_window(22_000_000)).contains("concurrent_streams *")
    );
    assert!(relation(limited(33_000)).contains("concurrent_streams *"));
    // The limits first: one stream may have the largest window.
    let one = limited(1)
        .and_then(|config| config.window_growth(0))
        .unwrap();
    assert!(one.clone().initial_window(MOST).is_ok());
    let large = one.initial_window(1 << 30).unwrap();
    assert!(large.clone().window_growth((1 << 30) - 1).is_ok());
    assert!(relation(large.window_growth(1 << 30)).starts_with("initial_window + window_growth"));
    // What the application returns credit for is bounded by the connection's window, whatever it is.
    let manual = Config::default().credit(Credit::Manual).unwrap();
    let manual = manual.initial_window(1 << 30).unwrap();
    assert!(relation(manual.clone().credit(Credit::Automatic)).contains("concurrent_streams *"));
    let unlimited = Limits::server().unlimited_streams();
    assert!(manual.limits(unlimited).is_ok());
    assert!(
        relation(Config::default().limits(unlimited)).contains("concurrent_streams is announced")
    );
    let fixed = Config::default().connection_window(1 << 20);
    assert!(relation(fixed).starts_with("connection_window is set only after"));
}

#[test]
fn settings_that_would_take_a_window_above_its_maximum_are_refused() {
    let limits = Limits::server().concurrent_streams(10);
    let config = Config::default().limits(limits).unwrap();
    let mut end = End::<Server>::with(config.window_growth(1 << 20).unwrap());
    let window = |octets| SettingsChange::default().initial_window(octets).unwrap();
    let most = (MOST - (1 << 20)) / 10;
    let update = end.machine().update_settings(window(most + 1));
    assert!(matches!(
        update,
        Err(UserError::Config(ConfigError::Relation(_)))
    ));
    assert!(end.sent().is_empty());
    end.machine().update_settings(window(most)).unwrap();
    let streams = SettingsChange::default().concurrent_streams(11);
    let update = end.machine().update_settings(streams);
    assert!(matches!(
        update,
        Err(UserError::Config(ConfigError::Relation(_)))
    ));
}

#[test]
fn the_connection_is_widened_for_larger_windows_and_more_streams() {
    let mut end = End::<Server>::with(narrow(2));
    let change = SettingsChange::default().concurrent_streams(3);
    end.machine().update_settings(change).unwrap();
    assert_eq!(granted(&end.sent()), 65_535);
    end.feed(settings_ack());
    let change = SettingsChange::default().initial_window(100_000).unwrap();
    end.machine().update_settings(change).unwrap();
    assert_eq!(granted(&end.sent()), 3 * (100_000 - 65_535));
    end.feed(settings_ack());
    // What was announced cannot be taken back, and pays for what comes later.
    let change = SettingsChange::default().initial_window(1000).unwrap();
    end.machine()
        .update_settings(change.concurrent_streams(1))
        .unwrap();
    end.feed(settings_ack());
    let change = SettingsChange::default().initial_window(100_000).unwrap();
    end.machine()
        .update_settings(change.concurrent_streams(3))
        .unwrap();
    assert_eq!(granted(&end.sent()), 0);
}

#[test]
fn a_slow_reader_may_stop_others_where_the_application_returns_the_credit() {
    let config = Config::default().credit(Credit::Manual);
    let config = config.and_then(|config| config.connection_window(65_535));
    let mut end = End::<Client>::with(config.unwrap());
    let (slow, other) = (end.open(), end.open());
    end.feed(content(slow, 65_535));
    end.feed(settings());
    assert_eq!(granted(&end.sent()), 0);
    end.dies(data(other, "x"), code::FLOW_CONTROL_ERROR);
}

#[test]
fn an_answer_that_waits_to_be_taken_makes_no_request_wait() {
    let config = Config::default().concurrent_requests(1).unwrap();
    let mut end = End::<Client>::with(config);
    end.stream(1).end().unwrap();
    end.quiet();
    for number in 0..20 {
        let id = 2 * number + 1;
        end.feed((content(id, 256 * KIB), data(id, "").end()));
        end.machine().request(post()).unwrap();
        end.stream(id + 2).end().unwrap();
        let sent = end.sent();
        let opened = sent.iter().filter(|seen| seen.kind == kind::HEADERS);
        assert_eq!(opened.count(), 1, "the next leaves");
        end.feed(Client::head(id + 2));
    }
}
