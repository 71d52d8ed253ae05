//! Slowness: what is held for somebody who hardly does anything.

use core::time::Duration;

use super::{Attack, nth};
use crate::cases::Target;
use crate::{Wire, block, continuation, data, settings, window_update};

/// How often something is said, so that nobody takes the connection for idle.
const NOW_AND_THEN: Duration = Duration::from_millis(500);

/// SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 §6.5.2).
const INITIAL_WINDOW: u16 = 4;

/// The largest window (RFC 9113 §6.9.1).
const WIDE: u32 = (1 << 31) - 1;

/// How many requests stand at once.
const REQUESTS: u32 = 100;

pub(super) const ATTACKS: [Attack; 5] = [
    Attack::new(
        "slow-headers",
        "the head of a request, an octet each half a second",
        |target, _| {
            continuation(target.stream)
                .block(&block().raw("v"))
                .no_end_headers()
                .octets()
        },
    )
    .beginning(|target| {
        // The field is announced with more octets than will come.
        let begun = target
            .control("GET")
            .integer((0x00, 4), 0)
            .string("x")
            .integer((0x00, 7), 4_096);
        crate::headers(target.stream)
            .end()
            .no_end_headers()
            .block(&begun)
            .octets()
    })
    .each(NOW_AND_THEN),
    Attack::new(
        "slow-upload",
        "a hundred uploads, an octet each half a second",
        |target, count| data(nth(target, count % REQUESTS), "x").octets(),
    )
    .beginning(|target| {
        let heads = (0..REQUESTS).map(|one| target.post(nth(target, one)));
        heads.collect::<Vec<_>>().octets()
    })
    .each(NOW_AND_THEN),
    Attack::new(
        "slow-read",
        "a hundred requests with open windows, whose answers nobody reads",
        |_, _| Vec::new(),
    )
    .beginning(|target| {
        let open = (
            settings().set(INITIAL_WINDOW, WIDE),
            window_update(0, WIDE - 65_535),
        );
        (open, requests(target)).octets()
    })
    .unread(),
    Attack::new(
        "window-0",
        "a hundred requests with windows of 0, which stay so",
        |_, _| Vec::new(),
    )
    .beginning(|target| (settings().set(INITIAL_WINDOW, 0), requests(target)).octets()),
    Attack::new(
        "window-drip",
        "a hundred requests with windows of 0, which grow by an octet each half a second",
        |target, count| window_update(nth(target, count % REQUESTS), 1).octets(),
    )
    .beginning(|target| (settings().set(INITIAL_WINDOW, 0), requests(target)).octets())
    .each(NOW_AND_THEN),
];

/// As many requests as stand at once.
fn requests(target: &Target) -> Vec<u8> {
    let heads = (0..REQUESTS).map(|one| target.get(nth(target, one)).end());
    heads.collect::<Vec<_>>().octets()
}
