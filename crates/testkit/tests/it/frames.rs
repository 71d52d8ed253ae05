//! Every builder against octets written by hand (RFC 9113 §6).

use tress_testkit::*;

#[track_caller]
fn is(wire: impl Wire, octets: &str) {
    let (left, right) = (wire.octets(), hex(octets));
    assert_eq!(left, right, "{left:02x?} is not {right:02x?}");
}

#[test]
fn data_may_end_and_be_padded() {
    is(data(1, "hi"), "000002 00 00 00000001 6869");
    is(data(1, "hi").end(), "000002 00 01 00000001 6869");
    is(
        data(3, "hi").end().padded(3),
        "000006 00 09 00000003 03 6869 000000",
    );
    is(data(1, "").padded(0), "000001 00 08 00000001 00");
    is(data(1, "a").pad_length(9), "000002 00 08 00000001 09 61");
}

#[test]
fn headers_of_a_get_request_are_those_of_the_test_notation() {
    is(
        headers(1).get("/").end(),
        "000006 01 05 00000001 82 87 84 01 01 61",
    );
    is(
        headers(3).post("/"),
        "000006 01 04 00000003 83 87 84 01 01 61",
    );
    is(
        headers(1).request("PUT", "/b"),
        "00000d 01 04 00000001 02 03 505554 87 04 02 2f62 01 01 61",
    );
}

#[test]
fn headers_carry_status_fields_priority_and_padding() {
    is(
        headers(1).status(200).field("a", "b"),
        "000006 01 04 00000001 88 00 01 61 01 62",
    );
    is(headers(1).status(103), "000005 01 04 00000001 08 03 313033");
    is(
        headers(1).trailers().field("a", ""),
        "000004 01 05 00000001 00 01 61 00",
    );
    is(
        headers(1).status(204).priority(5, 15, true).padded(1),
        "000008 01 2c 00000001 01 80000005 0f 89 00",
    );
    is(
        headers(1).no_end_headers().raw_block(&[0x82]),
        "000001 01 00 00000001 82",
    );
}

#[test]
fn small_frames_have_their_fixed_payloads() {
    is(priority(3, 1, 7), "000005 02 00 00000003 00000001 07");
    is(
        priority(3, 1, 7).exclusive(),
        "000005 02 00 00000003 80000001 07",
    );
    is(
        rst_stream(1, code::CANCEL),
        "000004 03 00 00000001 00000008",
    );
    is(ping(*b"12345678"), "000008 06 00 00000000 3132333435363738");
    is(
        ping(*b"12345678").ack(),
        "000008 06 01 00000000 3132333435363738",
    );
    is(window_update(7, 300), "000004 08 00 00000007 0000012c");
}

#[test]
fn settings_keep_order_and_repetitions() {
    is(settings(), "000000 04 00 00000000");
    is(settings_ack(), "000000 04 01 00000000");
    is(
        settings().set(0x4, 100).set(0x1, 0).set(0x4, 5),
        "000012 04 00 00000000 0004 00000064 0001 00000000 0004 00000005",
    );
}

#[test]
fn push_promise_and_continuation_carry_fragments() {
    is(
        push_promise(1, 2).get("/").padded(2),
        "00000d 05 0c 00000001 02 00000002 82 87 84 01 01 61 0000",
    );
    is(
        push_promise(1, 2).no_end_headers(),
        "000004 05 00 00000001 00000002",
    );
    is(
        continuation(1).field("a", "b"),
        "000005 09 04 00000001 00 01 61 01 62",
    );
    is(
        continuation(1).no_end_headers().raw_block(b"\x88"),
        "000001 09 00 00000001 88",
    );
}

#[test]
fn goaway_and_extension_frames() {
    is(
        goaway(5, code::PROTOCOL_ERROR).debug("no"),
        "00000a 07 00 00000000 00000005 00000001 6e6f",
    );
    is(
        priority_update(1, "u=1"),
        "000007 10 00 00000000 00000001 753d31",
    );
    is(altsvc(0, "o", "v"), "000004 0a 00 00000000 0001 6f 76");
    is(
        origin(&["a", "bc"]),
        "000007 0c 00 00000000 0001 61 0002 6263",
    );
    is(unknown(0x7e, 0xff, 9, [1, 2]), "000002 7e ff 00000009 0102");
}

#[test]
fn overrides_write_what_no_frame_may_say() {
    is(data(1, "hi").length(3), "000003 00 00 00000001 6869");
    is(settings().flags(0x88).stream(1), "000000 04 88 00000001");
    is(
        rst_stream(1, 0).reserved_bit(),
        "000004 03 00 80000001 00000000",
    );
    is(
        ping([0; 8]).kind(0x7),
        "000008 07 00 00000000 0000000000000000",
    );
}

#[test]
fn a_row_is_its_parts_in_order() {
    is(
        (PREFACE, settings(), hex("00 ff")),
        "505249202a20485454502f322e300d0a0d0a534d0d0a0d0a 000000 04 00 00000000 00ff",
    );
    is(
        vec![data(1, ""), data(3, "")],
        "000000 00 00 00000001 000000 00 00 00000003",
    );
}

#[test]
fn integers_as_in_the_examples_of_the_rfc() {
    // RFC 7541 §C.1.
    is(block().integer((0, 5), 10), "0a");
    is(block().integer((0, 5), 1337), "1f 9a 0a");
    is(block().integer((0, 8), 42), "2a");
    is(block().integer((0, 8), 255), "ff 00");
}

#[test]
fn representations_as_in_the_examples_of_the_rfc() {
    // RFC 7541 §C.2.
    is(
        block().indexing("custom-key", "custom-header"),
        "40 0a 637573746f6d2d6b6579 0d 637573746f6d2d686561646572",
    );
    is(
        block().literal_at(4, "/sample/path"),
        "04 0c 2f73616d706c652f70617468",
    );
    is(
        block().never("password", "secret"),
        "10 08 70617373776f7264 06 736563726574",
    );
    is(block().indexed(2), "82");
    is(block().indexing_at(1, "a"), "41 01 61");
    is(block().never_at(23, "a"), "1f 08 01 61");
    is(block().table_size(4096), "3f e1 1f");
    is(block().integer((0x40, 6), 1).huffman([0xf1]), "41 81 f1");
}

#[test]
#[should_panic(expected = "odd number")]
fn hex_refuses_half_an_octet() {
    let _ = hex("0");
}
