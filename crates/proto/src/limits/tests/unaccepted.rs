//! Streams that are reset before the application takes them on.

use frame::StreamId;

use crate::limits::{Ledger, Limits};
use crate::violation::Limit;

const fn id(value: u32) -> StreamId {
    StreamId::from_wire(value)
}

fn ledger(most: u32) -> Ledger {
    Ledger::new(&Limits::server().resets_unaccepted(most), 100)
}

#[test]
fn so_many_wait_and_one_more_is_an_error() {
    let mut ledger = ledger(2);
    assert_eq!(ledger.unaccepted_reset(id(1)), Ok(()));
    assert_eq!(ledger.unaccepted_reset(id(5)), Ok(()));
    assert_eq!(ledger.unaccepted_reset(id(3)), Err(Limit::ResetsUnaccepted));
    assert_eq!(
        self::ledger(0).unaccepted_reset(id(1)),
        Err(Limit::ResetsUnaccepted)
    );
}

#[test]
fn those_that_were_taken_on_count_no_more_in_whatever_order_they_were_reset() {
    let mut ledger = ledger(2);
    ledger.unaccepted_reset(id(7)).unwrap();
    ledger.unaccepted_reset(id(3)).unwrap();
    ledger.accept_up_to(id(5));
    ledger.unaccepted_reset(id(1)).unwrap();
    ledger.unaccepted_reset(id(5)).unwrap();
    ledger.unaccepted_reset(id(9)).unwrap();
    assert_eq!(
        ledger.unaccepted_reset(id(11)),
        Err(Limit::ResetsUnaccepted)
    );
    ledger.accept(id(7));
    ledger.unaccepted_reset(id(11)).unwrap();
    assert_eq!(
        ledger.unaccepted_reset(id(13)),
        Err(Limit::ResetsUnaccepted)
    );
    ledger.accept_up_to(id(11));
    ledger.unaccepted_reset(id(13)).unwrap();
}

#[test]
fn unless_told_any_number_waits() {
    let mut ledger = Ledger::new(&Limits::server(), 100);
    for number in 0..1000 {
        assert_eq!(ledger.unaccepted_reset(id(2 * number + 1)), Ok(()));
    }
}
