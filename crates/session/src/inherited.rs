//! Listeners that the process was started with (`LISTEN_FDS`), as by a socket unit of systemd's.
//!
//! One that another process holds as well outlives this one, with all connections that wait to be
//! accepted: whoever takes its place loses none.

use std::io;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use listenfd::ListenFd;

/// Takes the TCP listener of this number, counted from 0. `None` if there is none, or it was taken.
///
/// The environment is read, and cleared, once in a process, at the first call: let it come before
/// other threads read the environment.
///
/// # Errors
///
/// That what was handed over under this number is no socket of TCP's.
pub fn tcp_listener(number: usize) -> io::Result<Option<TcpListener>> {
    handed_over().take_tcp_listener(number)
}

/// The same for a listener of Unix sockets.
///
/// # Errors
///
/// That what was handed over under this number is no Unix socket.
pub fn unix_listener(number: usize) -> io::Result<Option<UnixListener>> {
    handed_over().take_unix_listener(number)
}

/// What is left of what was handed over: no descriptor may be taken twice.
fn handed_over() -> MutexGuard<'static, ListenFd> {
    static LISTENERS: OnceLock<Mutex<ListenFd>> = OnceLock::new();
    let listeners = LISTENERS.get_or_init(|| Mutex::new(ListenFd::from_env()));
    listeners.lock().unwrap_or_else(PoisonError::into_inner)
}
