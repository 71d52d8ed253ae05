//! What the types promise beside the protocol.

use core::error::Error;
use core::fmt::Debug;

use tress_proto::{
    Client, ClosedBy, Config, ConfigError, Connection, ConnectionError, ConnectionRule, ErrorCode,
    Event, ExtensionFrame, FieldName, FieldSection, Fields, FlushToken, Limit, Limits, MessageRule,
    Part, Phase, PhaseStep, PreparedResponse, Priority, Record, Request, Response, Role, Server,
    Settings, SettingsChange, Side, State, Step, StreamError, StreamId, StreamMut, StreamRef,
    StreamRule, Trailers, Transition, UserError, Violation,
};

fn travels<T: Send>() {}
fn is_shared<T: Send + Sync>() {}
fn is_shown<T: Debug>() {}
fn is_value<T: Copy + Eq + Debug + Send + Sync + 'static>() {}
fn is_error<T: Error + Send + Sync + 'static>() {}

#[test]
fn connections_travel_between_threads() {
    travels::<Connection<Client>>();
    travels::<Connection<Server>>();
    travels::<StreamMut<'_, Client>>();
    travels::<StreamMut<'_, Server>>();
}

#[test]
fn what_goes_in_and_comes_out_is_shared_between_threads() {
    is_shared::<Config>();
    is_shared::<Event>();
    is_shared::<ExtensionFrame>();
    is_shared::<FieldName>();
    is_shared::<FieldSection>();
    is_shared::<Fields<'_>>();
    is_shared::<Part<Client>>();
    is_shared::<Part<Server>>();
    is_shared::<Record<'_>>();
    is_shared::<PreparedResponse>();
    is_shared::<Request>();
    is_shared::<Response>();
    is_shared::<Trailers>();
}

#[test]
fn everything_can_be_shown() {
    is_shown::<Connection<Client>>();
    is_shown::<Connection<Server>>();
    is_shown::<StreamMut<'_, Server>>();
    is_shown::<StreamRef<'_>>();
    is_shown::<Config>();
    is_shown::<Event>();
    is_shown::<Part<Server>>();
    is_shown::<Record<'_>>();
    let connection = Connection::<Server>::new(Config::default());
    assert!(format!("{connection:?}").starts_with("Connection { side: Server, "));
}

#[test]
fn small_types_are_values() {
    is_value::<ClosedBy>();
    is_value::<FlushToken>();
    is_value::<Limits>();
    is_value::<Phase>();
    is_value::<PhaseStep>();
    is_value::<Priority>();
    is_value::<Settings>();
    is_value::<SettingsChange>();
    is_value::<Side>();
    is_value::<State>();
    is_value::<Step>();
    is_value::<StreamId>();
    is_value::<Transition>();
    is_value::<Violation>();
    is_value::<StreamError>();
    is_value::<UserError>();
    is_value::<ConfigError>();
}

#[test]
fn errors_are_errors() {
    is_error::<ConfigError>();
    is_error::<ConnectionError>();
    is_error::<StreamError>();
    is_error::<UserError>();
    is_error::<Violation>();
    is_error::<ConnectionRule>();
    is_error::<StreamRule>();
    is_error::<MessageRule>();
    is_error::<Limit>();
}

#[test]
fn an_error_leads_to_its_source() {
    let violation = Violation::from(StreamRule::Idle);
    for error in [
        Box::<dyn Error>::from(ConnectionError::Violation(violation)),
        Box::from(StreamError::Violation(violation)),
        Box::from(UserError::Malformed(MessageRule::NameEmpty)),
        Box::from(StreamError::Limit(Limit::FieldSection)),
    ] {
        assert!(error.source().is_some(), "{error}");
    }
    let error = ConnectionError::Exn("the cable is out".into());
    assert_eq!(error.source().unwrap().to_string(), "the cable is out");
}

