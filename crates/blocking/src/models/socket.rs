//! A socket that follows a script.

use alloc::sync::Arc;
use core::time::Duration;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::Shutdown;

use testkit::{Answers, Wire, window_update};

use crate::Socket;
use crate::sync::thread::{self, ThreadId};
use crate::sync::{Condvar, Mutex};
use crate::writer::PATIENCE;

/// A socket whose peer answers by itself.
pub(super) struct Scripted {
    state: Mutex<Ends>,
    changed: Condvar,
}

struct Ends {
    peer: Answers,
    /// What becomes of writes, one after the other; of all that follow, the last.
    fate: &'static [Fate],
    /// A write waits no longer than a thread can spare.
    is_hasty: bool,
    /// The thread that reads, which no write may keep from that.
    reader: Option<ThreadId>,
    /// The peer writes, and reads no more before that was read.
    is_mutual: bool,
    /// Nothing is read or written any more.
    is_over: bool,
}

/// What becomes of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Taken,
    /// There is no space, and some for the next.
    Late,
    /// There is no space before we read, for the peer writes, too.
    Mutual,
    /// There is no space before the socket is shut down.
    Stuck,
    /// The peer is gone.
    Broken,
}

impl Scripted {
    pub(super) fn new(fate: &'static [Fate], peer: Answers) -> Self {
        Self {
            state: Mutex::new(Ends {
                peer,
                fate,
                is_hasty: false,
                reader: None,
                is_mutual: false,
                is_over: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn write(&self, from: &[u8]) -> io::Result<usize> {
        let mut state = self.state.lock().unwrap();
        let may_wait = state.reader != Some(thread::current().id());
        assert!(may_wait || state.is_hasty, "the reader's write may wait");
        loop {
            if state.is_over {
                return Err(ErrorKind::BrokenPipe.into());
            }
            if state.fate[0] == Fate::Mutual {
                state.is_mutual = true;
                self.changed.notify_all();
            }
            match state.fate[0] {
                Fate::Taken => break,
                Fate::Broken => {
                    state.is_over = true;
                    self.changed.notify_all();
                    return Err(ErrorKind::ConnectionReset.into());
                }
                Fate::Late => {
                    state.next();
                    return Err(ErrorKind::WouldBlock.into());
                }
                Fate::Mutual | Fate::Stuck if state.is_hasty => {
                    return Err(ErrorKind::WouldBlock.into());
                }
                Fate::Mutual | Fate::Stuck => state = self.changed.wait(state).unwrap(),
            }
        }
        state.next();
        state.peer.hear(from);
        self.changed.notify_all();
        Ok(from.len())
    }
}

impl Ends {
    fn next(&mut self) {
        if self.fate.len() > 1 {
            self.fate = &self.fate[1..];
        }
    }
}

impl Socket for Scripted {
    fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state.lock().unwrap();
        state.reader = Some(thread::current().id());
        loop {
            if state.is_over {
                return Ok(0);
            }
            let said = state.peer.say(into);
            if said == Some(0) {
                // A peer that has ended writes nothing more that could be read.
                state.fate = &[Fate::Taken];
                self.changed.notify_all();
                return Ok(0);
            }
            if core::mem::take(&mut state.is_mutual) {
                state.next();
                self.changed.notify_all();
                let more = window_update(0, 1).octets();
                return said.map_or_else(|| (&more[..]).read(into), Ok);
            }
            if let Some(count) = said {
                return Ok(count);
            }
            state = self.changed.wait(state).unwrap();
        }
    }

    fn write_vectored(&self, from: &[IoSlice<'_>]) -> io::Result<usize> {
        self.write(&from[0])
    }

    fn set_read_timeout(&self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }

    fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.state.lock().unwrap().is_hasty = limit == Some(PATIENCE);
        Ok(())
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        if how == Shutdown::Both {
            self.state.lock().unwrap().is_over = true;
            self.changed.notify_all();
        }
        Ok(())
    }
}

/// One of the two halves of a transport that knows no time limits.
pub(super) struct Half(pub(super) Arc<Scripted>);

impl Read for Half {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Socket::read(&*self.0, into)
    }
}

impl Write for Half {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.0.write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
