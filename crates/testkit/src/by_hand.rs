//! A driver by hand: a test that moves octets itself, where a [`Peer`](crate::Peer) or a
//! [`Pair`](crate::Pair) would do too much.

use runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};

/// So many times two machines may say something until that counts as endless.
const TURNS: usize = 100_000;

/// Takes all that a machine has to write now.
///
/// # Panics
///
/// Panics when the machine shows a write of no octets, which would never end.
///
/// ```
/// use tress_testkit::runtime::Runtime;
/// use tress_testkit::{Echo, written};
///
/// let mut echo = Echo::new();
/// echo.read(b"abc");
/// assert_eq!(written(&mut echo), b"abc");
/// assert_eq!(written(&mut echo), b"");
/// ```
#[track_caller]
pub fn written(machine: &mut (impl Runtime + ?Sized)) -> Vec<u8> {
    let mut octets = Vec::new();
    while let WriteOperation::Write(chunks) = machine.next_write_operation() {
        let count = chunks.octets();
        assert_ne!(count, 0, "a write of nothing never ends");
        let slices = chunks.as_slices().iter();
        slices.for_each(|slice| octets.extend_from_slice(slice));
        machine.report_write_result(WriteResult::Ok(count));
    }
    octets
}

/// Moves all that one machine has to write to another, in pieces of so many octets; says whether there
/// was any. What comes to a machine that reads no more is lost.
///
/// # Panics
///
/// Panics when a machine that reads leaves a part of a piece: in tests with such machines somebody has to
/// hold it.
///
/// ```
/// use tress_testkit::{Echo, carry, settle};
///
/// let (mut speaker, mut listener) = (Echo::listener(), Echo::listener());
/// speaker.say(b"hello");
/// assert!(carry(&mut speaker, &mut listener, 2));
/// assert!(!carry(&mut speaker, &mut listener, 2));
/// assert_eq!(listener.heard(), b"hello");
///
/// listener.say(b"well");
/// settle(&mut speaker, &mut listener, usize::MAX);
/// assert_eq!(speaker.heard(), b"well");
/// ```
#[track_caller]
pub fn carry(
    from: &mut (impl Runtime + ?Sized),
    to: &mut (impl Runtime + ?Sized),
    piece: usize,
) -> bool {
    let octets = written(from);
    for piece in octets.chunks(piece.max(1)) {
        if to.next_read_operation() == ReadOperation::Read {
            assert_eq!(to.read(piece), piece.len(), "a part of a piece is left");
        }
    }
    !octets.is_empty()
}

/// Moves octets both ways, in pieces of so many, until both machines are silent.
///
/// # Panics
///
/// As [`carry`], and when they never are.
#[track_caller]
pub fn settle(a: &mut (impl Runtime + ?Sized), b: &mut (impl Runtime + ?Sized), piece: usize) {
    for _ in 0..TURNS {
        let is_said = carry(a, b, piece);
        if !carry(b, a, piece) && !is_said {
            return;
        }
    }
    panic!("both talk without end");
}
