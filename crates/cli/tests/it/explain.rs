//! `tress explain` and `tress completions`.

use crate::support::tress;

fn explained(args: &[&str]) -> String {
    let finished = tress(&[&["explain"], args].concat());
    assert_eq!(finished.code, Some(0), "{args:?}: {finished:?}");
    String::from_utf8(finished.stdout).unwrap()
}

#[test]
fn a_code_is_known_by_its_name_and_its_number() {
    for what in ["ENHANCE_YOUR_CALM", "enhance-your-calm", "0xb", "11"] {
        let text = explained(&[what]);
        assert!(
            text.starts_with("ENHANCE_YOUR_CALM (error code 0xb, RFC 9113 §7)\n"),
            "{text}"
        );
        assert!(text.contains("cause:") && text.contains("do:"), "{text}");
    }
}

#[test]
fn a_rule_says_what_it_demands_its_section_and_what_follows() {
    let text = explained(&["BlockInterrupted"]);
    assert!(
        text.starts_with("BlockInterrupted (rule of the connection, RFC 9113 §6.10)\n"),
        "{text}"
    );
    assert!(
        text.contains("demands: A field block is contiguous"),
        "{text}"
    );
    assert!(text.contains("GOAWAY and PROTOCOL_ERROR"), "{text}");
    // A name that two rules have is both of them.
    let text = explained(&["windowexceeded"]);
    assert_eq!(text.matches("WindowExceeded (").count(), 2, "{text}");
}

#[test]
fn a_section_or_what_a_peer_was_told_finds_its_rules() {
    for section in ["6.5.3", "§6.5.3", "RFC 9113 §6.5.3"] {
        assert!(
            explained(&[section]).contains("SettingsTimeout"),
            "{section}"
        );
    }
    let text = explained(&["too many CONTINUATION frames in a field block"]);
    assert!(
        text.starts_with("Continuations (limit, RFC 9113 §10.5)"),
        "{text}"
    );
}

#[test]
fn all_that_is_listed_can_be_asked_for_and_all_of_it_is_an_object() {
    let list = explained(&[]);
    assert!(list.lines().count() > 80, "{list}");
    let objects: Vec<serde_json::Value> = explained(&["--json"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), list.lines().count());
    let codes = objects
        .iter()
        .filter(|object| object["type"] == "code")
        .count();
    assert_eq!(codes, 14);
    for object in &objects {
        assert_eq!(object["schema"], "tress-explain/1");
        for key in ["name", "section", "says", "cause", "remedy"] {
            assert!(
                object[key].as_str().is_some_and(|text| text.len() > 3),
                "{object}"
            );
        }
    }
    for name in objects
        .iter()
        .map(|object| object["name"].as_str().unwrap())
        .take(40)
    {
        assert!(explained(&[name, "--json"]).contains(name));
    }
}

#[test]
fn what_nobody_knows_is_2() {
    let finished = tress(&["explain", "frobnication"]);
    assert_eq!(finished.code, Some(2));
    assert!(
        finished
            .stderr
            .contains("nothing is known of \"frobnication\""),
        "{finished:?}"
    );
}

#[test]
fn every_shell_gets_a_script_that_knows_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let finished = tress(&["completions", shell]);
        assert_eq!(finished.code, Some(0), "{finished:?}");
        let script = String::from_utf8(finished.stdout).unwrap();
        for command in ["serve", "get", "timeline", "explain", "link", "demo"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    assert_eq!(tress(&["completions", "tcsh"]).code, Some(2));
}
