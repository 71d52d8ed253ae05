//! What a connection leaves undone that stands in for another implementation.

use core::time::Duration;

use testkit::{PREFACE, code, data, frames, headers, ping, rst_stream, settings, settings_ack};
use tress_proto::{
    Client, Config, ConfigError, Connection, Credit, ErrorCode, Limits, Response, Server,
    SettingId, SettingsChange, StreamId, UserError,
};

use crate::support::{End, Ends, both, get, post};

const WINDOW: u16 = 4;

/// The first settings, as they are on the wire.
fn first<R: Ends>(config: Config) -> Vec<(u16, u32)> {
    let mut peer = testkit::Peer::new(Connection::<R>::new(config));
    peer.run();
    let octets = peer.sent_octets();
    let octets = octets.strip_prefix(&PREFACE[..]).unwrap_or(&octets);
    frames(octets)[0].settings()
}

fn manual() -> Config {
    let config = Config::default().window_growth(0).unwrap();
    let config = config.credit(Credit::Manual).unwrap();
    config.connection_window(65_535).unwrap()
}

#[test]
fn only_what_is_listed_is_announced_in_the_order_of_the_identifiers() {
    both!(R => assert_eq!(first::<R>(Config::default().announce_only(&[])), []));
    let all = [
        SettingId::ENABLE_CONNECT_PROTOCOL,
        SettingId::MAX_HEADER_LIST_SIZE,
        SettingId::MAX_FRAME_SIZE,
        SettingId::INITIAL_WINDOW_SIZE,
        SettingId::MAX_CONCURRENT_STREAMS,
        SettingId::ENABLE_PUSH,
        SettingId::HEADER_TABLE_SIZE,
    ];
    let limits = Limits::server()
        .concurrent_streams(7)
        .field_section_octets(5000);
    let config = Config::default().limits(limits).unwrap();
    let config = config.initial_window(65_535).unwrap().announce_only(&all);
    let config = config.allow_extended_connect();
    // Values that differ in nothing from what holds anyway are said, too.
    let server = [
        (1, 4096),
        (3, 7),
        (4, 65_535),
        (5, 16_384),
        (6, 5000),
        (8, 1),
    ];
    assert_eq!(first::<Server>(config.clone()), server);
    let client = [
        (1, 4096),
        (2, 0),
        (3, 7),
        (4, 65_535),
        (5, 16_384),
        (6, 5000),
    ];
    assert_eq!(first::<Client>(config), client);
}

#[test]
fn without_probes_nothing_is_asked_about_settings_and_shut_windows() {
    for (config, pings) in [
        (Config::default(), true),
        (Config::default().without_probes(), false),
    ] {
        let mut end = End::<Server>::unacknowledged(config);
        end.feed(settings().set(WINDOW, 0));
        end.feed(headers(3).get("/").end());
        end.quiet();
        end.stream(3).respond(Response::new(200)).unwrap();
        end.send(3, b"waits for the window");
        end.quiet();
        let mut sent = Vec::new();
        for second in 0..200 {
            end.peer.tick(Duration::from_secs(second));
            sent.extend(end.said());
        }
        assert_eq!(
            sent.iter().any(|said| said.starts_with("PING")),
            pings,
            "{sent:?}"
        );
        assert!(pings || sent.is_empty(), "{sent:?}");
    }
}

#[test]
fn a_client_opens_as_many_streams_before_settings_as_it_is_told() {
    for (requests, opened) in [(u32::MAX, 150), (150, 150), (7, 7), (0, 0)] {
        let config = Config::default().requests_before_settings(requests);
        let mut peer = testkit::Peer::new(Connection::<Client>::new(config));
        for _ in 0..150 {
            peer.machine.request(get()).unwrap();
        }
        peer.run();
        let octets = peer.sent_octets();
        let sent = frames(&octets[PREFACE.len()..]);
        let heads = sent
            .iter()
            .filter(|seen| format!("{seen:?}").starts_with("HEADERS"));
        assert_eq!(heads.count(), opened);
    }
}

#[test]
fn the_ping_of_a_graceful_end_carries_what_it_is_told() {
    let mut end = End::<Server>::with(Config::default().shutdown_ping(*b"my call!"));
    end.machine().go_away();
    let sent = end.said();
    assert!(
        sent.iter().any(|said| said.contains("my call!")),
        "{sent:?}"
    );
    end.feed(ping(*b"my call!").ack());
    assert!(
        end.said()[0].starts_with("GOAWAY"),
        "the last identifier is named"
    );
}

