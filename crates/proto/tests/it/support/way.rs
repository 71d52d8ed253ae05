//! In which pieces a test feeds a connection, and when it reads what that says.

use core::cell::Cell;

/// How many octets are fed at once.
pub(crate) const PIECES: [usize; 4] = [1, 9, 100, 16_384];

/// One way to feed and to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) piece: usize,
    /// What is said waits until the test looks.
    pub(crate) is_read_late: bool,
}

const AT_ONCE: Way = Way {
    piece: usize::MAX,
    is_read_late: false,
};

std::thread_local! {
    static CURRENT: Cell<Way> = const { Cell::new(AT_ONCE) };
}

/// The way of this test.
pub(crate) fn current() -> Way {
    CURRENT.get()
}

/// Does the same with connections that are fed in pieces of each length, and read at once.
pub(crate) fn each_piece(act: impl Fn()) {
    each(&[false], act);
}

/// Does the same with connections that are fed in pieces of each length, and read at once or late.
pub(crate) fn each_way(act: impl Fn()) {
    each(&[false, true], act);
}

fn each(lates: &[bool], act: impl Fn()) {
    for piece in PIECES {
        for is_read_late in lates.iter().copied() {
            let way = Way {
                piece,
                is_read_late,
            };
            CURRENT.set(way);
            act();
        }
    }
    CURRENT.set(AT_ONCE);
}
