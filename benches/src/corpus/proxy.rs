//! Between a proxy and the servers behind it: the requests of many clients on one connection.

use super::random::Random;
use super::{Field, List};

pub(super) fn requests(random: &mut Random, count: usize) -> Vec<List> {
    let authority = format!("{}.internal.example", random.word());
    let agents: Vec<String> = (0..6)
        .map(|_| {
            format!(
                "client/{}.{} ({})",
                random.below(9),
                random.below(20),
                random.word()
            )
        })
        .collect();
    let hosts: Vec<String> = (0..4)
        .map(|_| format!("{}.example", random.word()))
        .collect();
    let request = |_| {
        let agent = &agents[usize::try_from(random.below(6)).expect("it is below six")];
        let host = &hosts[usize::try_from(random.below(4)).expect("it is below four")];
        let path = format!(
            "/{}/{}?id={}",
            random.word(),
            random.word(),
            random.below(10_000)
        );
        let mut list = vec![
            Field::new(":method", random.pick(&["GET", "GET", "GET", "POST"])),
            Field::new(":scheme", "http"),
            Field::new(":authority", authority.as_str()),
            Field::new(":path", path),
            Field::new("user-agent", agent.as_str()),
            Field::new("accept", "*/*"),
            Field::new("accept-encoding", "gzip, br"),
            Field::new("x-forwarded-for", random.address()),
            Field::new("x-forwarded-proto", "https"),
            Field::new("x-forwarded-host", host.as_str()),
            Field::new("x-forwarded-port", "443"),
            Field::new("via", "2 gateway"),
            Field::new("x-request-id", random.uuid()),
            Field::new("x-route", random.pick(&["blue", "green"])),
        ];
        if random.percent(30) {
            list.push(Field::new("cookie", format!("sid={}", random.token(40))));
        }
        list
    };
    (0..count).map(request).collect()
}

pub(super) fn responses(random: &mut Random, count: usize) -> Vec<List> {
    let response = |number: usize| {
        vec![
            Field::new(":status", random.pick(&["200", "200", "200", "302", "500"])),
            Field::new("date", random.date(300 + number as u64 / 50)),
            Field::new("server", "envoy"),
            Field::new(
                "content-type",
                random.pick(&["text/html", "application/json", "text/plain"]),
            ),
            Field::new("content-length", random.below(60_000).to_string()),
            Field::new("x-upstream-service-time", random.below(400).to_string()),
            Field::new(
                "x-upstream-host",
                format!("10.0.{}.{}:8080", random.below(4), random.below(30)),
            ),
            Field::new("x-request-id", random.uuid()),
            Field::new("cache-control", "no-cache"),
            Field::new("x-frame-options", "SAMEORIGIN"),
            Field::new("referrer-policy", "strict-origin-when-cross-origin"),
            Field::new(
                "permissions-policy",
                "geolocation=(), camera=(), microphone=()",
            ),
        ]
    };
    (0..count).map(response).collect()
}
