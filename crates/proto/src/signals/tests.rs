//! The order of events, and who is woken.

use testkit::Task;

use super::Signals;
use crate::event::Event;
use crate::extension::ExtensionFrame;

#[test]
fn the_end_is_told_last_and_what_comes_in_a_row_once() {
    let mut signals = Signals::new();
    signals.close(Ok(()));
    signals.push_once(Event::SettingsChanged);
    signals.push_once(Event::SettingsChanged);
    signals.push(Event::SettingsAcked);
    signals.push_once(Event::SettingsChanged);
    let events: [_; 4] = core::array::from_fn(|_| signals.next());
    assert!(matches!(
        events,
        [
            Some(Event::SettingsChanged),
            Some(Event::SettingsAcked),
            Some(Event::SettingsChanged),
            None
        ]
    ));
    assert!(matches!(signals.last(), Some(Event::Closed(Ok(())))));
    assert!(signals.last().is_none());
}

#[test]
fn extension_frames_wait_up_to_a_bound_and_make_space_when_they_are_polled() {
    let frame = |octets| ExtensionFrame::Unknown {
        frame_type: frame::FrameType(0x77),
        flags: frame::Flags::NONE,
        stream_id: frame::StreamId::CONNECTION,
        payload: bytes::Bytes::from(alloc::vec![0; octets]),
    };
    let mut signals = Signals::new();
    signals.push_extension(frame(60_000));
    signals.push_extension(frame(60_000));
    assert!(signals.next().is_some());
    assert!(signals.next().is_none(), "it was dropped");
    signals.push_extension(frame(60_000));
    assert!(signals.next().is_some());
}

#[test]
fn whoever_found_no_stream_is_notified_once() {
    let mut signals = Signals::new();
    signals.tell_available(true);
    assert!(signals.next().is_none());
    signals.looked(false);
    signals.tell_available(false);
    assert!(signals.next().is_none());
    signals.tell_available(true);
    signals.tell_available(true);
    assert!(matches!(signals.next(), Some(Event::Available)));
    assert!(signals.next().is_none());
}

#[test]
fn a_writer_waits_only_where_there_is_nothing_to_write() {
    let task = Task::new();
    let (waker, woken) = (task.waker(), || task.woken());
    let mut signals = Signals::new();
    signals.park_writer(waker);
    assert_eq!(woken(), 1, "there is a preface");
    assert!(signals.take_output() && !signals.take_output());
    signals.park_writer(waker);
    signals.park_writer(waker);
    assert_eq!(woken(), 0);
    signals.wake_writer();
    assert_eq!(woken(), 1);
    signals.wake_writer();
    assert_eq!(woken(), 0, "nobody waits");
    signals.park_reader(waker);
    signals.wake_reader();
    signals.wake_reader();
    assert_eq!(woken(), 1);
}