/// Every message there is, of the errors that carry nothing and of one of each that does.
fn messages() -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    messages.extend(ConnectionRule::ALL.iter().map(ToString::to_string));
    messages.extend(StreamRule::ALL.iter().map(ToString::to_string));
    messages.extend(MessageRule::ALL.iter().map(ToString::to_string));
    messages.extend(Limit::ALL.iter().map(ToString::to_string));
    let violation = Violation::from(StreamRule::Idle);
    let connection = [
        ConnectionError::Violation(violation),
        ConnectionError::GoAway(ErrorCode::CANCEL),
        ConnectionError::UnexpectedEof,
        ConnectionError::Exn("the cable is out".into()),
        ConnectionError::Aborted(ErrorCode::CANCEL),
        ConnectionError::Timeout,
    ];
    messages.extend(connection.iter().map(ToString::to_string));
    let stream = [
        StreamError::Violation(violation),
        StreamError::Reset(ErrorCode::CANCEL),
        StreamError::Unsent,
        StreamError::Unprocessed(ErrorCode::NO_ERROR),
        StreamError::Canceled,
        StreamError::Answered,
        StreamError::Limit(Limit::FieldSection),
        StreamError::ConnectionLost,
    ];
    messages.extend(stream.iter().map(ToString::to_string));
    let user = [
        UserError::UnknownStream,
        UserError::StreamClosed,
        UserError::ConnectionClosed,
        UserError::GoingAway,
        UserError::StreamIdsExhausted,
        UserError::Malformed(MessageRule::NameEmpty),
        UserError::OutOfOrder,
        UserError::State,
        UserError::ExtendedConnectNotAllowed,
        UserError::TooManyPings,
        UserError::Config(ConfigError::Window),
    ];
    messages.extend(user.iter().map(ToString::to_string));
    let config = [
        ConfigError::MaxFrameSize,
        ConfigError::Window,
        ConfigError::ConnectionWindow,
        ConfigError::Zero("fields"),
    ];
    messages.extend(config.iter().map(ToString::to_string));
    messages
}

