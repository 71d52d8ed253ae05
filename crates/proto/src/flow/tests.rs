//! Windows at their edges (RFC 9113 §6.9.1, RFC 9113 §6.9.2).

use frame::Increment;

use super::{INITIAL_WINDOW, MAX_WINDOW, Overflow, RecvWindow, SendWindow, Window};

fn increment(octets: u32) -> Increment {
    Increment::new(octets).unwrap()
}

#[test]
fn a_window_never_leaves_its_range() {
    let most = Window::new(MAX_WINDOW);
    assert_eq!(Window::new(u32::MAX), most);
    assert_eq!(most.value(), i32::MAX);
    assert_eq!(most.add(1), Err(Overflow));
    assert_eq!(most.add(0), Ok(most));
    let least = Window::new(0).sub(u32::MAX);
    assert_eq!(least.value(), -i32::MAX);
    assert_eq!(least.add(i64::from(MAX_WINDOW)), Ok(Window::new(0)));
    assert_eq!(least.add(i64::MIN / 2), Ok(least));
}

#[test]
fn a_negative_window_lets_nothing_flow() {
    let window = Window::new(10).sub(30);
    assert_eq!((window.value(), window.usable()), (-20, 0));
    assert_eq!(window.add(20).map(Window::usable), Ok(0));
    assert_eq!(window.add(21).map(Window::usable), Ok(1));
}

#[test]
fn what_arrives_is_checked_before_it_is_charged() {
    let mut window = RecvWindow::new(100);
    assert_eq!(window.charge(101), Err(Overflow));
    assert_eq!(window.window().value(), 100, "nothing was charged");
    assert_eq!(window.charge(100), Ok(()));
    assert_eq!(window.charge(1), Err(Overflow));
    assert_eq!(window.charge(0), Ok(()));
}

#[test]
fn half_a_window_makes_an_increment_worth_its_frame() {
    let mut window = RecvWindow::new(100);
    window.charge(100).unwrap();
    assert!(!window.release(49));
    assert!(window.release(1));
    assert_eq!(window.grant(), Some(increment(50)));
    assert_eq!(window.window().value(), 50);
    assert_eq!(window.grant(), None, "once");
    assert!(!window.is_due());
}

#[test]
fn a_window_of_one_octet_or_none_is_granted_too() {
    for size in [0, 1] {
        let mut window = RecvWindow::new(size);
        assert!(!window.is_due());
        window.charge(size).unwrap();
        assert_eq!(window.release(size), size > 0);
    }
}

#[test]
fn a_window_that_grows_is_granted_at_once() {
    let mut window = RecvWindow::new(INITIAL_WINDOW);
    window.enlarge(INITIAL_WINDOW);
    assert!(
        !window.release(1),
        "it did not grow, and one octet can wait"
    );
    window.enlarge(INITIAL_WINDOW + 10);
    assert!(window.is_due());
    assert_eq!(window.grant(), Some(increment(11)));
    window.enlarge(5);
    assert!(!window.is_due(), "it does not shrink so");
    assert!(!window.release(1));
}

#[test]
fn a_change_of_our_setting_moves_a_window_by_the_difference() {
    let mut window = RecvWindow::new(1000);
    window.charge(900).unwrap();
    window.resize(1000, 100);
    assert_eq!(window.window().value(), -800);
    assert_eq!(window.charge(1), Err(Overflow));
    assert!(window.release(900));
    assert_eq!(window.grant(), Some(increment(900)));
    assert_eq!(window.window().value(), 100);
    window.resize(100, MAX_WINDOW);
    assert_eq!(window.window().value(), i32::MAX);
    window.resize(MAX_WINDOW, 0);
    assert_eq!(window.window().value(), 0);
}

#[test]
fn an_increment_of_the_peer_above_the_maximum_is_refused_and_changes_nothing() {
    let mut window = SendWindow::default();
    assert_eq!(window.available(100), 100);
    assert_eq!(window.grant(increment(MAX_WINDOW - 100), 100), Ok(()));
    assert_eq!(window.grant(increment(1), 100), Err(Overflow));
    assert_eq!(window.available(100), i64::from(MAX_WINDOW));
}

#[test]
fn a_send_window_moves_with_the_base_that_all_share() {
    let mut window = SendWindow::default();
    window.take(60);
    assert_eq!(window.available(100), 40);
    assert_eq!(window.available(10), -50);
    assert_eq!(window.grant(increment(50), 10), Ok(()));
    assert_eq!(window.available(10), 0);
    assert!(!window.overflows(MAX_WINDOW));
    window.grant(increment(11), 10).unwrap();
    assert!(
        window.overflows(MAX_WINDOW),
        "one octet was granted beyond what was used"
    );
    assert!(!window.overflows(MAX_WINDOW - 1));
}

#[test]
fn windows_stay_in_step_on_both_ends_of_any_exchange() {
    // Numbers without a pattern, the same in every run.
    let mut seed = 0x2545_f491_u32;
    let mut random = |below: u32| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        seed % below
    };
    let mut size = 1000;
    let (mut ours, mut theirs, mut untaken) = (RecvWindow::new(size), SendWindow::default(), 0);
    for _ in 0..10_000 {
        match random(4) {
            0 | 1 => {
                let most = u32::try_from(theirs.available(size)).unwrap_or(0);
                let octets = random(300).min(most);
                theirs.take(octets);
                ours.charge(octets).unwrap();
                untaken += octets;
            }
            2 => {
                let octets = random(untaken + 1);
                untaken -= octets;
                if ours.release(octets) {
                    let increment = ours.grant().unwrap();
                    theirs.grant(increment, size).unwrap();
                }
            }
            _ => {
                let changed = random(3000);
                ours.resize(size, changed);
                size = changed;
            }
        }
        assert_eq!(i64::from(ours.window().value()), theirs.available(size));
    }
}

#[test]
fn what_a_window_shrank_by_is_kept_back_once() {
    let mut window = RecvWindow::new(100);
    window.charge(100).unwrap();
    window.set_size(70);
    assert!(!window.release(20), "all of it is kept back");
    assert!(!window.release(20), "ten octets of it are");
    assert!(window.release(30));
    assert_eq!(window.grant(), Some(increment(40)));
}
