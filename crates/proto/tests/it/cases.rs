//! The table of conformance that others are judged by: both of our roles pass all of it.

use core::iter::from_fn;

use testkit::{
    Case, Heard, Outcome, PROBE, Peer, Side, Target, Verdict, Wire, cases, code, headers, ping,
    settings, settings_ack,
};
use tress_proto::{Client, Config, Connection, Event, Part, Response, Role, Server, StreamId};

use crate::support::{Ends, get};

fn target() -> Target {
    Target::new("https", "example.org", "/")
}

/// What an end says to a case, and then to a PING.
fn heard<R: Ends>(
    peer: &mut Peer<Connection<R>>,
    case: &Case,
    act: impl Fn(&mut Connection<R>),
) -> Heard {
    let target = target();
    peer.feed(case.says(&target));
    act(&mut peer.machine);
    peer.run().feed(ping(*PROBE));
    act(&mut peer.machine);
    peer.run();
    Heard::new(peer.sent(), peer.is_closed(), target.stream)
}

/// Answers every request whose head has come.
fn answer(machine: &mut Connection<Server>) {
    let events: Vec<_> = from_fn(|| machine.poll_event()).collect();
    for event in events {
        let Event::Opened { stream_id } = event else {
            continue;
        };
        let Ok(mut stream) = machine.stream_mut(stream_id) else {
            continue;
        };
        // What has ended already takes no answer.
        let Ok(Some(Part::Head(request))) = stream.recv() else {
            continue;
        };
        let _ = stream.respond(Response::new(200));
        if request.method() != b"HEAD" {
            let _ = stream.send_data("hello".into());
        }
        let _ = stream.end();
    }
}

fn judged(case: &Case, heard: &Heard) -> Option<String> {
    match case.judge(heard) {
        Verdict::Passed => None,
        verdict => Some(format!(
            "{} ({}): {verdict:?} in {:?}",
            case.name, case.section, heard.frames
        )),
    }
}

#[test]
fn our_server_passes_every_case() {
    let wrong = cases(Side::Server).into_iter().filter_map(|case| {
        let mut peer = Peer::new(Connection::<Server>::new(Config::default()));
        if case.greets {
            peer.feed((Server::hello(), settings_ack()));
        }
        judged(&case, &heard(&mut peer, &case, answer))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn our_client_passes_every_case() {
    let wrong = cases(Side::Client).into_iter().filter_map(|case| {
        let mut peer = Peer::new(Connection::<Client>::new(Config::default()));
        let id = peer.machine.request(get()).unwrap();
        assert_eq!(id, StreamId::from_wire(target().stream));
        peer.machine.stream_mut(id).unwrap().end().unwrap();
        peer.run();
        if case.greets {
            peer.feed((Client::hello(), settings_ack()));
        }
        judged(&case, &heard(&mut peer, &case, |_| {}))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_case_is_passed_by_an_end_that_says_nothing() {
    for side in [Side::Client, Side::Server] {
        for case in cases(side) {
            let heard = Heard::new(Vec::new(), false, 1);
            assert!(
                matches!(case.judge(&heard), Verdict::Undecided(_)),
                "{}",
                case.name
            );
        }
    }
}

/// How many cases an end passes that always says the same.
fn passed(side: Side, says: impl Wire, is_closed: bool) -> usize {
    let heard = Heard::new(testkit::frames(&says.octets()), is_closed, 1);
    let passed = |case: &Case| case.judge(&heard) == Verdict::Passed;
    cases(side).iter().filter(|case| passed(case)).count()
}

#[test]
fn ends_that_always_do_the_same_fail_most_cases() {
    let all = cases(Side::Server).len();
    let pong = || ping(*PROBE).ack();
    // One that closes on anything odd, one that answers everything, one that takes all for an error.
    let closes = passed(Side::Server, settings(), true);
    let answers = passed(Side::Server, (headers(1).status(200).end(), pong()), false);
    let ends = passed(Side::Server, testkit::goaway(0, code::PROTOCOL_ERROR), true);
    for passed in [closes, answers, ends] {
        assert!(passed * 2 < all, "{passed} of {all}");
    }
    assert!(closes < 5, "a bare close says nothing: {closes}");
}

#[test]
fn cases_are_many_and_none_is_called_as_another() {
    let mut names: Vec<_> = [Side::Server, Side::Client]
        .into_iter()
        .flat_map(cases)
        .map(|case| {
            assert!(case.section.starts_with("RFC "), "{}", case.name);
            assert!(!case.allows.contains(&Outcome::Closes) || case.allows.len() > 1);
            case.name
        })
        .collect();
    let count = names.len();
    assert!(count >= 200, "{count}");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    assert_eq!(<Server as Role>::SIDE, tress_proto::Side::Server);
}
