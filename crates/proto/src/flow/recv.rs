//! What we granted, and what to grant next (RFC 9113 §6.9.1).

use frame::Increment;

use super::{Overflow, Window};

/// The window that the peer sends into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecvWindow {
    /// What the peer may still send.
    window: Window,
    /// What the peer may have in flight when all is taken.
    size: u32,
    /// What was taken and not granted again yet.
    due: u32,
    /// What is not to be granted again when it is taken: the window was made smaller.
    excess: u32,
    /// What is due does not wait for more.
    is_urgent: bool,
    pace: Pace,
}

/// How much is to be due for an increment to be worth its frame.
#[derive(Clone, Copy, Debug)]
enum Pace {
    // That of a stream, and that of all streams.
    Own,
    Shared,
}

impl Pace {
    /// Half a stream's window: smaller steps cost a frame each, larger ones let the peer run dry.
    ///
    /// What a connection holds back of a window, all of its streams lack together, so that it is an
    /// eighth, or 64 KiB of a small one. Its window is as large as those of N streams with all that
    /// they may grow by: only where more than seven eighths of that are under way at once is anyone
    /// held up, by an eighth at most. Of 22 MiB one frame comes for each 2.8 MiB.
    const fn of(self, size: u32) -> u32 {
        const SMALL: u32 = 64 * 1024;
        match self {
            Self::Shared if size / 8 > SMALL => size / 8,
            Self::Shared if size / 2 > SMALL => SMALL,
            Self::Own | Self::Shared => size / 2,
        }
    }
}

impl RecvWindow {
    /// The window of a stream.
    pub(crate) const fn new(size: u32) -> Self {
        Self {
            window: Window::new(size),
            size,
            due: 0,
            excess: 0,
            is_urgent: false,
            pace: Pace::Own,
        }
    }

    /// The window of a connection, of which nothing beyond what it starts with was granted yet
    /// (RFC 9113 §6.9.2).
    pub(crate) fn of_connection(size: u32) -> Self {
        let mut window = Self::new(super::INITIAL_WINDOW);
        window.pace = Pace::Shared;
        window.enlarge(size);
        window
    }

    pub(crate) const fn window(&self) -> Window {
        self.window
    }

    /// What the peer may have in flight when all is taken, in octets.
    pub(crate) const fn size(&self) -> u32 {
        self.size
    }

    /// Takes note of `octets` that arrived.
    ///
    /// RFC 9113 §6.9.1: a peer that sends more than it may is in error; checked before it is charged.
    pub(crate) fn charge(&mut self, octets: u32) -> Result<(), Overflow> {
        if octets > self.window.usable() {
            return Err(Overflow);
        }
        self.window = self.window.sub(octets);
        Ok(())
    }

    /// Takes note of `octets` that were taken out or dropped. Says whether it is time to grant.
    pub(crate) fn release(&mut self, octets: u32) -> bool {
        let excess = self.excess.min(octets);
        self.excess -= excess;
        self.due = self.due.saturating_add(octets - excess);
        self.is_due()
    }

    /// Says whether as much was taken as makes an increment worth its frame.
    pub(crate) const fn is_due(&self) -> bool {
        self.due > 0 && (self.is_urgent || self.due >= self.pace.of(self.size))
    }

    /// Grants what is due. `None` if nothing is.
    pub(crate) fn grant(&mut self) -> Option<Increment> {
        let increment = Increment::new(self.due)?;
        self.window = self.window.add(i64::from(self.due)).ok()?;
        self.due = 0;
        self.is_urgent = false;
        Some(increment)
    }

    /// Grows the window to `size` octets; what it grows by becomes due. It never shrinks so.
    pub(crate) fn enlarge(&mut self, size: u32) {
        if size > self.size {
            let more = size - self.size;
            let excess = self.excess.min(more);
            self.excess -= excess;
            self.due += more - excess;
            self.size = size;
            self.is_urgent = true;
        }
    }

    /// Makes the window one of `size` octets. What it grows by becomes due; what it shrinks by is not
    /// granted again, as far as it was not yet.
    ///
    /// RFC 9113 §6.9.1: credit that was granted cannot be taken back, so that a smaller window is one
    /// only once the peer has used what it has.
    pub(crate) fn set_size(&mut self, size: u32) {
        if size >= self.size {
            return self.enlarge(size);
        }
        let less = self.size - size;
        let at_once = self.due.min(less);
        self.due -= at_once;
        self.excess = self.excess.saturating_add(less - at_once);
        self.size = size;
    }

    /// Makes the window smaller by `octets` that were taken and are not granted again.
    pub(crate) fn shrink(&mut self, octets: u32) {
        self.size -= octets;
    }

    /// Moves the window because SETTINGS_INITIAL_WINDOW_SIZE of ours is now `size` instead of `old`.
    ///
    /// RFC 9113 §6.9.2: the window moves by the difference, and may become negative.
    pub(crate) fn resize(&mut self, old: u32, size: u32) {
        let delta = i64::from(size) - i64::from(old);
        self.window = self
            .window
            .add(delta)
            .unwrap_or(Window::new(super::MAX_WINDOW));
        self.size = u32::try_from(i64::from(self.size) + delta).unwrap_or(0);
    }
}
