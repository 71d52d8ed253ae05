//! What scripts say, and what is said of those that are wrong.

use core::time::Duration;

use blocking::proto::ErrorCode;

use super::Script;
use crate::fault::rule::{Fault, Hit, Limit, Phase, Trigger};
use crate::shaper::Way;

fn faults(text: &str) -> Vec<Fault> {
    let script = Script::parse(text).unwrap();
    script.rules.into_iter().map(|rule| rule.fault).collect()
}

#[track_caller]
fn wrong(text: &str) -> String {
    Script::parse(text).unwrap_err().to_string()
}

#[test]
fn statements_stand_in_lines_or_between_semicolons_and_comments_are_nothing() {
    let text = "# all of it\nseed 9\n\n  rst after=10 ; refuse # why\nhpack path=\"/a b;c#d\"";
    let script = Script::parse(text).unwrap();
    assert_eq!(script.seed, 9);
    let names: Vec<_> = script.rules.iter().map(|rule| &rule.name[..]).collect();
    assert_eq!(names, ["rst", "refuse", "hpack"]);
    assert_eq!(script.rules[2].select.path.as_deref(), Some("/a b;c#d"));
    assert!(Script::parse("").unwrap().rules.is_empty());
}

#[test]
fn a_fault_has_what_it_says_and_what_is_usual() {
    let at = |way, after, hit| Fault::At(Trigger { way, after, hit });
    assert_eq!(
        faults("rst; rst after=1K code=CANCEL of=request; stall for=2s; stall after=0"),
        [
            at(Way::Down, None, Hit::Reset(ErrorCode::INTERNAL_ERROR)),
            at(Way::Up, Some(1024), Hit::Reset(ErrorCode::CANCEL)),
            at(Way::Down, None, Hit::Stall(Some(Duration::from_secs(2)))),
            at(Way::Down, Some(0), Hit::Stall(None)),
        ]
    );
    let limit = Limit {
        way: Way::Down,
        octets: 65536,
        time: Some(Duration::from_millis(300)),
    };
    assert_eq!(
        faults(
            "window sender=server size=64K for=300ms; window of=connection sender=server size=64K for=300ms"
        ),
        [Fault::StreamWindow(limit), Fault::ConnectionWindow(limit)]
    );
    let [Fault::GoAway(goaway)] = faults("goaway")[..] else {
        panic!("one GOAWAY");
    };
    assert_eq!(
        (goaway.phase, goaway.code),
        (Phase::Shutdown, ErrorCode::NO_ERROR)
    );
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_column() {
    for (text, said) in [
        (
            "rts",
            "line 1, column 1: there is no fault rts; there are rst,",
        ),
        (
            "refuse\n rst afer=1",
            "line 2, column 6: rst takes no afer; it takes after, code, of,",
        ),
        (
            "rst after=ten",
            "line 1, column 11: after=ten is not a number of octets",
        ),
        (
            "rst after",
            "line 1, column 5: after has no value; write after=…",
        ),
        (
            "rst after=1 after=2",
            "line 1, column 13: after is said twice",
        ),
        (
            "rst code=OOPS",
            "line 1, column 10: code=OOPS is not an error code",
        ),
        (
            "early status=100",
            "line 1, column 14: status=100 is not a final status",
        ),
        (
            "stall for=soon",
            "line 1, column 11: for=soon is not a time",
        ),
        (
            "goaway phase=last",
            "line 1, column 14: phase=last is not one of notice, accept,",
        ),
        (
            "refuse chance=101%",
            "line 1, column 15: chance=101% is not a chance",
        ),
        (
            "refuse stream=5..3",
            "line 1, column 15: stream=5..3 is not a number, or two",
        ),
        ("streams", "line 1, column 1: streams needs max=NUMBER"),
        (
            "streams max=1 path=/a",
            "line 1, column 15: streams takes no path;",
        ),
        (
            "link rate=fast",
            "line 1, column 11: rate=fast is not a rate",
        ),
        ("seed", "line 1, column 1: seed takes a number"),
        ("rst =5", "line 1, column 5: nothing stands before the ="),
        (
            "rst after= 5",
            "line 1, column 11: nothing stands behind the =",
        ),
        ("rst path=\"/a", "line 1, column 10: the quotes do not end"),
        (
            "goaway phase=refuse after=5",
            "line 1, column 1: what has an answer is processed",
        ),
    ] {
        let found = wrong(text);
        assert!(found.starts_with(said), "{text}: {found}");
    }
}

#[test]
fn any_text_is_read_or_refused() {
    let mut rng = tress_testkit::Rng::new(16);
    let pieces = [
        "rst", "after", "=", " ", ";", "\n", "\"", "#", "1", "path", "*", "é", "..", "%",
    ];
    for _ in 0..2000 {
        let count = rng.range(0..12);
        let text: String = (0..count).map(|_| *rng.pick(&pieces)).collect();
        let _ = Script::parse(&text);
    }
}
