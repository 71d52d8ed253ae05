//! Page loads: a document, what it refers to, and what a script asks for later.

use super::random::Random;
use super::{Field, List};

/// What a browser fetches, as the fields tell.
struct Resource {
    suffix: &'static str,
    accept: &'static str,
    destination: &'static str,
    mime: &'static str,
}

const DOCUMENT: Resource = Resource {
    suffix: "",
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    destination: "document",
    mime: "text/html; charset=utf-8",
};

const PARTS: [&Resource; 5] = [
    &Resource {
        suffix: ".css",
        accept: "text/css,*/*;q=0.1",
        destination: "style",
        mime: "text/css",
    },
    &Resource {
        suffix: ".js",
        accept: "*/*",
        destination: "script",
        mime: "text/javascript",
    },
    &Resource {
        suffix: ".webp",
        accept: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        destination: "image",
        mime: "image/webp",
    },
    &Resource {
        suffix: ".svg",
        accept: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        destination: "image",
        mime: "image/svg+xml",
    },
    &Resource {
        suffix: ".woff2",
        accept: "*/*",
        destination: "font",
        mime: "font/woff2",
    },
];

const AGENTS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
];

/// One browser that visits one site: what it says in every request.
struct Visit {
    authority: String,
    agent: &'static str,
    language: &'static str,
    cookies: Vec<String>,
    page: String,
}

impl Visit {
    fn new(random: &mut Random) -> Self {
        let authority = format!("www.{}-{}.example", random.word(), random.word());
        let cookies = vec![
            format!("session={}", random.token(32)),
            format!("_id={}.{}", random.below(1 << 31), random.below(1 << 31)),
            format!("consent={}", random.hex(8)),
        ];
        Self {
            authority,
            agent: random.pick(&AGENTS),
            language: random.pick(&[
                "en-US,en;q=0.5",
                "de-DE,de;q=0.9,en;q=0.8",
                "fr,en-US;q=0.7,en;q=0.3",
            ]),
            cookies,
            page: "/".to_owned(),
        }
    }

    /// Goes to another page; the site may set a cookie meanwhile.
    fn turn(&mut self, random: &mut Random) {
        self.page = format!(
            "/{}/{}/{}",
            random.word(),
            random.word(),
            random.below(100_000)
        );
        if random.percent(40) {
            self.cookies.truncate(3);
            self.cookies.push(format!("last={}", random.token(12)));
        }
    }

    fn request(&self, random: &mut Random, resource: &Resource, path: &str) -> List {
        let is_document = resource.destination == "document";
        let mut list = vec![
            Field::new(":method", "GET"),
            Field::new(":scheme", "https"),
            Field::new(":authority", self.authority.as_str()),
            Field::new(":path", path),
            Field::new("user-agent", self.agent),
            Field::new("accept", resource.accept),
            Field::new("accept-language", self.language),
            Field::new("accept-encoding", "gzip, deflate, br, zstd"),
        ];
        if !is_document || random.percent(60) {
            list.push(Field::new(
                "referer",
                format!("https://{}{}", self.authority, self.page),
            ));
        }
        list.extend(
            self.cookies
                .iter()
                .map(|cookie| Field::new("cookie", cookie.as_str())),
        );
        if random.percent(15) {
            list.push(Field::new(
                "if-none-match",
                format!("\"{}\"", random.hex(16)),
            ));
        }
        let mode = if is_document { "navigate" } else { "no-cors" };
        let site = if is_document { "none" } else { "same-origin" };
        list.push(Field::new("sec-fetch-dest", resource.destination));
        list.push(Field::new("sec-fetch-mode", mode));
        list.push(Field::new("sec-fetch-site", site));
        list.push(Field::new(
            "priority",
            random.pick(&["u=0, i", "u=2", "u=5, i"]),
        ));
        list
    }
}

/// The path of a part of a page; a build gives it a fingerprint.
fn path(random: &mut Random, resource: &Resource) -> String {
    let (folder, name, print) = (random.word(), random.word(), random.hex(8));
    format!("/static/{folder}/{name}.{print}{}", resource.suffix)
}

pub(super) fn requests(random: &mut Random, count: usize) -> Vec<List> {
    let mut visit = Visit::new(random);
    let mut lists = Vec::new();
    while lists.len() < count {
        visit.turn(random);
        lists.push(visit.request(random, &DOCUMENT, &visit.page));
        for _ in 0..8 + random.below(12) {
            let part = random.pick(&PARTS);
            let path = path(random, part);
            lists.push(visit.request(random, part, &path));
        }
    }
    lists.truncate(count);
    lists
}

pub(super) fn responses(random: &mut Random, count: usize) -> Vec<List> {
    let server = random.pick(&["nginx", "Apache", "cloud"]);
    let policy = format!(
        "default-src 'self'; img-src * data:; report-uri /csp/{}",
        random.hex(6)
    );
    let mut lists = Vec::new();
    for number in 0..count {
        let is_document = number % 14 == 0;
        let resource = if is_document {
            &DOCUMENT
        } else {
            random.pick(&PARTS)
        };
        let minute = 600 + number as u64 / 30;
        let mut list = vec![
            Field::new(
                ":status",
                random.pick(&["200", "200", "200", "200", "304", "404"]),
            ),
            Field::new("server", server),
            Field::new("date", random.date(minute)),
            Field::new("content-type", resource.mime),
            Field::new("content-length", (200 + random.below(300_000)).to_string()),
            Field::new("vary", "Accept-Encoding"),
            Field::new(
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
            Field::new("x-content-type-options", "nosniff"),
        ];
        if is_document {
            list.push(Field::new("cache-control", "private, no-store"));
            list.push(Field::new("content-security-policy", policy.as_str()));
            let cookie = format!(
                "session={}; Path=/; Secure; HttpOnly; SameSite=Lax",
                random.token(32)
            );
            list.push(Field::new("set-cookie", cookie));
        } else {
            list.push(Field::new(
                "cache-control",
                "public, max-age=31536000, immutable",
            ));
            list.push(Field::new("etag", format!("\"{}\"", random.hex(16))));
            list.push(Field::new("last-modified", random.past()));
            list.push(Field::new("accept-ranges", "bytes"));
        }
        lists.push(list);
    }
    lists
}
