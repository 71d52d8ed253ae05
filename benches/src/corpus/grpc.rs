//! Calls of procedures: few fields, much the same each time, and trailers.

use super::random::Random;
use super::{Field, List};

const AGENTS: [&str; 3] = ["grpc-go/1.76.0", "grpc-java-netty/1.75.0", "tonic/0.14.2"];

/// One client of one service.
struct Client {
    authority: String,
    service: String,
    agent: &'static str,
    token: String,
}

impl Client {
    fn new(random: &mut Random) -> Self {
        let (area, thing) = (random.word(), random.word());
        Self {
            authority: format!("{thing}.{area}.svc.cluster.example:8443"),
            service: format!("/{area}.{thing}.v1.{}Service", capital(thing)),
            agent: random.pick(&AGENTS),
            token: format!("Bearer {}", random.token(90)),
        }
    }

    fn call(&self, random: &mut Random) -> List {
        let method = random.pick(&["Get", "List", "Create", "Update", "Watch"]);
        let mut list = vec![
            Field::new(":method", "POST"),
            Field::new(":scheme", "https"),
            Field::new(":path", format!("{}/{method}", self.service)),
            Field::new(":authority", self.authority.as_str()),
            Field::new("content-type", "application/grpc"),
            Field::new("user-agent", self.agent),
            Field::new("te", "trailers"),
            Field::new("grpc-accept-encoding", "gzip"),
            Field::new("authorization", self.token.as_str()),
        ];
        let timeout = random.below(5000);
        list.push(Field::new("grpc-timeout", format!("{timeout}m")));
        if random.percent(80) {
            let (trace, span) = (random.hex(32), random.hex(16));
            list.push(Field::new("traceparent", format!("00-{trace}-{span}-01")));
        }
        list
    }
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    first.to_uppercase() + rest
}

pub(super) fn unary_requests(random: &mut Random, count: usize) -> Vec<List> {
    let client = Client::new(random);
    (0..count).map(|_| client.call(random)).collect()
}

fn head(random: &mut Random) -> List {
    let mut list = vec![
        Field::new(":status", "200"),
        Field::new("content-type", "application/grpc"),
        Field::new("grpc-encoding", random.pick(&["identity", "gzip"])),
        Field::new("grpc-accept-encoding", "identity,deflate,gzip"),
    ];
    if random.percent(60) {
        list.push(Field::new("x-served-by", format!("pod-{}", random.hex(5))));
    }
    list
}

fn trailers(random: &mut Random) -> List {
    if random.percent(90) {
        return vec![Field::new("grpc-status", "0")];
    }
    let message = format!(
        "{}%20{}%20not%20found",
        random.word(),
        random.below(100_000)
    );
    vec![
        Field::new("grpc-status", "5"),
        Field::new("grpc-message", message),
    ]
}

pub(super) fn unary_responses(random: &mut Random, count: usize) -> Vec<List> {
    let mut lists = Vec::new();
    while lists.len() < count {
        lists.push(head(random));
        lists.push(trailers(random));
    }
    lists
}

/// Few calls that live long, each with a deadline and metadata of its own.
pub(super) fn streams(random: &mut Random, count: usize) -> Vec<List> {
    let client = Client::new(random);
    let list = |_| {
        let mut list = client.call(random);
        list.push(Field::new("x-stream-id", random.uuid()));
        list.push(Field::new("x-resume-token", random.token(24)));
        list.push(Field::new("x-shard", random.below(16).to_string()));
        list
    };
    (0..count).map(list).collect()
}
