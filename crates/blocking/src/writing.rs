//! Whoever has something to say writes; what takes too long is handed to a thread of its own.
//!
//! Holding the [`Writer`] is the lock of the output. It is taken and put back within turns, and it is put
//! back only when the machine has nothing more to write: so whoever queues something while another
//! thread writes can leave it to that one.

use alloc::sync::Arc;
use std::io;
use std::net::Shutdown;

use proto::Role;
use runtime::{ReadOperation, Staged};
use session::{Locked, Session};

use crate::clock::is_out_of_time;
use crate::link::Io;
use crate::sync::{Fault, has};
use crate::writer::{Job, PATIENCE, Writer};

/// How many writes in a row a thread does for others.
const ROUNDS: usize = 16;

impl<R: Role> Io<R> {
    /// What is to be done, as seen within a turn. The writer is taken, if it is free and there is
    /// something to write.
    pub(crate) fn next_job(&self, session: &Session<R>, locked: &mut Locked<R>) -> Option<Job> {
        // Over two halves a thread of its own writes.
        self.socket.as_ref()?;
        // Whoever has the writer looks again before it is put back.
        session.driver().clear();
        if self.output.is_closed() {
            let is_over = self.is_read_in_vain(locked);
            self.output.set_read(self.output.is_read() && !is_over);
            return is_over.then_some(Job::Wake);
        }
        let writer = self.output.take()?;
        self.go_on(writer, locked)
    }

    /// Says whether the thread that reads waits for what the machine does not want any more.
    fn is_read_in_vain(&self, locked: &mut Locked<R>) -> bool {
        self.output.is_read() && locked.machine().next_read_operation() == ReadOperation::Close
    }

    /// Goes on with the writer while there is something to write; puts it back otherwise.
    fn go_on(&self, mut writer: Writer, locked: &mut Locked<R>) -> Option<Job> {
        match writer.stage(locked) {
            Staged::Octets => Some(Job::Write(writer)),
            Staged::Closed => Some(Job::Close(writer)),
            Staged::Nothing => {
                self.output.put_back(writer);
                None
            }
        }
    }

    /// Takes within a turn what is to be done after it; says whether that is anything.
    pub(crate) fn prepare(&self, session: &Session<R>, locked: &mut Locked<R>) -> bool {
        let job = self.next_job(session, locked);
        job.is_some_and(|job| self.output.prepare(job))
    }

    /// Does what was prepared, unless another thread does already.
    pub(crate) fn write_prepared(self: &Arc<Self>, session: &Session<R>) {
        if let Some(job) = self.output.take_prepared() {
            self.write(session, job);
        }
    }

    /// Writes what there is to write, unless another thread does.
    pub(crate) fn write_due(self: &Arc<Self>, session: &Session<R>) {
        let job = self.turn(session, |locked| self.next_job(session, locked));
        if let Some(job) = job.flatten() {
            self.write(session, job);
        }
    }

    /// Does a job, and those that come up meanwhile, as long as that does not take too long.
    pub(crate) fn write(self: &Arc<Self>, session: &Session<R>, mut job: Job) {
        for _ in 0..ROUNDS {
            let mut writer = match job {
                Job::Write(writer) => writer,
                Job::Close(writer) => return self.close(session, writer),
                Job::Wake => return self.shut(Shutdown::Both),
            };
            writer.set_patience(PATIENCE);
            let result = writer.drain(self.number);
            if result.as_ref().is_err_and(is_out_of_time) {
                return self.hand_over(session, writer);
            }
            match self.after_write(session, writer, result) {
                Some(next) => job = next,
                None => return,
            }
        }
        match job {
            Job::Write(writer) => self.hand_over(session, writer),
            Job::Close(writer) => self.close(session, writer),
            Job::Wake => self.shut(Shutdown::Both),
        }
    }

    /// Reports a write; says what is to be written next.
    pub(crate) fn after_write(
        &self,
        session: &Session<R>,
        mut writer: Writer,
        result: io::Result<()>,
    ) -> Option<Job> {
        self.turn(session, |locked| {
            writer.report(locked, result);
            session.driver().clear();
            if has(Fault::Leave) {
                self.output.put_back(writer);
                return None;
            }
            self.go_on(writer, locked)
        })?
    }

    /// Ends the output, and the input where it is over, too.
    pub(crate) fn close(&self, session: &Session<R>, writer: Writer) {
        drop(writer);
        let is_over = self.turn(session, |locked| {
            // Nothing wakes a writer any more, so that every turn is looked at.
            locked.set_write_closed(true);
            self.output.close();
            self.is_read_in_vain(locked)
        });
        self.shut(if is_over == Some(true) {
            Shutdown::Both
        } else {
            Shutdown::Write
        });
        let reader = self.threads().reader.clone();
        self.ended.notify_all();
        if let Some(reader) = reader {
            reader.unpark();
        }
    }
}