#[test]
fn messages_begin_in_lower_case_and_end_without_a_full_stop() {
    // Names of the protocol are written as it writes them.
    let names = [
        "DATA",
        "HEADERS",
        "CONTINUATION",
        "PUSH_PROMISE",
        "WINDOW_UPDATE",
        "CONNECT",
    ];
    let names = [&names[..], &["SETTINGS", "PRIORITY_UPDATE"]].concat();
    for message in messages() {
        let first = message.split([' ', '_']).next().unwrap();
        let is_name = names
            .iter()
            .any(|name| name.split('_').next() == Some(first));
        let is_lower = !message.starts_with(char::is_uppercase);
        assert!(is_lower || is_name, "{message}");
        assert!(!message.ends_with('.'), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }
}

#[test]
fn no_two_rules_say_the_same() {
    let mut messages = messages();
    messages.truncate(
        ConnectionRule::ALL.len()
            + StreamRule::ALL.len()
            + MessageRule::ALL.len()
            + Limit::ALL.len(),
    );
    let count = messages.len();
    messages.sort();
    messages.dedup();
    assert_eq!(messages.len(), count);
}

#[test]
fn errors_know_their_code() {
    let error = ConnectionError::Violation(StreamRule::Idle.into());
    assert_eq!(error.code(), Some(ErrorCode::PROTOCOL_ERROR));
    assert_eq!(ConnectionError::UnexpectedEof.code(), None);
    assert_eq!(
        ConnectionError::Aborted(ErrorCode::CANCEL).code(),
        Some(ErrorCode::CANCEL)
    );
    assert_eq!(StreamError::Canceled.code(), Some(ErrorCode::CANCEL));
    assert_eq!(StreamError::ConnectionLost.code(), None);
}

#[test]
fn only_what_was_certainly_not_processed_can_be_retried() {
    for error in [
        StreamError::Unsent,
        StreamError::Unprocessed(ErrorCode::NO_ERROR),
        StreamError::Reset(ErrorCode::REFUSED_STREAM),
    ] {
        assert!(error.is_retryable(), "{error}");
    }
    for error in [
        StreamError::Reset(ErrorCode::CANCEL),
        StreamError::Canceled,
        StreamError::ConnectionLost,
        StreamError::Answered,
        StreamError::Limit(Limit::StreamCredit),
        StreamError::Limit(Limit::FieldSection),
        StreamError::Violation(StreamRule::Closed.into()),
    ] {
        assert!(!error.is_retryable(), "{error}");
    }
}

#[test]
fn hot_types_stay_small() {
    assert!(size_of::<Event>() <= 32, "{}", size_of::<Event>());
    assert!(
        size_of::<Part<Client>>() <= 40,
        "{}",
        size_of::<Part<Client>>()
    );
    assert!(
        size_of::<Part<Server>>() <= 40,
        "{}",
        size_of::<Part<Server>>()
    );
    assert!(size_of::<State>() <= 1);
    assert!(size_of::<Phase>() <= 1);
    assert!(
        size_of::<StreamError>() <= 24,
        "{}",
        size_of::<StreamError>()
    );
    assert!(size_of::<StreamMut<'_, Client>>() <= 16);
    println!("Event: {} octets", size_of::<Event>());
    println!("Part: {} octets", size_of::<Part<Client>>());
    println!("Connection: {} octets", size_of::<Connection<Client>>());
}

#[test]
fn a_role_is_a_side() {
    assert_eq!((Client::SIDE, Server::SIDE), (Side::Client, Side::Server));
    assert_eq!(Side::Client.peer(), Side::Server);
    assert_eq!(Side::Server.peer(), Side::Client);
}

#[test]
fn a_configuration_that_cannot_be_announced_is_refused() {
    let config = Config::default;
    assert_eq!(
        config().initial_window(1 << 31).unwrap_err(),
        ConfigError::Window
    );
    assert_eq!(
        config().connection_window(1 << 31).unwrap_err(),
        ConfigError::Window
    );
    assert_eq!(
        config().connection_window(65_534).unwrap_err(),
        ConfigError::ConnectionWindow
    );
    assert_eq!(
        config().max_frame_size(16_383).unwrap_err(),
        ConfigError::MaxFrameSize
    );
    assert_eq!(
        config().max_frame_size(1 << 24).unwrap_err(),
        ConfigError::MaxFrameSize
    );
    assert_eq!(
        config().send_buffer(0).unwrap_err(),
        ConfigError::Zero("send_buffer")
    );
    let limits = Limits::default().fields(0);
    assert_eq!(
        config().limits(limits).unwrap_err(),
        ConfigError::Zero("fields")
    );
    let change = SettingsChange::default();
    assert_eq!(
        change.initial_window(1 << 31).unwrap_err(),
        ConfigError::Window
    );
    assert_eq!(
        config().max_frame_size(20_000).unwrap().read_buffer_len(),
        20_009
    );
}

#[test]
fn only_what_did_not_come_in_time_is_a_timeout() {
    let limit = |limit: Limit| ConnectionError::Violation(Violation::Limit(limit));
    let late = [
        ConnectionError::Timeout,
        limit(Limit::ConnectionCredit),
        ConnectionError::Violation(Violation::Connection(ConnectionRule::SettingsTimeout)),
    ];
    let other = [
        ConnectionError::UnexpectedEof,
        ConnectionError::GoAway(ErrorCode::SETTINGS_TIMEOUT),
        ConnectionError::Aborted(ErrorCode::SETTINGS_TIMEOUT),
        ConnectionError::Exn("the cable is out".into()),
        limit(Limit::Replies),
        ConnectionError::Violation(Violation::Connection(ConnectionRule::GoAwayGrew)),
        ConnectionError::Violation(StreamRule::Idle.into()),
    ];
    assert!(late.iter().all(ConnectionError::is_timeout));
    assert!(!other.iter().any(ConnectionError::is_timeout));
}

/// RFC 9110 §10.1.1: the expectation is a member of a list, in any case of letters; RFC 9110 §9.3.6: CONNECT
/// has no content to wait with.
#[test]
fn a_request_says_whether_its_content_waits_for_100() {
    let asks = |method: &str, fields: &[&str]| {
        let request = Request::new(method, "https", "a", "/");
        let add = |request: Request, value: &&str| request.field("expect", value);
        fields.iter().fold(request, add).expects_continue()
    };
    for fields in [
        &["100-continue"][..],
        &["x, 100-Continue "],
        &["x", "100-continue"],
    ] {
        assert!(asks("POST", fields), "{fields:?}");
        assert!(!asks("CONNECT", fields), "{fields:?}");
    }
    for fields in [&[][..], &["100"], &["100-continued"], &["x=100-continue"]] {
        assert!(!asks("POST", fields), "{fields:?}");
    }
}
