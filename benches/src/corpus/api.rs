//! Programs that speak JSON to a service.

use super::random::Random;
use super::{Field, List};

pub(super) fn requests(random: &mut Random, count: usize) -> Vec<List> {
    let authority = format!("api.{}.example", random.word());
    let bearer = format!(
        "Bearer {}.{}.{}",
        random.token(36),
        random.token(120),
        random.token(43)
    );
    let agent = random.pick(&[
        "okhttp/4.12.0",
        "python-requests/2.32.3",
        "axios/1.7.7",
        "Go-http-client/2.0",
    ]);
    let tenant = random.uuid();
    let resources = [random.word(), random.word(), random.word()];
    let request = |_| {
        let method = random.pick(&["GET", "GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE"]);
        let resource = random.pick(&resources);
        let path = match random.below(4) {
            0 => format!(
                "/v2/{resource}s?page={}&size=50&sort=-created",
                random.below(40)
            ),
            1 => format!("/v2/{resource}s"),
            _ => format!("/v2/{resource}s/{}", random.below(1_000_000)),
        };
        let mut list = vec![
            Field::new(":method", method),
            Field::new(":scheme", "https"),
            Field::new(":authority", authority.as_str()),
            Field::new(":path", path),
            Field::new("authorization", bearer.as_str()),
            Field::new("accept", "application/json"),
            Field::new("accept-encoding", "gzip"),
            Field::new("user-agent", agent),
            Field::new("x-tenant-id", tenant.as_str()),
            Field::new("x-api-version", "2025-09-01"),
            Field::new("x-client-platform", "server"),
        ];
        if random.percent(50) {
            list.push(Field::new("x-request-id", random.uuid()));
        }
        if method.starts_with('P') {
            list.push(Field::new("content-type", "application/json"));
            list.push(Field::new(
                "content-length",
                (20 + random.below(2000)).to_string(),
            ));
            list.push(Field::new("idempotency-key", random.uuid()));
        }
        list
    };
    (0..count).map(request).collect()
}

pub(super) fn responses(random: &mut Random, count: usize) -> Vec<List> {
    let response = |number: usize| {
        let status = random.pick(&["200", "200", "200", "200", "201", "204", "404", "422"]);
        let mut list = vec![
            Field::new(":status", status),
            Field::new("date", random.date(900 + number as u64 / 40)),
            Field::new("content-type", "application/json; charset=utf-8"),
            Field::new("content-length", (2 + random.below(20_000)).to_string()),
            Field::new("cache-control", "no-cache, no-store, must-revalidate"),
            Field::new("x-ratelimit-limit", "5000"),
            Field::new("x-ratelimit-remaining", (5000 - number).to_string()),
            Field::new("x-ratelimit-reset", "1760450400"),
            Field::new("strict-transport-security", "max-age=63072000"),
            Field::new("x-frame-options", "DENY"),
            Field::new("vary", "accept, accept-encoding"),
        ];
        if random.percent(70) {
            list.push(Field::new("x-request-id", random.uuid()));
        }
        if random.percent(40) {
            list.push(Field::new("etag", format!("W/\"{}\"", random.hex(20))));
        }
        if status == "201" {
            list.push(Field::new(
                "location",
                format!("/v2/items/{}", random.below(1_000_000)),
            ));
        }
        list
    };
    (0..count).map(response).collect()
}
