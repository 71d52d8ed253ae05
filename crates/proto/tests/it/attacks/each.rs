//! The table of attacks that other endpoints are tried with: a server stands each of them.

use testkit::{Target, attacks, code};
use tress_proto::{Connection, Event, Response, Server};

use super::rig::{Attack, CALM, End};

/// How much of an attack is said.
const OCTETS: usize = 256 * 1024;

/// What a server allocates at most, whatever is said.
const MEMORY: u64 = 256 * 1024;

/// Takes each request, and answers it at once.
fn answer(machine: &mut Connection<Server>, event: &Event) {
    let Event::Opened { stream_id } = *event else {
        return;
    };
    if let Ok(mut stream) = machine.stream_mut(stream_id) {
        let _ = stream.recv();
        let _ = stream.respond(Response::new(200));
        let _ = stream.send_data("hello".into());
        let _ = stream.end();
    }
}

/// What an attack comes to: where nobody reads our answers, and where somebody does.
fn ends(name: &str) -> [End; 2] {
    let calm = End::Dies(CALM);
    match name {
        // Given up requests cost no more than they are let to: the budget of law 2 slows them.
        "rapid-reset" | "rapid-reset-in-waves" | "table-churn" => [End::Stands; 2],
        // What is begun may finish, where its answers are not even taken.
        "requests-unread" => [End::Closes(CALM), calm],
        // Each of our answers was read, or the next question is not.
        name if name.starts_with("settings") || name.starts_with("ping") => {
            [End::Waits, End::Stands]
        }
        "data-empty" | "data-padding" | "slow-upload" => [End::Stands; 2],
        "slow-read" | "window-0" => [End::Stands; 2],
        // RFC 9218 §7.1: more streams than may be open.
        "priority-update-flood" => [End::Dies(code::PROTOCOL_ERROR); 2],
        _ => [calm; 2],
    }
}

#[test]
fn a_server_stands_each_attack_that_others_are_tried_with() {
    let target = Target::new("https", "example.org", "/");
    for attack in attacks() {
        let input = attack.octets(&target, OCTETS);
        let attempt = Attack::<Server>::with(input).app(answer).memory(MEMORY);
        assert_eq!(
            attempt.ends(attack.name),
            ends(attack.name),
            "{}",
            attack.name
        );
    }
}
