//! Random messages survive the way there and back.

use testkit::Rng;
use tress_http::http::uri::Scheme;
use tress_http::proto::{HeaderField, Request, Response, Trailers};
use tress_http::{
    request_from_http, request_into_http, response_from_http, response_into_http,
    trailers_from_http, trailers_into_http,
};

const ROUNDS: u64 = 2_000;

const NAMES: [&str; 7] = [
    "accept",
    "set-cookie",
    "cookie",
    "priority",
    "early-data",
    "user-agent",
    "content-type",
];

/// A field as the message would hold it.
type Field = (String, Vec<u8>, bool);

/// Fields with repeated names side by side, as a map returns them.
fn fields(rng: &mut Rng) -> Vec<Field> {
    let mut fields = Vec::new();
    for at in 0..rng.range(0..9) {
        let length = rng.range(1..12);
        let name = match rng.range(0..4) {
            0 => (*rng.pick(&NAMES)).to_owned(),
            _ => format!("{}{at}", rng.letters(length)),
        };
        let repeats = if name == "cookie" { 1 } else { rng.range(1..4) };
        if fields.iter().all(|(other, ..): &Field| *other != name) {
            fields.extend((0..repeats).map(|_| (name.clone(), value(rng), rng.chance(1, 4))));
        }
    }
    fields
}

/// Any value without white space at its ends.
fn value(rng: &mut Rng) -> Vec<u8> {
    // Long ones, so that messages are of all sizes.
    let most = if rng.chance(1, 8) { 500 } else { 20 };
    let length = rng.range(0..most);
    let any = |rng: &mut Rng| match rng.octet() {
        0..0x20 | 0x7f => b'\t',
        octet => octet,
    };
    let value: Vec<u8> = (0..length).map(|_| any(rng)).collect();
    value.trim_ascii().to_vec()
}

fn request(rng: &mut Rng) -> Request {
    let method = *rng.pick(&["GET", "POST", "HEAD", "PURGE", "OPTIONS"]);
    let scheme = *rng.pick(&["http", "https", "coap"]);
    let host = *rng.pick(&["example.com", "[2001:db8::1]:8443", "127.0.0.1", "a-b.c:1"]);
    let path = format!("/{}", rng.letters(5));
    let path = if rng.chance(1, 2) {
        format!("{path}?{}=%20", rng.letters(3))
    } else {
        path
    };
    match rng.range(0..5) {
        0 => Request::connect(format!("{}.com:443", rng.letters(4))),
        1 => Request::extended_connect("connect-udp", scheme, host, path),
        2 => Request::new("OPTIONS", scheme, host, "*"),
        _ => Request::new(method, scheme, host, path),
    }
}

macro_rules! filled {
    ($message:expr, $fields:expr) => {
        $fields
            .iter()
            .fold($message, |message, (name, value, secret)| match secret {
                true => message.sensitive_field(name, value),
                false => message.field(name, value),
            })
    };
}

#[test]
fn a_request_comes_back_as_it_went() {
    for seed in 0..ROUNDS {
        let rng = &mut Rng::new(seed);
        let (head, fields) = (request(rng), fields(rng));
        let request = filled!(head, fields);
        let parts = request_into_http(&request).unwrap();
        let back = request_from_http(&parts, &Scheme::HTTP).unwrap();
        assert_eq!(
            by_name(back.fields()),
            by_name(request.fields()),
            "seed {seed}"
        );
        let control = |request: &Request| -> Vec<Vec<u8>> {
            let is_control = |field: &HeaderField<'_>| field.name.starts_with(b":");
            let section = request.section().iter().filter(is_control);
            section.map(|field| field.value.to_vec()).collect()
        };
        assert_eq!(control(&back), control(&request), "seed {seed}");
    }
}

#[test]
fn a_response_comes_back_as_it_went() {
    for seed in 0..ROUNDS {
        let rng = &mut Rng::new(seed);
        let status = u16::try_from(rng.range(200..600)).unwrap();
        let response = filled!(Response::new(status), fields(rng));
        let back = response_from_http(&response_into_http(&response).unwrap());
        assert_eq!(back.status(), status);
        assert_eq!(
            by_name(back.fields()),
            by_name(response.fields()),
            "seed {seed}"
        );
    }
}

#[test]
fn trailers_come_back_as_they_went() {
    for seed in 0..ROUNDS {
        let trailers = filled!(Trailers::new(), fields(&mut Rng::new(seed)));
        let back = trailers_from_http(&trailers_into_http(&trailers).unwrap());
        assert_eq!(
            by_name(back.fields()),
            by_name(trailers.fields()),
            "seed {seed}"
        );
    }
}

/// The fields by name; a stable sort leaves the values of one name in their order.
fn by_name<'a>(fields: impl Iterator<Item = HeaderField<'a>>) -> Vec<HeaderField<'a>> {
    let mut fields: Vec<_> = fields.collect();
    fields.sort_by_key(|field| field.name);
    fields
}
