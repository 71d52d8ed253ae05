//! Each nanosecond has one label, and they sum to the whole.

use alloc::vec::Vec;

use tress_testkit::Rng;

use super::{Arrived, Blocked, Life};
use crate::bench::credit::Stall;
use crate::bench::label::{LABELS, Label};
use crate::bench::spent::Spent;
use crate::bench::waits::{Wait, Waits};

fn sums(spent: &Spent) -> Vec<(Label, u64)> {
    let all = Label::ALL.into_iter();
    all.map(|label| (label, spent.of(label)))
        .filter(|(_, nanos)| *nanos > 0)
        .collect()
}

#[test]
fn a_request_without_content_goes_through_its_stages() {
    let mut waits = Waits::new(0);
    let mut life = Life::new(100);
    life.queue(&mut waits, 110);
    waits.set(Wait::OwnLimit, 130);
    waits.set(Wait::PeerLimit, 160);
    life.open(&mut waits, 200);
    life.sent(&mut waits, 205);
    life.arrive(Arrived::Own, &mut waits, 305);
    life.arrive(Arrived::Others, &mut waits, 325);
    life.arrive(Arrived::Own, &mut waits, 330);
    let spent = life.end(&mut waits, 331);
    assert_eq!(
        sums(spent),
        [
            (Label::Late, 10),
            (Label::Dialing, 20),
            (Label::OwnLimit, 30),
            (Label::PeerLimit, 40),
            (Label::Socket, 5),
            (Label::FirstOctet, 100),
            (Label::OtherData, 20),
            (Label::Nothing, 6),
        ]
    );
    assert_eq!(spent.total(), 231);
}

#[test]
fn content_waits_for_each_cause_in_its_turn() {
    let mut waits = Waits::new(0);
    waits.set(Wait::Free, 0);
    let mut life = Life::new(0);
    life.queue(&mut waits, 0);
    life.open(&mut waits, 0);
    life.block(Blocked::OtherStreams, &mut waits, 1);
    life.block(Blocked::ConnectionWindow, &mut waits, 3);
    life.block(Blocked::StreamWindow, &mut waits, 7);
    // An answer that begins before all is sent shows once it is.
    life.arrive(Arrived::Own, &mut waits, 10);
    life.sent(&mut waits, 15);
    let spent = life.end(&mut waits, 31);
    assert_eq!(
        sums(spent),
        [
            (Label::Socket, 1),
            (Label::OtherStreams, 2),
            (Label::ConnectionWindow, 4),
            (Label::StreamWindow, 8),
            (Label::Nothing, 16),
        ]
    );
}

#[test]
fn of_two_windows_that_are_exhausted_the_connections_counts_and_then_the_streams() {
    let mut waits = Waits::new(0);
    let mut life = Life::new(0);
    life.queue(&mut waits, 0);
    life.open(&mut waits, 0);
    life.sent(&mut waits, 0);
    life.arrive(Arrived::Own, &mut waits, 0);
    let connection = Stall {
        until: 40,
        left: 10,
    };
    let stream = Stall {
        until: 70,
        left: 50,
    };
    life.hold(connection, stream);
    life.arrive(Arrived::Own, &mut waits, 100);
    let spent = life.end(&mut waits, 100);
    assert_eq!(
        sums(spent),
        [
            (Label::OwnConnectionWindow, 40),
            (Label::OwnStreamWindow, 30),
            (Label::Nothing, 30),
        ]
    );
    assert_eq!(spent.trip_of(Label::OwnConnectionWindow), 30);
    assert_eq!(spent.trip_of(Label::OwnStreamWindow), 20);
}

/// The same by nanoseconds: slowly, and in no way cleverly.
struct Slow {
    at: u64,
    labels: [u64; LABELS],
    wait: Wait,
    stage: Where,
    is_answered: bool,
    stalls: [u64; 2],
    /// Nanoseconds that have no label before it is known what arrives at their end.
    open: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Where {
    Due,
    Queued,
    Sending(Blocked),
    Asked,
    Answered,
}

impl Slow {
    fn count(&mut self, label: Label) {
        self.labels[label as usize] += 1;
    }

