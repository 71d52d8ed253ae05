//! Waiting for sockets until a time, to the microsecond.
//!
//! What waits for sockets on Linux counts in milliseconds. Where requests are due in between, a clock of
//! the system is one of the things that are waited for.

use core::time::Duration;
use std::io::{self, ErrorKind};

use mio::{Events, Poll, Token};

/// Waits for sockets, and for times.
pub(super) struct Timer {
    poll: Poll,
    #[cfg(target_os = "linux")]
    clock: clock::Clock,
}

/// The token of the clock itself.
#[cfg(target_os = "linux")]
const CLOCK: Token = Token(usize::MAX);

impl Timer {
    pub(super) fn new() -> io::Result<Self> {
        let poll = Poll::new()?;
        Ok(Self {
            #[cfg(target_os = "linux")]
            clock: clock::Clock::new(&poll, CLOCK)?,
            poll,
        })
    }

    /// Where sockets are registered.
    pub(super) fn registry(&self) -> &mio::Registry {
        self.poll.registry()
    }

    /// Waits until a socket is ready, or so long; to the millisecond, unless it is to be exact.
    pub(super) fn wait(
        &mut self,
        events: &mut Events,
        limit: Duration,
        is_exact: bool,
    ) -> io::Result<()> {
        let limit = match is_exact {
            true => self.limit(limit)?,
            false => limit,
        };
        match self.poll.poll(events, Some(limit)) {
            // A signal: whoever waits looks at what it has changed.
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            done => done,
        }
    }

    /// Sets the clock where milliseconds are too long; returns how long to wait all the same.
    #[cfg(target_os = "linux")]
    fn limit(&self, limit: Duration) -> io::Result<Duration> {
        const COARSE: Duration = Duration::from_millis(20);
        if limit.is_zero() || limit >= COARSE {
            return Ok(limit);
        }
        self.clock.set(limit)?;
        Ok(COARSE)
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, reason = "Linux has a clock")]
    fn limit(&self, limit: Duration) -> io::Result<Duration> {
        Ok(limit)
    }

    /// Says whether an event is a socket's.
    pub(super) fn is_socket(token: Token) -> bool {
        token != Token(usize::MAX)
    }
}

#[cfg(target_os = "linux")]
mod clock {
    //! A clock that can be waited for.

    use core::time::Duration;
    use std::io;
    use std::os::fd::{AsRawFd, OwnedFd};

    use mio::unix::SourceFd;
    use mio::{Interest, Poll, Token};
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };

    pub(super) struct Clock(OwnedFd);

    impl Clock {
        pub(super) fn new(poll: &Poll, token: Token) -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let clock = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            let descriptor = clock.as_raw_fd();
            let mut source = SourceFd(&descriptor);
            poll.registry()
                .register(&mut source, token, Interest::READABLE)?;
            Ok(Self(clock))
        }

        /// It rings after so long. It need not be read: setting it anew is an edge of its own.
        pub(super) fn set(&self, limit: Duration) -> io::Result<()> {
            let never = Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            let value = Timespec::try_from(limit).unwrap_or(never);
            let time = Itimerspec {
                it_interval: never,
                it_value: value,
            };
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &time)?;
            Ok(())
        }
    }
}
