//! The promises of the types themselves.

use tress_runtime::{
    Chunks, Exn, ReadOperation, Runtime, TooManyChunks, Upgradable, WriteOperation, WriteResult,
};

fn is_send_sync<T: Send + Sync>() {}
fn is_copy<T: Copy>() {}

#[test]
fn operations_are_copy_so_that_the_result_can_be_reported_inside_the_match() {
    is_copy::<ReadOperation>();
    is_copy::<WriteOperation<'_>>();
    is_copy::<WriteResult>();
    is_copy::<Chunks<'_>>();
}

#[test]
fn everything_crosses_threads() {
    is_send_sync::<WriteOperation<'_>>();
    is_send_sync::<Exn>();
    is_send_sync::<TooManyChunks>();
    is_send_sync::<Upgradable<u8, u8>>();
}

#[test]
fn a_machine_can_be_a_trait_object() {
    fn takes(_: Option<&mut dyn Runtime>) {}
    takes(None);
}

#[test]
fn errors_say_what_is_wrong() {
    assert_eq!(full().to_string(), "no place is left for another chunk");
}

fn full() -> TooManyChunks {
    let mut chunks = Chunks::new();
    loop {
        if let Err(error) = chunks.push(b"x") {
            return error;
        }
    }
}
