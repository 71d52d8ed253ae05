//! Server push, from both ends (RFC 9113 §8.4).

use testkit::Pair;
use tress_handlers::{Config, Response, UserError};

use crate::support::{Log, Slot, client_with, get, handlers, pair, server};

#[test]
fn a_pushed_response_has_its_own_handlers() {
    let (log, theirs, paths) = (Log::default(), Log::default(), Slot::new());
    let (told, keep) = (log.clone(), paths.clone());
    let client = client_with(Config::default().allow_push(), &log).push_handler(move |request| {
        keep.put(request);
        Some(handlers(&told))
    });
    let (server, slot) = server(&theirs);
    let mut pair = Pair::new(client, server);
    pair.a.request(get("/"), handlers(&log)).close();
    pair.run();
    let reqd = slot.take();
    let pushed = reqd.push(get("/style.css")).unwrap();
    assert!(pushed.request_body().is_none());
    assert_eq!(pushed.push(get("/")).unwrap_err(), UserError::NotPushable);
    pushed
        .respond_with_string(Response::new(203), "css")
        .unwrap();
    reqd.respond_with_string(Response::new(200), "html")
        .unwrap();
    drop((reqd, pushed));
    pair.run();
    let mut told = log.take();
    told.sort();
    let expected = [
        "data css",
        "data html",
        "eof",
        "eof",
        "response 200",
        "response 203",
    ];
    assert_eq!(told, expected);
    assert_eq!(paths.take().path(), Some(&b"/style.css"[..]));
    assert_eq!(pair.b.connection().streams().count(), 0);
    assert_eq!(pair.a.connection().streams().count(), 0);
}

#[test]
fn a_client_without_a_handler_takes_no_pushes() {
    let (mut pair, slot, ours, _) = pair();
    pair.a.request(get("/"), handlers(&ours)).close();
    pair.run();
    let refused = slot.take().push(get("/style.css")).unwrap_err();
    assert_eq!(refused, UserError::PushDisabled);
}

#[test]
fn a_push_that_breaks_a_rule_is_told_to_the_error_handler() {
    let (log, theirs) = (Log::default(), Log::default());
    let (server, slot) = server(&theirs);
    let mut pair = Pair::new(client_with(Config::default().allow_push(), &log), server);
    pair.a.request(get("/"), handlers(&log)).close();
    pair.run();
    let reqd = slot.take();
    let pushed = reqd.push(crate::support::post("/")).unwrap();
    pair.run();
    assert!(pushed.is_closed());
    let told = theirs.take();
    assert!(
        told[1].starts_with("error of known: the message is malformed"),
        "{told:?}"
    );
    reqd.respond_with_string(Response::new(200), "ok").unwrap();
    pair.run();
    assert_eq!(log.take(), ["response 200", "data ok", "eof"]);
}
