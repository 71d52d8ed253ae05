//! Identifiers to their end (RFC 9113 §5.1.1).

use frame::StreamId;

use super::id;
use crate::error::UserError;
use crate::role::Side;
use crate::stream::Ids;
use crate::violation::ConnectionRule;

#[test]
fn identifiers_are_used_up_and_not_wrapped() {
    for (side, last) in [(Side::Client, 0x7fff_ffff), (Side::Server, 0x7fff_fffe)] {
        let mut ids = Ids::of(side);
        ids.open(id(last - 2)).unwrap();
        assert_eq!(ids.take(), Ok(id(last)));
        for _ in 0..3 {
            assert_eq!(ids.take(), Err(UserError::StreamIdsExhausted));
        }
        assert_eq!(ids.highest(), id(last));
        assert!(!ids.is_idle(id(last)));
    }
}

#[test]
fn an_identifier_is_idle_until_it_or_a_later_one_is_used() {
    let mut ids = Ids::of(Side::Client);
    assert_eq!(ids.highest(), StreamId::CONNECTION);
    assert!(ids.is_idle(id(1)) && ids.is_idle(id(5)));
    ids.open(id(5)).unwrap();
    assert!(!ids.is_idle(id(1)) && !ids.is_idle(id(5)) && ids.is_idle(id(7)));
    assert_eq!(ids.open(id(3)), Err(ConnectionRule::IdNotIncreasing));
    assert_eq!(ids.open(id(5)), Err(ConnectionRule::IdNotIncreasing));
    assert_eq!(ids.open(id(6)), Err(ConnectionRule::IdParity));
    assert_eq!(
        ids.open(StreamId::CONNECTION),
        Err(ConnectionRule::IdParity)
    );
    assert_eq!(ids.take(), Ok(id(7)));
}

#[test]
fn sides_use_identifiers_of_their_own() {
    let (client, server) = (Ids::of(Side::Client), Ids::of(Side::Server));
    for value in [1, 2, 3, 0x7fff_fffe, 0x7fff_ffff] {
        assert_eq!(client.is_own(id(value)), value % 2 == 1);
        assert_eq!(server.is_own(id(value)), value % 2 == 0);
    }
}
