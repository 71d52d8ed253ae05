//! The drivers run a protocol that they do not know.

use alloc::sync::Arc;
use core::time::Duration;
use std::io::ErrorKind;
use std::sync::Mutex;

use testkit::{Echo, PREFACE, Wire, data, headers, settings, settings_ack};
use tress_async::proto::{Config, Connection, Part, Server, StreamId};
use tress_async::{drive, drive_shared};

use crate::pipe::{Act, Kept, Script, Scripted, pipe};
use crate::world::in_time;

fn octets(count: usize) -> Vec<u8> {
    (0_u8..=250).cycle().take(count).collect()
}

/// Runs an echo alone and one that is shared.
async fn echoes(machine: impl Fn() -> Echo, script: impl Fn() -> Scripted) {
    let kept = script().keep();
    let expected: Vec<u8> = kept.lock().unwrap().input.iter().copied().collect();
    in_time(drive(machine(), Script(Arc::clone(&kept))))
        .await
        .unwrap();
    assert!(kept.lock().unwrap().output == expected);
    assert!(kept.lock().unwrap().is_closed);

    let kept = script().keep();
    let shared = Arc::new(Mutex::new(machine()));
    in_time(drive_shared(shared, Script(Arc::clone(&kept))))
        .await
        .unwrap();
    assert!(kept.lock().unwrap().output == expected);
    assert!(kept.lock().unwrap().is_closed);
}

#[tokio::test]
async fn what_is_read_is_echoed() {
    echoes(Echo::new, || Scripted::new(&octets(200_000))).await;
}

#[tokio::test]
async fn short_reads_and_writes_lose_nothing() {
    echoes(Echo::new, || Scripted::octet_by_octet(&octets(2000))).await;
    echoes(
        || Echo::new().piece(3),
        || Scripted::octet_by_octet(&octets(100)),
    )
    .await;
}

#[tokio::test]
async fn a_machine_that_takes_little_at_a_time_gets_all() {
    echoes(|| Echo::new().capacity(1), || Scripted::new(&octets(1000))).await;
    echoes(
        || Echo::new().capacity(7).bite(3),
        || Scripted::new(&octets(1000)),
    )
    .await;
}

#[tokio::test]
async fn after_a_pause_the_driver_offers_what_it_holds_before_it_reads() {
    for is_shared in [false, true] {
        let kept = Scripted::new(&octets(1000)).keep();
        let machine = Echo::new().capacity(10);
        run(is_shared, machine, &kept).await.unwrap();
        // One read of everything, one of the end.
        assert_eq!(kept.lock().unwrap().read_calls, 2);
    }
}

async fn run(is_shared: bool, machine: Echo, kept: &Kept) -> std::io::Result<()> {
    let script = Script(Arc::clone(kept));
    if is_shared {
        in_time(drive_shared(Arc::new(Mutex::new(machine)), script)).await
    } else {
        in_time(drive(machine, script)).await
    }
}

#[tokio::test]
async fn an_interrupted_call_is_made_again() {
    echoes(Echo::new, || {
        let mut script = Scripted::new(b"again");
        script
            .reads
            .extend([Act::Fail(ErrorKind::Interrupted), Act::AtMost(2)]);
        script
            .writes
            .extend([Act::Fail(ErrorKind::Interrupted), Act::AtMost(1)]);
        script
    })
    .await;
}

#[tokio::test]
async fn a_read_error_is_reported_and_returned() {
    let mut script = Scripted::new(b"x");
    script
        .reads
        .extend([Act::AtMost(1), Act::Fail(ErrorKind::ConnectionReset)]);
    let machine = Arc::new(Mutex::new(Echo::new()));
    let driving = drive_shared(Arc::clone(&machine), Script(script.keep()));
    let error = in_time(driving).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(machine.lock().unwrap().exn().is_some());
}

#[tokio::test]
async fn a_write_of_nothing_means_that_the_transport_is_closed() {
    for is_shared in [false, true] {
        let mut script = Scripted::new(b"x");
        script.writes.push_back(Act::AtMost(0));
        let kept = script.keep();
        run(is_shared, Echo::new(), &kept).await.unwrap();
        assert!(kept.lock().unwrap().output.is_empty());
    }
}

#[tokio::test]
async fn both_ends_may_write_more_than_the_pipe_holds() {
    const SIZE: usize = 4 * 1024 * 1024;
    let (near, far) = pipe();
    let machines = [near, far].map(|end| {
        let machine = Arc::new(Mutex::new(Echo::listener()));
        machine.lock().unwrap().say(&vec![7; SIZE]);
        machine.lock().unwrap().hang_up();
        let driving = tokio::spawn(drive_shared(Arc::clone(&machine), end));
        (machine, driving)
    });
    for (machine, driving) in machines {
        in_time(driving).await.unwrap().unwrap();
        assert_eq!(machine.lock().unwrap().heard().len(), SIZE);
    }
}

#[tokio::test]
async fn a_command_from_elsewhere_is_written_while_the_driver_waits() {
    let (near, far) = pipe();
    let [speaker, listener] = [near, far].map(|end| {
        let machine = Arc::new(Mutex::new(Echo::listener()));
        let driving = tokio::spawn(drive_shared(Arc::clone(&machine), end));
        (machine, driving)
    });
    tokio::time::sleep(Duration::from_millis(5)).await;
    speaker.0.lock().unwrap().say(b"hello");
    speaker.0.lock().unwrap().hang_up();
    in_time(listener.1).await.unwrap().unwrap_or_default();
    assert_eq!(listener.0.lock().unwrap().heard(), b"hello");
    in_time(speaker.1).await.unwrap().unwrap_or_default();
}

/// Frames about as long as the buffer that octets are read into, and longer.
pub(crate) const LONG: [usize; 6] = [81_919, 81_920, 81_921, 163_849, 200_000, 1_000_000];

/// An end that takes frames of any length, each within its windows.
pub(crate) fn wide() -> Config {
    let config = Config::default().max_frame_size(0xff_ffff).unwrap();
    config.initial_window(2 << 20).unwrap()
}

#[tokio::test]
async fn a_frame_longer_than_the_buffer_is_taken_whole() {
    for length in LONG {
        let content = octets(length);
        let wire = (
            (PREFACE, settings(), settings_ack()),
            (headers(1).post("/"), data(1, &content).end()),
        );
        let kept = Scripted::new(&wire.octets()).keep();
        let machine = Arc::new(Mutex::new(Connection::<Server>::new(wide())));
        let driving = drive_shared(Arc::clone(&machine), Script(kept));
        in_time(driving).await.unwrap();
        let mut machine = machine.lock().unwrap();
        let mut body = machine.stream_mut(StreamId::new(1).unwrap()).unwrap();
        let mut taken = Vec::new();
        while let Ok(Some(part)) = body.recv() {
            if let Part::Data(octets) = part {
                taken.extend_from_slice(&octets);
            }
        }
        assert!(taken == content, "{length}: {}", taken.len());
    }
}
