//! Scripts hold where they should, and fail where they should.

use core::time::Duration;

use runtime::Runtime as _;
use tress_testkit::*;

/// An echo is a server that answers each frame with the same frame.
fn echo() -> Subject<Echo> {
    Subject::new(Side::Server, Echo::new(), |echo| {
        vec![format!("sent {} octets", echo.sent())]
    })
}

#[test]
fn a_script_reads_as_a_conversation() {
    let script = script![
        client(headers(1).get("/")),
        server(headers(1).get("/")),
        client(headers(3).get("/").no_end_headers()),
        client(continuation(3).field("a", "b")),
        server(headers(3).get("/").field("a", "b")),
        client((data(1, "hi").padded(2), data(1, "").end())),
        server(data(1, "hi")),
        says("the end", Seen::is_end),
        client(goaway(0, 0).debug("bye")),
        happens(["sent 87 octets"]),
        tick(Duration::from_secs(1)),
        server(goaway(0, 0)),
        app(|echo: &mut Echo| echo.say(&ping([9; 8]).octets())),
        server(ping([9; 8])),
        client(ping([0; 8])),
        rest(),
        eof(),
        closed(),
    ];
    let peer = check(echo(), script);
    assert!(peer.machine.is_closed());
    check_in_chunks(echo, script);
}

/// A client that says these octets.
fn client_that_says(wire: impl Wire) -> Subject<Echo> {
    let mut machine = Echo::listener();
    machine.say(&wire.octets());
    Subject::new(Side::Client, machine, |_| Vec::new())
}

#[test]
fn a_client_begins_with_the_preface() {
    let subject = client_that_says((PREFACE, settings()));
    check(
        subject,
        script![client((PREFACE, settings())), server(settings())],
    );
    let subject = client_that_says((PREFACE, settings()));
    check(subject, script![client(PREFACE), client(settings())]);
}

#[test]
#[should_panic(expected = "the preface is missing")]
fn a_client_that_does_not_begin_with_the_preface() {
    check(
        client_that_says(settings()),
        script![client((PREFACE, settings()))],
    );
}

#[test]
#[should_panic(expected = "wanted DATA stream 1 \"ho\"\n  but got DATA stream 1 \"hi\"")]
fn another_frame_than_expected() {
    check(
        echo(),
        script![client(data(1, "hi")), server(data(1, "ho"))],
    );
}

#[test]
#[should_panic(expected = "nothing more was sent")]
fn fewer_frames_than_expected() {
    check(
        echo(),
        script![client(data(1, "hi")), server(vec![data(1, "hi"); 2])],
    );
}

#[test]
#[should_panic(expected = "the script does not have [\n    DATA stream 1 \"hi\",\n]")]
fn more_frames_than_expected() {
    check(echo(), script![client(data(1, "hi"))]);
}

#[test]
#[should_panic(expected = "tests/it/script.rs")]
fn a_failure_names_the_step() {
    check(echo(), script![client(data(1, "")), server(ping([0; 8]))]);
}

#[test]
#[should_panic(expected = "Client: DATA stream 1 \"hi\"\n  Server: DATA stream 1 \"hi\"")]
fn a_failure_shows_what_was_said() {
    check(echo(), script![client(data(1, "hi")), happens(["nothing"])]);
}

#[test]
#[should_panic(expected = "wanted a ping\n  but got DATA")]
fn a_frame_that_is_not_like_that() {
    let is_ping = |seen: &Seen| seen.kind == kind::PING;
    check(
        echo(),
        script![client(data(1, "")), says("a ping", is_ping)],
    );
}

#[test]
#[should_panic(expected = "the machine is not closed")]
fn a_machine_that_goes_on() {
    check(echo(), script![closed()]);
}

#[test]
#[should_panic(expected = "there is no whole frame to expect")]
fn half_a_frame_is_nothing_to_expect() {
    check(echo(), script![server([0, 0])]);
}
