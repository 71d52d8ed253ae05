//! What handles ask of the machine, until its next operation.

use alloc::collections::VecDeque;
use core::task::Waker;

use super::Command;
use crate::cell::Shared;

/// The commands that wait, in the order in which they were given.
#[derive(Clone)]
pub(crate) struct Queue(Shared<Waiting>);

#[derive(Default)]
struct Waiting {
    commands: VecDeque<Command>,
    writer: Option<Waker>,
    life: Life,
    takes_pushes: bool,
}

/// What the machine can still do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Life {
    #[default]
    Open,
    /// The connection is over; what has arrived can still be read.
    Over,
    /// The machine is gone.
    Gone,
}

impl Queue {
    pub(crate) fn new() -> Self {
        Self(Shared::new(Waiting {
            takes_pushes: true,
            ..Waiting::default()
        }))
    }

    /// Lets a command wait for the next operation, and wakes the writer for it. One that the machine
    /// can no longer carry out is refused at once.
    pub(crate) fn push(&self, command: Command) {
        let (writer, refused) = self.0.with(|waiting| {
            if command.needs() < waiting.life {
                return (None, Some(command));
            }
            waiting.commands.push_back(command);
            (waiting.writer.take(), None)
        });
        if let Some(writer) = writer {
            writer.wake();
        }
        if let Some(command) = refused {
            command.refuse();
        }
    }

    /// Takes all commands that wait.
    pub(crate) fn take(&self) -> VecDeque<Command> {
        self.0
            .with(|waiting| core::mem::take(&mut waiting.commands))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.with(|waiting| waiting.commands.is_empty())
    }

    /// Parks the writer, unless commands wait.
    pub(crate) fn park(&self, waker: &Waker) {
        let (kept, old) = (waker.clone(), self.0.with(|waiting| waiting.writer.take()));
        drop(old);
        let is_busy = self.0.with(|waiting| {
            waiting.writer = Some(kept);
            !waiting.commands.is_empty()
        });
        if is_busy {
            self.wake();
        }
    }

    /// Wakes the writer, if it is parked.
    pub(crate) fn wake(&self) {
        if let Some(writer) = self.0.with(|waiting| waiting.writer.take()) {
            writer.wake();
        }
    }

    /// Takes note of how much the machine can still do.
    pub(crate) fn set_life(&self, life: Life) {
        self.0.with(|waiting| waiting.life = life);
    }

    /// Takes note of whether the peer takes pushes.
    pub(crate) fn set_takes_pushes(&self, takes: bool) {
        self.0.with(|waiting| waiting.takes_pushes = takes);
    }

    pub(crate) fn takes_pushes(&self) -> bool {
        self.0.with(|waiting| waiting.takes_pushes)
    }
}
