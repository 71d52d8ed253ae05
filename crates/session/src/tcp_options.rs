//! What is asked of TCP, so that the clocks and the priorities of a connection mean what they say.

use core::time::Duration;

/// How many octets may lie in the system that it has not sent yet.
const NOTSENT: u32 = 128 * 1024;

/// What is asked of a TCP socket beside TCP_NODELAY, where the system has it, on Linux and
/// Android: on every TCP socket that an adapter connects or accepts.
///
/// * TCP_NOTSENT_LOWAT, 128 KiB: so much may lie in the system that it has not sent yet. What a client
///   asks for first then leaves first (RFC 9218 §10), for what comes before it lies here, where it can
///   wait, and not in a buffer of megabytes; and a connection sees whether its octets leave, on which
///   its clocks for output that makes no progress rely. What is under way, sent and not acknowledged,
///   is not bounded by it.
/// * TCP_USER_TIMEOUT (RFC 5482), left to the system unless a time is set: a peer that acknowledges
///   nothing for so long has vanished, and the socket fails. It is not on by default, because Linux
///   counts the time of zero-window probes on while a peer with a small receive buffer reads all the
///   time: one of 16 KiB that takes 40 KB in a second would be cut off. What the transport does not take
///   is timed by the connection itself, and a peer that has vanished is found by keep-alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TcpOptions {
    notsent_lowat: u32,
    user_timeout: Duration,
}

impl Default for TcpOptions {
    fn default() -> Self {
        Self {
            notsent_lowat: NOTSENT,
            user_timeout: Duration::ZERO,
        }
    }
}

impl TcpOptions {
    /// Makes options that leave all of it to the system, also where it was asked for before.
    #[must_use]
    pub const fn system() -> Self {
        Self {
            notsent_lowat: 0,
            user_timeout: Duration::ZERO,
        }
    }

    /// Sets how many octets may lie in the system that it has not sent yet; 0 leaves that to it.
    #[must_use]
    pub const fn notsent_lowat(mut self, octets: u32) -> Self {
        self.notsent_lowat = octets;
        self
    }

    /// Sets how long octets that were sent may stay unacknowledged; zero leaves that to the system.
    /// The system counts in milliseconds.
    #[must_use]
    pub const fn user_timeout(mut self, limit: Duration) -> Self {
        self.user_timeout = limit;
        self
    }

    /// Asks a TCP socket for them: one of your own, for those that an adapter connects or accepts are
    /// asked. Does nothing where the system has no such options.
    ///
    /// # Errors
    ///
    /// The socket's.
    #[cfg(all(unix, feature = "tcp"))]
    #[cfg_attr(docsrs, doc(cfg(all(unix, feature = "tcp"))))]
    pub fn set(&self, socket: &impl std::os::fd::AsFd) -> std::io::Result<()> {
        #[cfg(any(target_os = "android", target_os = "linux"))]
        {
            let socket = socket2::SockRef::from(socket);
            socket.set_tcp_notsent_lowat(self.notsent_lowat)?;
            socket.set_tcp_user_timeout(Some(self.user_timeout))
        }
        #[cfg(not(any(target_os = "android", target_os = "linux")))]
        {
            let _ = (socket, self);
            Ok(())
        }
    }
}
