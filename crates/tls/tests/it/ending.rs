//! How sessions end: close_notify and its absence (RFC 8446 §6.1), and machines that end early.

use core::time::Duration;

use proto::{ConnectionError, ErrorCode};
use runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use testkit::{Echo, Task, carry, settle, written};

use testkit::Certified;

use crate::memory::Counter;
use crate::world::{VERSIONS, answer, ask, content, ending, http, join};

/// The content type of alerts (RFC 8446 §5.1), which TLS 1.3 hides.
const ALERT: u8 = 21;

#[test]
fn an_end_in_good_order_is_said_and_answered() {
    for version in VERSIONS {
        let (mut client, mut server) = http(Certified::new(&[version]));
        settle(&mut client.tls, &mut server.tls, 1000);
        client.tls.inner_mut().go_away();
        settle(&mut client.tls, &mut server.tls, 1);
        // Nobody closed the transport: close_notify was enough.
        assert!(matches!(ending(client.tls.inner_mut()), Some(Ok(()))));
        assert!(matches!(ending(server.tls.inner_mut()), Some(Ok(()))));
        for end in [&mut client.tls as &mut dyn Runtime, &mut server.tls] {
            assert_eq!(end.next_read_operation(), ReadOperation::Close);
            assert!(matches!(
                end.next_write_operation(),
                WriteOperation::Close(0)
            ));
            assert!(end.is_closed());
        }
    }
}

#[test]
fn the_last_record_of_a_connection_is_its_close_notify() {
    let (mut client, mut server) = http(Certified::new(&[VERSIONS[0]]));
    settle(&mut client.tls, &mut server.tls, 1000);
    client.tls.shutdown();
    assert!(!client.tls.is_closed());
    let octets = written(&mut client.tls);
    let mut types = Vec::new();
    let mut rest = octets.as_slice();
    while let [kind, _, _, high, low, ..] = rest {
        types.push(*kind);
        rest = &rest[5 + usize::from(u16::from_be_bytes([*high, *low]))..];
    }
    assert_eq!(types.last(), Some(&ALERT));
    assert_eq!(types.iter().filter(|kind| **kind == ALERT).count(), 1);
    assert!(client.tls.is_closed());
}

#[test]
fn an_end_without_close_notify_is_no_error_where_no_stream_is_open() {
    let (mut client, mut server) = http(Certified::default());
    let id = ask(client.tls.inner_mut());
    settle(&mut client.tls, &mut server.tls, 1000);
    answer(server.tls.inner_mut(), 10);
    settle(&mut client.tls, &mut server.tls, 1000);
    assert_eq!(content(client.tls.inner_mut(), id), Ok((10, true)));
    client.tls.read_eof(b"");
    assert!(matches!(ending(client.tls.inner_mut()), Some(Ok(()))));
    // Its own end is still said.
    assert!(!written(&mut client.tls).is_empty());
    assert!(client.tls.is_closed());
}

#[test]
fn an_end_amid_a_stream_is_an_unexpected_one_with_or_without_close_notify() {
    for sends_close_notify in [false, true] {
        let (mut client, mut server) = http(Certified::default());
        let id = ask(client.tls.inner_mut());
        settle(&mut client.tls, &mut server.tls, 1000);
        answer(server.tls.inner_mut(), 100_000);
        let mut octets = Vec::new();
        if let WriteOperation::Write(chunks) = server.tls.next_write_operation() {
            octets.extend_from_slice(chunks.as_slices()[0]);
        }
        server
            .tls
            .report_write_result(WriteResult::Ok(octets.len()));
        client.tls.read(&octets);
        if sends_close_notify {
            // What is queued is lost, and the session ends as if all were well.
            let (_, mut last) = (server.tls.inner(), Vec::new());
            server.tls.inner_mut().report_exn("gone".into());
            last.extend(written(&mut server.tls));
            assert!(!last.is_empty());
            client.tls.read(&last);
        } else {
            client.tls.read_eof(b"");
        }
        let end = ending(client.tls.inner_mut());
        assert!(
            matches!(end, Some(Err(ConnectionError::UnexpectedEof))),
            "{sends_close_notify}: {end:?}"
        );
        let content = content(client.tls.inner_mut(), id);
        assert_eq!(content, Err(proto::StreamError::ConnectionLost));
    }
}

