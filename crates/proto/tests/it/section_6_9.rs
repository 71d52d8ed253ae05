//! WINDOW_UPDATE (RFC 9113 §6.9).

use testkit::{code, window_update};

use crate::support::{End, both};

#[test]
fn increment_of_zero_on_a_stream_is_a_stream_error() {
    both!(R => {
        let mut end = End::<R>::new();
        let id = end.open();
        end.resets(id, window_update(id, 0), code::PROTOCOL_ERROR);
    });
}

#[test]
fn increment_of_zero_on_the_connection_is_a_connection_error() {
    both!(R => End::<R>::new().dies(window_update(0, 0), code::PROTOCOL_ERROR));
}
