//! How records are gathered, and who is told that there are some.

use core::time::Duration;

use runtime::{Runtime, WriteOperation, WriteResult};
use testkit::{Certified, Task, settle, written};

use crate::memory::Counter;
use crate::world::{End, VERSIONS, join};

/// What drivers write in one go.
const WRITE: usize = 60 * 1024;

/// Both ends of a session that is open.
fn open(certified: Certified) -> (End<Counter>, End<Counter>) {
    let (mut client, mut server) = join(certified, Counter::default(), Counter::default());
    settle(&mut client.tls, &mut server.tls, 1000);
    (client, server)
}

/// The lengths of the writes that it takes to say all there is.
fn writes(end: &mut End<Counter>) -> Vec<usize> {
    let mut lengths = Vec::new();
    while let WriteOperation::Write(chunks) = end.tls.next_write_operation() {
        lengths.push(chunks.octets());
        let length = *lengths.last().unwrap();
        end.tls.report_write_result(WriteResult::Ok(length));
    }
    lengths
}

#[test]
fn no_write_has_more_than_60_kib_and_those_of_much_content_hardly_less() {
    for version in VERSIONS {
        // Pieces of all kinds; those of 15,210 octets make records that fill a batch to the octet.
        for piece in [0, 16_384, 15_210, 5000, 1000] {
            let (mut client, _server) = open(Certified::new(&[version]));
            client.tls.inner_mut().unsaid = 1 << 20;
            client.tls.inner_mut().piece = piece;
            let lengths = writes(&mut client);
            assert!(
                lengths.iter().all(|&length| length <= WRITE),
                "{version:?}, {piece}: {lengths:?}"
            );
            let (_, full) = lengths.split_last().unwrap();
            assert!(
                full.iter().all(|&length| length >= WRITE - 1536),
                "{version:?}, {piece}: {lengths:?}"
            );
        }
    }
}

/// Whoever asks is not left to wait for something else to happen.
#[test]
fn a_writer_is_not_put_off_while_something_is_due() {
    let asks = |end: &mut End<Counter>| {
        let task = Task::new();
        end.tls.yield_writer(task.waker());
        task.woken()
    };
    // A server's flight.
    let (mut client, mut server) =
        join(Certified::default(), Counter::default(), Counter::default());
    let hello = written(&mut client.tls);
    assert_eq!(asks(&mut server), 0, "nothing has come yet");
    server.tls.read(&hello);
    assert_eq!(asks(&mut server), 1);
    assert!(!written(&mut server.tls).is_empty());
    // The alert of a session that failed.
    let (mut client, _server) = open(Certified::default());
    assert_eq!(asks(&mut client), 0);
    client.tls.read(&[0xff; 100]);
    assert_eq!(asks(&mut client), 1);
    assert!(!written(&mut client.tls).is_empty());
    // The end of one that took too long, which is a close without a word.
    let (mut client, _server) = join(Certified::default(), Counter::default(), Counter::default());
    written(&mut client.tls);
    client.tls.tick(Duration::ZERO);
    assert_eq!(asks(&mut client), 0);
    client.tls.tick(Duration::from_secs(10));
    assert_eq!(asks(&mut client), 1);
    let last = client.tls.next_write_operation();
    assert!(matches!(last, WriteOperation::Close(0)), "{last:?}");
}
