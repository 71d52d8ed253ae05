//! Whose doing an error was, what it means for what comes next, and what each level says.

use core::error::Error as StdError;
use std::io;

use tress_session::proto::{Connection, MessageRule, Response, Server, Trailers};
use tress_session::{
    Blame, ConnectionError, Error, ErrorCode, Fault, Options, Session, StreamError, UserError,
};

use crate::support::{Pair, get, take};

#[test]
fn an_error_says_whose_doing_it_was() {
    let fault = Fault {
        blame: Blame::Local,
        is_timeout: false,
    };
    let cases = [
        (Error::from(StreamError::Canceled), Blame::Local),
        (StreamError::Reset(ErrorCode::CANCEL).into(), Blame::Peer),
        (StreamError::ConnectionLost.into(), Blame::Transport),
        (UserError::GoingAway.into(), Blame::Local),
        (Error::timeout(), Blame::Peer),
        (Error::would_block(), Blame::Local),
        (Error::too_long(5), Blame::Peer),
        (Error::no_tunnel(), Blame::Peer),
        (Error::content("x".into()), Blame::Local),
        (
            Error::convert(Blame::Peer, io::Error::other("x")),
            Blame::Peer,
        ),
        (
            Error::connect(io::ErrorKind::ConnectionRefused.into()),
            Blame::Transport,
        ),
        (Error::layer(io::Error::other("x"), fault), Blame::Local),
    ];
    for (error, blame) in cases {
        assert_eq!(error.blame(), blame, "{error}");
    }
}

#[test]
fn an_error_says_whether_a_request_can_be_sent_again() {
    let yes = [
        Error::from(StreamError::Unsent),
        StreamError::Unprocessed(ErrorCode::NO_ERROR).into(),
        StreamError::Reset(ErrorCode::REFUSED_STREAM).into(),
        UserError::GoingAway.into(),
        UserError::ConnectionClosed.into(),
        Error::lookup(io::ErrorKind::NotFound.into()),
        Error::connect(io::ErrorKind::ConnectionRefused.into()),
    ];
    for error in yes {
        assert!(error.is_retryable(), "{error:?}");
    }
    let no = [
        Error::from(StreamError::Reset(ErrorCode::CANCEL)),
        StreamError::ConnectionLost.into(),
        UserError::StreamClosed.into(),
        Error::timeout(),
        Error::closed(),
    ];
    for error in no {
        assert!(!error.is_retryable(), "{error:?}");
    }
}

#[test]
fn each_level_says_only_its_own() {
    let errors = [
        Error::from(UserError::StreamClosed),
        StreamError::Reset(ErrorCode::CANCEL).into(),
        io::Error::other("no such file").into(),
        Error::connect(io::Error::other("refused")),
        Error::content("the disk is full".into()),
    ];
    for error in errors {
        let source = error.source().unwrap().to_string();
        assert!(!error.to_string().contains(&source), "{error}");
        assert_eq!(format!("{error:#}"), format!("{error}: {source}"));
    }
}

#[test]
fn sources_lead_down_to_the_rule_that_was_broken() {
    let error = Error::from(UserError::Malformed(MessageRule::MethodMissing));
    assert!(error.source().unwrap().is::<UserError>());
    assert_eq!(
        error.find::<MessageRule>(),
        Some(&MessageRule::MethodMissing)
    );
    assert!(error.find::<StreamError>().is_none());
    let rule = MessageRule::MethodMissing.to_string();
    let said = format!("{error:#}");
    assert_eq!(said.matches(&rule).count(), 1, "{said}");
    assert!(error.find::<Error>().is_some(), "it is the first");
}

#[test]
fn an_error_survives_its_way_through_std() {
    let through = io::Error::from(Error::from(UserError::GoingAway));
    let inner = through.get_ref().unwrap();
    assert!(inner.downcast_ref::<Error>().is_some_and(Error::is_go_away));
    assert!(Error::from(through).is_retryable());
    let own = Error::from(io::Error::from(io::ErrorKind::NotFound));
    assert_eq!(io::Error::from(own).kind(), io::ErrorKind::NotFound);
    assert_eq!(
        io::Error::from(Error::timeout()).kind(),
        io::ErrorKind::TimedOut
    );
}

#[test]
fn an_adapter_says_what_it_knows_of_the_errors_of_a_layer() {
    let judged = |judge| {
        let machine = Box::new(Connection::new(Default::default()));
        let options = Options {
            judge,
            ..Options::default()
        };
        let session = Session::<Server>::new(machine, options);
        session.lose(Box::new(io::Error::other("late")));
        session.cause()
    };
    let error = judged(|error| {
        error.is::<io::Error>().then_some(Fault {
            blame: Blame::Peer,
            is_timeout: true,
        })
    });
    assert!(
        error.is_timeout() && error.blame() == Blame::Peer,
        "{error:?}"
    );
    let error = judged(|_| None);
    assert!(
        !error.is_timeout() && error.blame() == Blame::Transport,
        "{error:?}"
    );
    assert!(matches!(error.find(), Some(ConnectionError::Exn(_))));
    let idle = Session::<Server>::new(
        Box::new(Connection::new(Default::default())),
        Options::default(),
    );
    take(&idle);
    assert!(!idle.is_closed());
}

#[test]
fn a_refusal_names_the_field_that_it_is_for_and_never_its_value() {
    let pair = Pair::new();
    let request = get().field("cookie", "secret").field("upgrade", "secret");
    let refused = pair.client.request(request, Some(Default::default()));
    let error = refused.unwrap_err();
    let (said, rule) = (error.to_string(), MessageRule::ConnectionSpecific);
    assert_eq!(said, "the call was refused for the field `upgrade`");
    let cause = error.find::<UserError>();
    assert_eq!(cause, Some(&UserError::Malformed(rule)));
    assert!(!format!("{error:#} {error:?}").contains("secret"));
    let request = get().field("a\u{7}\"", "secret");
    let refused = pair.client.request(request, Some(Default::default()));
    assert_eq!(refused.unwrap_err().refused_field(), Some("a\\x07\\\""));
    let opened = pair.client.request(get(), Some(Default::default()));
    let _opened = opened.unwrap();
    pair.run();
    let send = pair.accept().send;
    let field = |refused: Result<(), Error>| {
        let error = refused.unwrap_err();
        assert!(matches!(error.find(), Some(UserError::Malformed(_))));
        error.refused_field().map(str::to_owned)
    };
    let early = Response::new(103).field("connection", "secret");
    assert_eq!(field(send.inform(early)).as_deref(), Some("connection"));
    let response = Response::new(200).field("keep-alive", "secret");
    let refused = field(send.respond(response).map(drop));
    assert_eq!(refused.as_deref(), Some("keep-alive"));
    send.respond(Response::new(200).field("content-length", "9"))
        .unwrap();
    let trailers = Trailers::new().field("te", "secret");
    let refused = field(send.handle().send_trailers(trailers));
    assert_eq!(refused.as_deref(), Some("te"));
    // A rule that is about no field of the message.
    assert_eq!(field(send.handle().end()), None);
}
