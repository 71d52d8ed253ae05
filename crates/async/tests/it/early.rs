//! A server that answers early and takes no more is heard, whatever failed on the way out.

use alloc::sync::Arc;
use std::io::ErrorKind;
use std::sync::Mutex;

use testkit::Echo;
use tress_async::proto::runtime::Runtime as _;
use tress_async::{drive, drive_shared};

use crate::pipe::{Act, Script, Scripted};
use crate::world::in_time;

const KINDS: [ErrorKind; 4] = [
    ErrorKind::BrokenPipe,
    ErrorKind::ConnectionReset,
    ErrorKind::ConnectionAborted,
    ErrorKind::NotConnected,
];

/// What a server says that answers before it has all of the content, and then nothing more.
const TOO_LARGE: &[u8] = b"413";

/// Drives an upload alone and one that is shared, over what the script makes of the transport.
async fn hears(script: impl Fn(&mut Scripted)) {
    let make = || {
        let mut scripted = Scripted::new(TOO_LARGE);
        script(&mut scripted);
        scripted.keep()
    };
    let (machine, kept) = (Echo::uploading(40_000), make());
    let mut driving = drive(machine, Script(Arc::clone(&kept)));
    in_time(&mut driving).await.unwrap();
    assert_eq!(driving.machine().heard(), TOO_LARGE);
    assert!(kept.lock().unwrap().is_closed, "the output");

    let (machine, kept) = (Echo::uploading(40_000), make());
    let machine = Arc::new(Mutex::new(machine));
    in_time(drive_shared(
        Arc::clone(&machine),
        Script(Arc::clone(&kept)),
    ))
    .await
    .unwrap();
    assert_eq!(machine.lock().unwrap().heard(), TOO_LARGE);
    assert!(kept.lock().unwrap().is_closed, "the output");
}

#[tokio::test]
async fn an_early_answer_is_heard_although_a_write_fails() {
    for kind in KINDS {
        hears(|script| script.writes.extend([Act::AtMost(20_000), Act::Fail(kind)])).await;
    }
}

#[tokio::test]
async fn an_early_answer_is_heard_although_a_flush_fails() {
    for kind in KINDS {
        hears(|script| script.flushes.push_back(Act::Fail(kind))).await;
    }
}

/// A transport that cannot be closed any more is closed already.
#[tokio::test]
async fn an_early_answer_is_heard_although_the_output_cannot_be_closed() {
    for kind in KINDS.into_iter().chain([ErrorKind::PermissionDenied]) {
        hears(|script| {
            script.writes.push_back(Act::Fail(ErrorKind::BrokenPipe));
            script.closes.push_back(Act::Fail(kind));
        })
        .await;
    }
}

#[tokio::test]
async fn a_write_that_fails_otherwise_is_reported_and_returned() {
    for is_flush in [false, true] {
        let script = || {
            let mut script = Scripted::new(TOO_LARGE);
            let act = Act::Fail(ErrorKind::PermissionDenied);
            if is_flush {
                script.flushes.push_back(act);
            } else {
                script.writes.push_back(act);
            }
            Script(script.keep())
        };
        let mut driving = drive(Echo::uploading(40_000), script());
        let error = in_time(&mut driving).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert!(driving.machine().is_closed());

        let machine = Arc::new(Mutex::new(Echo::uploading(40_000)));
        let driving = drive_shared(Arc::clone(&machine), script());
        let error = in_time(driving).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        assert!(machine.lock().unwrap().is_closed());
    }
}
