//! RFC 9110 §15.4: what becomes of the method, the content and the fields.

use super::{method, next};
use crate::args::{Args, Command};
use crate::exit::Kind;
use crate::get::plan::{Job, Plan};
use blocking::proto::Response;
use clap::Parser;

fn plan(more: &[&str]) -> Plan {
    let args = ["tress", "get", "-L", "http://a:1/b/c"];
    let args = Args::try_parse_from(args.iter().chain(more)).unwrap();
    match args.command {
        Command::Get(args) => Plan::new(&args).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn led(plan: &Plan, status: u16, location: &str) -> Job {
    let head = Response::new(status).field("location", location);
    next(plan, &plan.jobs[0], &head).unwrap().unwrap()
}

#[test]
fn the_method_stays_unless_the_status_says_otherwise() {
    for (status, before, after) in [
        (301, "GET", "GET"),
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (302, "PUT", "PUT"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
    ] {
        assert_eq!(method(status, before), after, "{status} {before}");
    }
}

#[test]
fn what_is_no_redirect_leads_nowhere() {
    let plan = plan(&[]);
    for head in [
        Response::new(301),
        Response::new(200).field("location", "/x"),
        Response::new(300).field("location", "/x"),
        Response::new(304).field("location", "/x"),
    ] {
        assert!(
            next(&plan, &plan.jobs[0], &head).unwrap().is_none(),
            "{head:?}"
        );
    }
}

#[test]
fn content_is_sent_again_with_its_fields_or_left_out_with_them() {
    let plan = plan(&["-d", "abc", "-H", "content-type: x/y", "-H", "x: y"]);
    let again = led(&plan, 307, "../d");
    assert_eq!(again.url.to_string(), "http://a:1/d");
    assert_eq!(
        (again.request.method(), again.has_content),
        (&b"POST"[..], true)
    );
    assert_eq!(again.request.field_value("content-type"), Some(&b"x/y"[..]));
    assert_eq!(again.request.field_value("content-length"), Some(&b"3"[..]));
    let without = led(&plan, 303, "../d");
    assert_eq!(
        (without.request.method(), without.has_content),
        (&b"GET"[..], false)
    );
    for name in ["content-type", "content-length"] {
        assert_eq!(without.request.field_value(name), None, "{name}");
    }
    assert_eq!(without.request.field_value("x"), Some(&b"y"[..]));
}

#[test]
fn secrets_stay_with_their_origin() {
    let fields = [
        "-H",
        "authorization: a",
        "-H",
        "cookie: b",
        "-H",
        "host: c",
        "-H",
        "x: y",
    ];
    let plan = plan(&fields);
    let same = led(&plan, 302, "http://a:1/");
    assert_eq!(same.request.field_value("authorization"), Some(&b"a"[..]));
    assert_eq!(same.request.authority(), Some(&b"c"[..]));
    for elsewhere in ["http://a:2/", "http://b:1/", "https://a:1/", "//evil/"] {
        let other = led(&plan, 302, elsewhere);
        for name in ["authorization", "cookie"] {
            assert_eq!(other.request.field_value(name), None, "{elsewhere} {name}");
        }
        assert_ne!(other.request.authority(), Some(&b"c"[..]), "{elsewhere}");
        assert_eq!(
            other.request.field_value("x"),
            Some(&b"y"[..]),
            "{elsewhere}"
        );
    }
}

#[test]
fn what_cannot_be_followed_is_said() {
    let head = |location: &str| Response::new(308).field("location", location);
    let from_stdin = plan(&["-d", "@-"]);
    let failure = next(&from_stdin, &from_stdin.jobs[0], &head("/x")).unwrap_err();
    assert!(
        failure.to_string().contains("stdin cannot be sent again"),
        "{failure}"
    );
    let plan = plan(&[]);
    for location in ["ftp://x/", "http://", "mailto:me"] {
        let failure = next(&plan, &plan.jobs[0], &head(location)).unwrap_err();
        assert_eq!(failure.kind(), Kind::Transfer, "{location}");
        assert!(failure.to_string().contains(location), "{failure}");
    }
}
