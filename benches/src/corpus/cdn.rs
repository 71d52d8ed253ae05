//! What the edge of a delivery network answers: much of it about caches.

use super::random::Random;
use super::{Field, List};

const MIMES: [&str; 6] = [
    "image/jpeg",
    "image/webp",
    "video/mp2t",
    "application/javascript",
    "text/css; charset=utf-8",
    "application/octet-stream",
];

pub(super) fn responses(random: &mut Random, count: usize) -> Vec<List> {
    let place = random.pick(&["FRA", "IAD", "NRT", "GRU"]);
    let name = random.pick(&["cache", "edge"]);
    let response = |number: usize| {
        let is_hit = random.percent(85);
        let server = format!(
            "{name}-{}{}-{place}",
            place.to_lowercase(),
            random.below(20)
        );
        let mut list = vec![
            Field::new(":status", random.pick(&["200", "200", "200", "206", "304"])),
            Field::new("content-type", random.pick(&MIMES)),
            Field::new(
                "content-length",
                (500 + random.below(4_000_000)).to_string(),
            ),
            Field::new("date", random.date(1100 + number as u64 / 60)),
            Field::new("last-modified", random.past()),
            Field::new("etag", format!("\"{}\"", random.hex(32))),
            Field::new("cache-control", "public, max-age=31536000"),
            Field::new("accept-ranges", "bytes"),
            Field::new(
                "age",
                if is_hit { random.below(900_000) } else { 0 }.to_string(),
            ),
            Field::new("x-cache", if is_hit { "HIT" } else { "MISS" }),
            Field::new("x-served-by", server),
            Field::new("server", "edge"),
            Field::new("access-control-allow-origin", "*"),
            Field::new("timing-allow-origin", "*"),
            Field::new("vary", "Accept-Encoding, Origin"),
            Field::new("alt-svc", "h3=\":443\"; ma=86400"),
            Field::new("cross-origin-resource-policy", "cross-origin"),
            Field::new("via", "1.1 edge"),
        ];
        if random.percent(30) {
            list.push(Field::new("x-edge-request-id", random.token(28)));
        }
        list
    };
    (0..count).map(response).collect()
}
