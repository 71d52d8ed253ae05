//! What holds for every message.

mod http1;
mod names;
mod random;

use alloc::string::String;
use core::mem::size_of;

use hpack::{Representation, Sink as _};

use self::http1::as_http1;
use self::random::Random;
use super::*;
use crate::violation::{MessageRule, Violation};

const KINDS: [Kind; 4] = [
    Kind::Request,
    Kind::PromisedRequest,
    Kind::Response,
    Kind::Trailers,
];

/// What is accepted, written as HTTP/1.1, is read as one message with the same fields.
fn accepted_is_one_http1_message(kind: Kind, section: &FieldSection) -> Option<Result<(), String>> {
    let accepted = assemble(kind, section).ok()?;
    Some(as_http1(kind, &accepted))
}

fn assemble(kind: Kind, section: &FieldSection) -> Result<FieldSection, Violation> {
    let mut assembler = Assembler::new(
        kind,
        Rules {
            extended_connect: true,
            soft_fields: 100,
            host_may_differ: false,
        },
        FieldSection::new(),
    );
    for field in section {
        assembler.field(field, Representation::WithoutIndexing, &mut 0);
    }
    assembler.finish().map(|assembled| assembled.section)
}

#[test]
fn every_accepted_section_is_one_http1_message() {
    let mut random = Random(0x8_2_1);
    let mut counts = [[0_u32; 2]; 4];
    for _ in 0..10_000 {
        for (kind, [accepted, refused]) in KINDS.into_iter().zip(&mut counts) {
            let section = random.section(kind);
            match accepted_is_one_http1_message(kind, &section) {
                Some(Ok(())) => *accepted += 1,
                Some(Err(reason)) => panic!("{reason}: {section:?}"),
                None => *refused += 1,
            }
        }
    }
    for ([accepted, refused], kind) in counts.into_iter().zip(KINDS) {
        assert!(
            accepted > 500 && refused > 500,
            "{kind:?}: {accepted} and {refused}"
        );
    }
}

#[test]
fn a_section_that_was_not_judged_may_be_more_than_one_message() {
    let get = Request::get("http", "a", "/");
    let response = Response::new(200);
    let plants = [
        (
            Kind::Request,
            get.clone().field("a", "b\r\nc: d").into_section(),
        ),
        (Kind::Request, get.clone().field("a", "b ").into_section()),
        (Kind::Request, get.clone().field("a b", "c").into_section()),
        (
            Kind::Request,
            get.clone()
                .field("transfer-encoding", "chunked")
                .into_section(),
        ),
        (
            Kind::Request,
            get.field("content-length", "+3").into_section(),
        ),
        (
            Kind::Request,
            Request::get("http", "a", "/ HTTP/1.1\r\n\r\nGET /").into_section(),
        ),
        (
            Kind::Request,
            Request::new("GET /", "http", "a", "/").into_section(),
        ),
        (
            Kind::Request,
            Request::get("http", "a\r\nb: c", "/").into_section(),
        ),
        (
            Kind::Response,
            response.clone().field("a", "\0").into_section(),
        ),
        (
            Kind::Response,
            response.field("content-length", "3, 3").into_section(),
        ),
        (
            Kind::Trailers,
            Trailers::new()
                .field("a", "b\n\nGET / HTTP/1.1")
                .into_section(),
        ),
        (
            Kind::Trailers,
            Trailers::new().field("", "b").into_section(),
        ),
    ];
    for (kind, section) in plants {
        assert!(as_http1(kind, &section).is_err(), "{section:?}");
        assert!(
            accepted_is_one_http1_message(kind, &section).is_none(),
            "{section:?}"
        );
    }
}

#[test]
fn what_is_accepted_may_be_sent_again() {
    let mut random = Random(0x8_1_1);
    for _ in 0..5_000 {
        for kind in KINDS {
            let Ok(section) = assemble(kind, &random.section(kind)) else {
                continue;
            };
            let response = Response::from_section(section.clone());
            let sent = match kind {
                Kind::Request => {
                    check_request(&Request::from_section(section), Rules::ours(true, false))
                }
                Kind::PromisedRequest => check_promise(&Request::from_section(section)),
                Kind::Response if response.is_informational() => check_informational(&response),
                Kind::Response => check_response(&response),
                Kind::Trailers => check_trailers(&Trailers::from_section(section)),
            };
            assert_eq!(sent.map(drop), Ok(()), "{kind:?}");
        }
    }
}