#[test]
fn what_follows_a_close_notify_is_ignored() {
    let (mut client, mut server) = http(Certified::default());
    settle(&mut client.tls, &mut server.tls, 1000);
    client.tls.shutdown();
    let mut octets = written(&mut client.tls);
    octets.extend_from_slice(b"and another thing");
    server.tls.read(&octets);
    assert_eq!(server.heard.try_recv(), Ok(Ok(())));
    assert_eq!(
        server.heard.try_recv(),
        Err(std::sync::mpsc::TryRecvError::Empty)
    );
    assert!(matches!(ending(server.tls.inner_mut()), Some(Ok(()))));
}

#[test]
fn a_paused_machine_learns_of_the_end_after_it_has_read_what_came_before() {
    let (mut client, mut server) = join(
        Certified::default(),
        Echo::listener(),
        Echo::new().capacity(10),
    );
    settle(&mut client.tls, &mut server.tls, 1000);
    client.tls.inner_mut().say(&[b'x'; 25]);
    let mut octets = written(&mut client.tls);
    client.tls.inner_mut().hang_up();
    octets.extend(written(&mut client.tls));
    // The echo is full, and what does not fit waits at the driver or in the session.
    let taken = server.tls.read(&octets);
    assert_eq!(server.tls.next_read_operation(), ReadOperation::Yield);
    carry(&mut server.tls, &mut client.tls, 1000);
    assert_eq!(server.tls.next_read_operation(), ReadOperation::Yield);
    assert_eq!(client.tls.inner().heard(), [b'x'; 10]);
    carry(&mut server.tls, &mut client.tls, 1000);
    while server.tls.next_read_operation() == ReadOperation::Read {
        assert_ne!(server.tls.read(&octets[taken..]), 0);
    }
    settle(&mut server.tls, &mut client.tls, 1000);
    assert_eq!(client.tls.inner().heard(), [b'x'; 25]);
    assert!(server.tls.is_closed());
}

#[test]
fn a_connection_that_is_aborted_during_the_handshake_ends_at_once() {
    let (mut client, mut server) = http(Certified::default());
    carry(&mut client.tls, &mut server.tls, 1000);
    server.tls.inner_mut().abort(ErrorCode::NO_ERROR);
    written(&mut server.tls);
    let last = server.tls.next_write_operation();
    assert!(matches!(last, WriteOperation::Close(0)), "{last:?}");
    assert_eq!(server.tls.next_read_operation(), ReadOperation::Close);
    assert!(server.tls.is_closed());
}

#[test]
fn a_transport_that_takes_no_more_is_still_read() {
    let (mut client, mut server) = http(Certified::default());
    let id = ask(client.tls.inner_mut());
    settle(&mut client.tls, &mut server.tls, 1000);
    answer(server.tls.inner_mut(), 10);
    client.tls.report_write_result(WriteResult::Closed);
    assert!(matches!(
        client.tls.next_write_operation(),
        WriteOperation::Close(_)
    ));
    let octets = written(&mut server.tls);
    assert_eq!(client.tls.next_read_operation(), ReadOperation::Read);
    assert_eq!(client.tls.read(&octets), octets.len());
    assert_eq!(content(client.tls.inner_mut(), id), Ok((10, true)));
}

#[test]
fn a_writer_that_waits_is_woken_for_what_only_the_session_knows() {
    let (mut client, mut server) = http(Certified::default());
    let hello = written(&mut client.tls);
    assert!(matches!(
        server.tls.next_write_operation(),
        WriteOperation::Yield
    ));
    let task = Task::new();
    server.tls.yield_writer(task.waker());
    assert_eq!(task.woken(), 0);
    server.tls.read(&hello);
    assert_eq!(task.woken(), 1, "for the server's flight");
    // The client has nothing to say until that has come, and everything afterwards.
    client.tls.yield_writer(task.waker());
    let flight = written(&mut server.tls);
    client.tls.read(&flight);
    assert_eq!(task.woken(), 1);
    // Who asks while there is something is woken at once.
    client.tls.yield_writer(task.waker());
    assert_eq!(task.woken(), 1);
}

