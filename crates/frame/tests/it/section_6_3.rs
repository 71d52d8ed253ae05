//! PRIORITY (RFC 9113 §6.3).

use tress_frame::{Dependency, ErrorCode, ErrorKind, Priority};

use crate::{both_ways, connection_error, id, stream_error};

#[test]
fn a_priority_names_a_dependency_and_a_weight() {
    let mut dependency = Dependency::new(id(1), 200);
    both_ways(
        "000005 02 00 00000003 00000001 c8",
        Priority::new(id(3), dependency),
    );
    dependency.exclusive = true;
    both_ways(
        "000005 02 00 00000003 80000001 c8",
        Priority::new(id(3), dependency),
    );
}

#[test]
fn a_stream_that_depends_on_itself_is_no_error() {
    let priority = Priority::new(id(3), Dependency::new(id(3), 0));
    both_ways("000005 02 00 00000003 00000003 00", priority);
}

#[test]
fn a_length_other_than_5_ends_the_stream() {
    for octets in [
        "000000 02 00 00000001",
        "000004 02 00 00000001 00000000",
        "000006 02 00 00000001 00000000 10 00",
    ] {
        stream_error(
            octets,
            ErrorKind::PriorityLength,
            ErrorCode::FRAME_SIZE_ERROR,
            "RFC 9113 §6.3",
        );
    }
}

#[test]
fn a_priority_on_stream_0_ends_the_connection_whatever_its_length() {
    for octets in [
        "000005 02 00 00000000 00000003 10",
        "000001 02 00 00000000 00",
    ] {
        connection_error(
            octets,
            ErrorKind::StreamRequired,
            ErrorCode::PROTOCOL_ERROR,
            "RFC 9113 §6.3",
        );
    }
}