#[test]
fn an_upload_that_was_answered_goes_on_where_it_is_kept() {
    let mut end = End::<Client>::with(Config::default().keep_uploads());
    let id = end.machine().request(post()).unwrap().value();
    end.opened();
    end.send(id, b"begun");
    end.quiet();
    end.feed(headers(id).status(413).end());
    assert!(end.said().is_empty(), "no RST_STREAM");
    end.send(id, b"and done");
    end.stream(id).end().unwrap();
    assert_eq!(
        end.said(),
        [format!("DATA stream {id} END_STREAM \"and done\"")]
    );

    let mut end = End::<Server>::with(Config::default().keep_uploads());
    end.feed(headers(3).post("/"));
    end.stream(3).respond(Response::new(413)).unwrap();
    end.stream(3).end().unwrap();
    assert_eq!(end.said().len(), 1, "no RST_STREAM behind the answer");
    end.feed(data(3, "the rest").end());
    assert_eq!(end.event_lines(), ["opened 3", "readable 3", "finished 3"]);
}

#[test]
fn what_is_discarded_is_credited_and_the_stream_goes_on() {
    let mut end = End::<Server>::with(manual());
    end.feed(headers(3).post("/"));
    end.feed(data(3, vec![0; 16_384]));
    end.quiet();
    end.stream(3).discard().unwrap();
    for _ in 0..3 {
        end.feed(data(3, vec![0; 16_384]));
    }
    let granted: u32 = end
        .sent()
        .iter()
        .filter(|seen| seen.stream == 0)
        .filter_map(testkit::Seen::increment)
        .sum();
    assert!(granted >= 2 * 16_384, "{granted}");
    assert_eq!(
        end.machine()
            .stream(StreamId::from_wire(3))
            .unwrap()
            .untaken(),
        0
    );
    end.stream(3).respond(Response::new(200)).unwrap();
    end.send(3, b"all the same");
    end.stream(3).end().unwrap();
    assert_eq!(end.said().len(), 2);
    end.feed(data(3, "").end());
    assert!(end.said().is_empty());
    end.is_unharmed();
    end.feed(headers(5).post("/"));
    end.quiet();
    end.feed((data(5, "gone"), rst_stream(5, code::CANCEL)));
    assert_eq!(end.stream(5).discard(), Err(UserError::StreamClosed));
}

#[test]
fn the_window_of_the_connection_grows_at_once_and_shrinks_as_it_is_used() {
    both!(R => {
        let mut end = End::<R>::with(manual());
        end.quiet();
        let before = end.machine().recv_window();
        let most = u32::try_from(before).unwrap();
        end.machine().set_connection_window(most + 100_000).unwrap();
        assert_eq!(end.sent()[0].increment(), Some(100_000));
        assert_eq!(end.machine().recv_window(), before + 100_000);
        end.machine().set_connection_window(most).unwrap();
        assert!(end.sent().is_empty(), "nothing can be taken back");
        let id = end.open();
        for _ in 0..9 {
            end.feed(data(id, vec![0; 16_384]));
            end.take(id);
            end.stream(id).release_credit(16_384).unwrap();
        }
        end.quiet();
        let window = end.machine().recv_window();
        assert!(window <= before, "{window} is more than {before}");
        assert!(window > before - 80_000, "{window}");
        // What is granted anew first makes up for what was not taken back yet.
        end.machine().set_connection_window(most - 10_000).unwrap();
        end.machine().set_connection_window(most).unwrap();
        end.is_unharmed();
    });
}

#[test]
fn the_window_of_the_connection_is_set_only_where_credit_is_manual() {
    both!(R => {
        let mut end = End::<R>::new();
        let refused = end.machine().set_connection_window(1 << 20);
        assert!(matches!(refused, Err(UserError::Config(ConfigError::Relation(_)))));
        let mut end = End::<R>::with(manual());
        let refused = end.machine().set_connection_window(1 << 31);
        assert_eq!(refused, Err(ConfigError::Window.into()));
    });
}

#[test]
fn extended_connect_can_be_allowed_later() {
    let mut end = End::<Server>::new();
    let change = SettingsChange::default().allow_extended_connect();
    end.machine().update_settings(change).unwrap();
    assert_eq!(end.sent()[0].settings(), [(8, 1)]);
    end.feed((settings_ack(), ping(*b"and then")));
    let request = headers(3)
        .field(":method", "CONNECT")
        .field(":protocol", "websocket");
    let request = request
        .field(":scheme", "https")
        .field(":authority", "a")
        .field(":path", "/");
    end.feed(request);
    assert_eq!(end.event_lines().last().unwrap(), "readable 3");
    end.stream(3).reset(ErrorCode::CANCEL).unwrap();
}
