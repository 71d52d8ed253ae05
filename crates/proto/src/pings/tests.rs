//! Which question an answer belongs to.

use alloc::vec::Vec;

use super::{Pings, Purpose};

#[test]
fn an_answer_belongs_to_the_first_question_of_its_payload() {
    let mut pings = Pings::default();
    pings.ask([1; 8], Purpose::KeepAlive, 1);
    pings.ask([2; 8], Purpose::Application, 1);
    pings.ask([1; 8], Purpose::Settings, 2);
    assert_eq!(pings.answered([1; 8]), Some((Purpose::KeepAlive, 1)));
    assert_eq!(pings.answered([1; 8]), Some((Purpose::Settings, 2)));
    assert_eq!(pings.answered([1; 8]), None);
    assert_eq!(pings.answered([3; 8]), None);
    assert_eq!(pings.answered([2; 8]), Some((Purpose::Application, 1)));
}

#[test]
fn sixty_four_may_be_unanswered_and_only_those_of_the_application_are_reported() {
    let mut pings = Pings::default();
    for number in 0..64 {
        assert!(pings.has_capacity());
        let purpose = match number % 2 {
            0 => Purpose::Application,
            _ => Purpose::Progress,
        };
        pings.ask([number; 8], purpose, 0);
    }
    assert!(!pings.has_capacity());
    let lost: Vec<u8> = pings.lose().map(|payload| payload[0]).collect();
    assert_eq!(lost, (0..64).step_by(2).collect::<Vec<u8>>());
    assert!(pings.has_capacity() && pings.lose().next().is_none());
}
