//! What the defaults and the presets are to each other, and to an honest peer.

use core::time::Duration;

use super::seconds;
use crate::error::ConfigError;
use crate::limits::{Limits, SMALL};
use crate::violation::Limit;

/// Every set of limits that one gets without changing any alone.
fn presets() -> [(&'static str, Limits); 11] {
    let (server, client) = (Limits::server(), Limits::client());
    [
        ("server", server),
        ("server, strict", server.strict()),
        ("server, gateway", server.gateway()),
        ("server, unlimited", server.unlimited_streams()),
        ("client", client),
        ("client, strict", client.strict()),
        ("client, gateway", client.gateway()),
        ("client, unlimited", client.unlimited_streams()),
        (
            "server, a million streams",
            server.concurrent_streams(1_000_000),
        ),
        ("server, one stream", server.concurrent_streams(1)),
        ("server, gateway, strict", server.gateway().strict()),
    ]
}

#[track_caller]
fn in_each(holds: impl Fn(Limits) -> bool) {
    for (name, limits) in presets() {
        assert!(holds(limits), "{name}: {limits:?}");
    }
}

#[test]
fn each_of_them_can_be_used() {
    in_each(|limits| limits.check() == Ok(()));
}

#[test]
fn a_page_may_be_left_twice_with_all_its_streams_at_work_before_anything_is_slowed() {
    in_each(|limits| {
        let budget = limits.started_resets.of(limits.streams());
        budget.depth >= 2 * limits.streams() && budget.per_second >= limits.streams()
    });
}

#[test]
fn who_leaves_a_page_of_n_streams_each_second_is_never_ended() {
    in_each(|limits| {
        let budget = limits.resets.of(limits.streams());
        budget.depth >= 10 * limits.streams() && budget.per_second >= 10 * limits.streams()
    });
}

#[test]
fn a_peer_is_slowed_before_it_is_ended() {
    in_each(|limits| {
        let (slowed, ended) = (limits.started_resets, limits.resets);
        slowed.depth < ended.depth && slowed.per_second <= ended.per_second
    });
}

#[test]
fn as_many_streams_as_may_be_open_can_be_refused_at_once_without_a_pause() {
    // Where the application sets another number of streams, reading pauses earlier: no more than that.
    for (name, limits) in presets()
        .into_iter()
        .filter(|(name, _)| !name.contains("million"))
    {
        if limits.concurrent_streams.is_some() {
            assert!(limits.replies / 2 >= limits.streams(), "{name}");
            assert!(
                limits.replies_octets >= 13 * limits.streams() as usize,
                "{name}"
            );
        }
    }
}

#[test]
fn half_of_the_replies_is_at_least_one_so_that_reading_goes_on_without_any() {
    in_each(|limits| limits.replies / 2 >= 1);
}

#[test]
fn a_field_section_as_long_as_announced_fits_into_what_may_wait() {
    in_each(|limits| limits.waiting_sections() >= limits.field_section_octets as usize);
}

#[test]
fn as_many_field_sections_as_streams_are_announced_fit_into_what_may_wait() {
    in_each(|limits| {
        let announced = limits.concurrent_streams.unwrap_or(100) as usize;
        limits.waiting_sections() / announced >= 2 * limits.field_section_octets as usize
    });
}

#[test]
fn a_section_that_is_too_long_is_answered_before_the_connection_ends_for_it() {
    in_each(|limits| {
        limits.fields <= limits.fields_hard
            && limits.field_section_octets < limits.field_section_hard()
            && limits.field_section_octets <= limits.field_block_octets()
    });
}

#[test]
fn as_many_tiny_pieces_as_a_hand_types_are_free_for_ever() {
    in_each(|limits| limits.small_data.per_second >= 100 * SMALL);
    in_each(|limits| limits.small_data.depth >= 10 * limits.small_data.per_second);
}

#[test]
fn what_waits_to_start_waits_longer_than_what_was_started_has_to_finish() {
    in_each(|limits| limits.start > limits.closing);
}

#[test]
fn the_presets_are_half_and_four_times_the_default() {
    let (server, client) = (Limits::server(), Limits::client());
    assert_eq!(Limits::default(), server);
    assert_eq!(
        (server.field_section_octets, client.field_section_octets),
        (32_768, 65_536)
    );
    for (limits, strict, gateway) in [
        (server, server.strict(), server.gateway()),
        (client, client.strict(), client.gateway()),
    ] {
        for limit in Limit::ALL {
            let allowed = limits.allowed(*limit);
            if allowed == u64::MAX {
                // Nothing bounds it unless told.
                assert_eq!(strict.allowed(*limit), u64::MAX);
                assert_eq!(gateway.allowed(*limit), u64::MAX);
                continue;
            }
            match limit {
                Limit::EmptyContinuations => assert_eq!(strict.allowed(*limit), 1),
                Limit::Continuations | Limit::DecodedFields => {
                    assert!(strict.allowed(*limit) < allowed);
                }
                Limit::StreamCredit => assert_eq!(strict.allowed(*limit), allowed / 5),
                _ => assert_eq!(strict.allowed(*limit), allowed.div_ceil(2), "{limit:?}"),
            }
            match limit {
                Limit::EmptyContinuations | Limit::NotStarted => {
                    assert_eq!(gateway.allowed(*limit), allowed);
                }
                limit if limit.is_timeout() => assert_eq!(gateway.allowed(*limit), allowed),
                Limit::Continuations => assert!(gateway.allowed(*limit) > 3 * allowed),
                // Four times as many sections, each four times as long.
                Limit::DecodedFields => assert!(gateway.allowed(*limit) > 15 * allowed),
                _ => assert_eq!(gateway.allowed(*limit), 4 * allowed, "{limit:?}"),
            }
        }
        let progress = limits.progress_octets;
        assert_eq!(
            (strict.progress_octets, gateway.progress_octets),
            (progress, progress)
        );
        assert_eq!(
            (strict.handshake, gateway.handshake),
            (seconds(30), seconds(60))
        );
        assert_eq!((strict.debug_data, gateway.debug_data), (128, 1024));
        assert_eq!(
            (strict.assumed_streams, gateway.assumed_streams),
            (500, 4000)
        );
        assert_eq!(strict.closing, Duration::from_millis(2500));
        assert_eq!((strict.small_pieces, gateway.small_pieces), (1000, 8000));
        assert_eq!(
            (strict.small_data.depth, gateway.small_data.depth),
            (256_000, 2_048_000)
        );
    }
    assert_eq!(
        server.unlimited_streams().gateway().concurrent_streams,
        None
    );
}

#[test]
fn a_relation_that_does_not_hold_is_named() {
    let limits = Limits::default;
    for (broken, relation) in [
        (limits().fields(10).fields_hard(9), "fields <= fields_hard"),
        (
            limits().field_section_octets(100).decoded_octets(99),
            "field_section_octets <= decoded_octets",
        ),
        (limits().replies(1), "replies >= 2"),
        (limits().resets(1, 10), "started_resets <= resets"),
        (limits().started_resets(2, 11), "started_resets <= resets"),
        (limits().small_data(255, 1), "small_data >= 256"),
    ] {
        assert_eq!(broken.check(), Err(ConfigError::Relation(relation)));
    }
}

#[test]
fn a_limit_that_may_not_be_zero_is_named() {
    let limits = Limits::default;
    for (broken, name) in [
        (limits().field_section_octets(0), "field_section_octets"),
        (limits().fields(0), "fields"),
        (limits().fields_hard(0), "fields_hard"),
        (limits().decoded_octets(0), "decoded_octets"),
        (limits().replies_octets(0), "replies_octets"),
        (limits().replies(0), "replies"),
        (limits().settings_entries(0), "settings_entries"),
        (limits().assumed_streams(0), "assumed_streams"),
        (limits().started_resets(0, 1), "started_resets"),
        (limits().started_resets(1, 0), "started_resets"),
        (limits().small_data(1000, 0), "small_data"),
    ] {
        assert_eq!(broken.check(), Err(ConfigError::Zero(name)));
    }
}
