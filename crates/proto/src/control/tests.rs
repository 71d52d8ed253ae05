//! What is counted, and what is kept.

use alloc::string::String;

use frame::{ErrorCode, StreamId};

use super::{Cause, Control};
use crate::role::Side;
use crate::settings::Announcement;

const ID: StreamId = StreamId::from_wire(1);

fn reset(control: &mut Control, cause: Cause) {
    control.reset((ID, ErrorCode::CANCEL, cause));
}

#[test]
fn what_the_peer_made_us_say_is_counted_and_nothing_else() {
    let mut control = Control::new();
    control.ask([1; 8]);
    reset(&mut control, Cause::Own);
    reset(&mut control, Cause::Canceled);
    assert_eq!(control.replies(), (0, 0));
    assert_eq!(control.canceled(), 1);
    control.acknowledge_settings();
    control.answer([2; 8]);
    reset(&mut control, Cause::Peer);
    assert_eq!(control.replies(), (3, 9 + 17 + 13));
    assert!(control.next_settings_ack());
    assert!(!control.next_settings_ack());
    assert_eq!(control.next_ping_ack(), Some([2; 8]));
    let causes = core::iter::from_fn(|| control.next_reset()).map(|reset| reset.2);
    assert!(
        causes.eq([Cause::Own, Cause::Canceled, Cause::Peer]),
        "in order"
    );
    assert_eq!((control.replies(), control.canceled()), ((0, 0), 0));
    assert!(!control.is_empty(), "a question of ours still waits");
}

#[test]
fn nothing_is_kept_once_the_transport_takes_nothing() {
    let mut control = Control::new();
    control.answer([1; 8]);
    reset(&mut control, Cause::Canceled);
    control.shut();
    assert!(control.is_shut() && control.is_empty());
    reset(&mut control, Cause::Peer);
    control.answer([1; 8]);
    assert_eq!((control.replies(), control.canceled()), ((0, 0), 0));
    assert_eq!(control.next_reset(), None);
}

#[test]
fn what_ends_at_once_begins_with_its_preface_all_the_same() {
    let mut control = Control::new();
    control.begin(Side::Client);
    control.announce(Announcement::new());
    control.ask([1; 8]);
    control.go_away((ID, ErrorCode::NO_ERROR, String::new()));
    control.clear();
    assert!(control.next_preface());
    assert!(control.next_settings().is_some());
    assert!(control.is_empty(), "and says nothing else");
    control.announce(Announcement::new());
    control.clear();
    assert!(control.is_empty(), "the first SETTINGS has been sent");
}