    fn until(&mut self, now: u64) {
        while self.at < now {
            match self.stage {
                Where::Due => self.count(Label::Late),
                Where::Queued => self.count(match self.wait {
                    Wait::Free => Label::Late,
                    Wait::Dialing => Label::Dialing,
                    Wait::OwnLimit => Label::OwnLimit,
                    Wait::PeerLimit => Label::PeerLimit,
                }),
                Where::Sending(why) => self.count(match why {
                    Blocked::Socket => Label::Socket,
                    Blocked::OtherStreams => Label::OtherStreams,
                    Blocked::ConnectionWindow => Label::ConnectionWindow,
                    Blocked::StreamWindow => Label::StreamWindow,
                }),
                Where::Asked => self.count(Label::FirstOctet),
                Where::Answered if self.at < self.stalls[0] => {
                    self.count(Label::OwnConnectionWindow);
                }
                Where::Answered if self.at < self.stalls[1] => self.count(Label::OwnStreamWindow),
                Where::Answered => self.open += 1,
            }
            self.at += 1;
        }
    }

    fn close(&mut self, arrived: Arrived) {
        let rest = match arrived {
            Arrived::Others => Label::OtherData,
            _ => Label::Nothing,
        };
        self.labels[rest as usize] += core::mem::take(&mut self.open);
    }

    fn sent(&mut self) {
        if let Where::Sending(_) = self.stage {
            self.close(Arrived::Nothing);
            self.stage = match self.is_answered {
                true => Where::Answered,
                false => Where::Asked,
            };
            self.stalls = [0, 0];
        }
    }
}

/// Does the same thing with both.
fn step(rng: &mut Rng, life: &mut Life, waits: &mut Waits, slow: &mut Slow, now: u64) {
    slow.until(now);
    let whys = [
        Blocked::Socket,
        Blocked::OtherStreams,
        Blocked::ConnectionWindow,
        Blocked::StreamWindow,
    ];
    let causes = [Wait::Free, Wait::Dialing, Wait::OwnLimit, Wait::PeerLimit];
    match rng.range(0..10) {
        0 => {
            life.queue(waits, now);
            slow.close(Arrived::Nothing);
            (slow.stage, slow.is_answered) = (Where::Queued, false);
        }
        1 => {
            life.open(waits, now);
            slow.close(Arrived::Nothing);
            slow.stage = Where::Sending(Blocked::Socket);
        }
        2 => {
            let why = whys[rng.range(0..4)];
            life.block(why, waits, now);
            if let Where::Sending(_) = slow.stage {
                slow.stage = Where::Sending(why);
            }
        }
        3 => {
            life.sent(waits, now);
            slow.sent();
        }
        4 | 5 => {
            let arrived = [Arrived::Own, Arrived::Others, Arrived::Nothing][rng.range(0..3)];
            life.arrive(arrived, waits, now);
            slow.close(arrived);
            if arrived == Arrived::Own {
                slow.is_answered = true;
                if slow.stage == Where::Asked {
                    (slow.stage, slow.stalls) = (Where::Answered, [0, 0]);
                }
            }
        }
        6 | 7 => {
            // The windows are looked at when something has arrived, or been written.
            life.arrive(Arrived::Nothing, waits, now);
            slow.close(Arrived::Nothing);
            let stalls = [0, 1].map(|_| now + rng.range(0..20) as u64);
            let [connection, stream] = stalls.map(|until| Stall { until, left: now });
            life.hold(connection, stream);
            if slow.stage == Where::Answered {
                slow.stalls = stalls;
            }
        }
        _ => {
            let why = causes[rng.range(0..4)];
            waits.set(why, now);
            slow.wait = why;
        }
    }
}

#[test]
fn in_whatever_order_things_happen_each_nanosecond_has_the_first_label_that_applies() {
    for seed in 0..2_000 {
        let mut rng = Rng::new(seed);
        let intended = rng.range(0..50) as u64;
        let mut waits = Waits::new(0);
        let mut life = Life::new(intended);
        let mut slow = Slow {
            at: intended,
            labels: [0; LABELS],
            wait: Wait::Dialing,
            stage: Where::Due,
            is_answered: false,
            stalls: [0; 2],
            open: 0,
        };
        let mut now = intended;
        for _ in 0..rng.range(0..40) {
            now += rng.range(0..12) as u64;
            step(&mut rng, &mut life, &mut waits, &mut slow, now);
        }
        now += rng.range(0..12) as u64;
        slow.until(now);
        slow.close(Arrived::Nothing);
        let spent = life.end(&mut waits, now);
        assert_eq!(spent.total(), now - intended, "seed {seed}: the sum");
        for label in Label::ALL {
            let wanted = slow.labels[label as usize];
            assert_eq!(spent.of(label), wanted, "seed {seed}: {label:?}");
        }
    }
}