/// What a section that was made field by field is found to be, and the same without its tally.
fn with_and_without_tally(kind: Kind, section: &FieldSection) -> [Result<Checked, MessageRule>; 2] {
    let mut copy = FieldSection::new();
    for field in section {
        copy.push_classed(field, class::Class::of(field));
    }
    let found = |section: FieldSection| match kind {
        Kind::Request => check_request(&Request::from_section(section), Rules::ours(true, false)),
        Kind::PromisedRequest => check_promise(&Request::from_section(section)),
        Kind::Response => check_response(&Response::from_section(section)),
        Kind::Trailers => check_trailers(&Trailers::from_section(section)),
    };
    [found(section.clone()), found(copy)]
}

#[test]
fn a_tally_never_differs_from_the_judge() {
    let mut random = Random(0x8_3);
    let mut usual = [0; 2];
    for _ in 0..20_000 {
        for kind in KINDS {
            let section = random.section(kind);
            let [with, without] = with_and_without_tally(kind, &section);
            assert_eq!(with, without, "{kind:?}: {section:?}");
            usual[0] +=
                u32::from(kind == Kind::Request && section.tally().usual_request().is_some());
            usual[1] +=
                u32::from(kind == Kind::Response && section.tally().usual_response().is_some());
        }
    }
    assert!(usual.iter().all(|count| *count > 1000), "{usual:?}");
}

#[test]
fn a_tally_of_what_is_unusual_leaves_it_to_the_judge() {
    let length = |value: &str| Response::new(200).field("content-length", value);
    let get = || Request::get("https", "a", "/");
    // What came from a peer was judged by other rules.
    let mut received = FieldSection::new();
    let field = hpack::HeaderField::new(b"a", b"b");
    received.push_classed(field, class::Class::Plain);
    received.push(hpack::HeaderField::new(b":status", b"200"));
    for section in [
        received,
        length("4294967295").into_section(),
        length("5").field("content-length", "5").into_section(),
        Response::new(204)
            .field("content-length", "0")
            .into_section(),
        Response::new(103).into_section(),
        Response::new(42).into_section(),
        Response::new(200).field("te", "trailers").into_section(),
        Response::new(200).field("priority", "u=1").into_section(),
        Response::new(200).field("a b", "b").into_section(),
        get().field("host", "b").into_section(),
        get().field(":path", "/").into_section(),
        get().field("priority", "u=1").into_section(),
        Request::connect("a:1").into_section(),
        Request::get("https", "", "/").into_section(),
        Request::get("https", "a@b", "/").into_section(),
        Request::get("coap", "a", "/").into_section(),
        Request::new("OPTIONS", "https", "a", "*").into_section(),
    ] {
        let tally = section.tally();
        assert!(
            tally.usual_request().is_none() && tally.usual_response().is_none(),
            "{section:?}"
        );
    }
    assert!(
        get()
            .field("te", "trailers")
            .section()
            .tally()
            .usual_request()
            .is_some()
    );
    assert!(
        Response::new(204)
            .section()
            .tally()
            .usual_response()
            .is_some()
    );
    assert!(
        Response::new(200)
            .field("a", "b")
            .section()
            .tally()
            .usual_response()
            .is_some()
    );
}

#[test]
fn messages_are_small() {
    assert!(size_of::<FieldSection>() <= 32);
    assert!(size_of::<Option<Request>>() <= 40);
    assert!(size_of::<Option<Response>>() <= 40);
    assert!(size_of::<Trailers>() <= 40);
}

#[test]
fn a_field_that_fits_to_the_octet_takes_no_more_memory() {
    let field = hpack::HeaderField::new(b"name", b"value");
    let mut section = FieldSection::with_capacity(10 + 9);
    section.push(field);
    assert_eq!((section.octets(), section.capacity()), (19, 19));
    section.push(field);
    assert!(section.capacity() >= 38);
}