/// A machine that is done may be in a session that is not: the peer is still to be told.
#[test]
fn a_session_is_closed_once_its_close_notify_has_left() {
    for version in VERSIONS {
        let certified = Certified::new(&[version]);
        let (mut client, mut server) = join(certified, Counter::default(), Counter::default());
        settle(&mut client.tls, &mut server.tls, 1000);
        assert!(!client.tls.is_closed(), "nothing waits, and it goes on");
        client.tls.inner_mut().is_over = true;
        assert!(client.tls.inner().is_closed() && !client.tls.is_closed());
        let WriteOperation::Write(chunks) = client.tls.next_write_operation() else {
            panic!("close_notify is due");
        };
        let length = chunks.octets();
        assert!(!client.tls.is_closed(), "it was shown and has not left");
        client.tls.report_write_result(WriteResult::Ok(length - 1));
        assert!(!client.tls.is_closed(), "nor has the last octet of it");
        client.tls.report_write_result(WriteResult::Ok(1));
        assert!(client.tls.is_closed());
    }
}

/// What a machine says that would always read on is for its driver, which knows nothing of TLS.
#[test]
fn a_machine_that_would_read_on_is_notified_of_the_end_once_and_its_driver_reads_no_more() {
    for sends_close_notify in [false, true] {
        let (mut client, mut server) =
            join(Certified::default(), Counter::default(), Counter::default());
        settle(&mut client.tls, &mut server.tls, 1000);
        assert_eq!(server.tls.next_read_operation(), ReadOperation::Read);
        if sends_close_notify {
            client.tls.inner_mut().is_over = true;
            let last = written(&mut client.tls);
            assert_eq!(server.tls.read(&last), last.len());
            assert_eq!(server.tls.next_read_operation(), ReadOperation::Close);
            assert_eq!(server.tls.inner().ends, 1);
        }
        server.tls.read_eof(b"");
        assert_eq!(
            server.tls.inner_mut().next_read_operation(),
            ReadOperation::Read
        );
        assert_eq!(server.tls.next_read_operation(), ReadOperation::Close);
        assert_eq!(server.tls.inner().ends, 1);
    }
}

/// The machine's clocks count what is encrypted and not written, however little that is.
#[test]
fn records_that_the_transport_does_not_take_end_the_connection() {
    for len in [10, 1_000_000] {
        let (mut client, mut server) = http(Certified::new(&[VERSIONS[0]]));
        settle(&mut client.tls, &mut server.tls, 1000);
        ask(client.tls.inner_mut());
        settle(&mut client.tls, &mut server.tls, 1000);
        answer(server.tls.inner_mut(), len);
        assert!(matches!(
            server.tls.next_write_operation(),
            WriteOperation::Write(_)
        ));
        server.tls.tick(Duration::from_secs(1));
        server.tls.tick(Duration::from_secs(120));
        assert!(matches!(
            server.tls.next_write_operation(),
            WriteOperation::Write(_)
        ));
        server.tls.tick(Duration::from_secs(121));
        assert!(matches!(
            server.tls.next_write_operation(),
            WriteOperation::Close(_)
        ));
        assert!(server.tls.is_closed());
        let error = ending(server.tls.inner_mut()).unwrap().unwrap_err();
        assert!(error.is_timeout(), "{error}");
    }
}

#[test]
fn records_that_are_written_are_told_to_the_machine() {
    let (mut client, mut server) = http(Certified::new(&[VERSIONS[0]]));
    settle(&mut client.tls, &mut server.tls, 1000);
    let id = ask(client.tls.inner_mut());
    settle(&mut client.tls, &mut server.tls, 1000);
    answer(server.tls.inner_mut(), 100_000);
    for now in 1..20 {
        server.tls.tick(Duration::from_secs(50 * now));
        // A record or so at a time.
        if let WriteOperation::Write(chunks) = server.tls.next_write_operation() {
            let octets: Vec<u8> = chunks.as_slices().concat();
            let octets = &octets[..octets.len().min(17_000)];
            client.tls.read(octets);
            server
                .tls
                .report_write_result(WriteResult::Ok(octets.len()));
        }
    }
    settle(&mut client.tls, &mut server.tls, 1000);
    assert_eq!(content(client.tls.inner_mut(), id), Ok((100_000, true)));
    assert_eq!(server.tls.inner_mut().progress(), None);
}
