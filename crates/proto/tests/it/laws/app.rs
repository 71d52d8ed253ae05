//! The application of one end of a play: what it said, what it heard, what it abandoned.

use alloc::collections::{BTreeMap, BTreeSet};

use tress_proto::{ErrorCode, SettingsChange, Side, StreamId};

use super::heard::{Heard, Stream};
use super::machine::{Machine, streams};
use super::numbers::Numbers;

/// The memory of an application.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) side: Side,
    pub(crate) heard: Heard,
    /// What was said on each stream that was begun, as the other end is to hear it.
    pub(crate) said: BTreeMap<StreamId, Stream>,
    /// Streams that were reset, stopped or released here.
    pub(crate) abandoned: BTreeSet<StreamId>,
    /// Of these nothing more is heard.
    pub(crate) released: BTreeSet<StreamId>,
    pub(crate) pings: usize,
    pub(crate) flushes: usize,
    /// The initial window that was announced last, if any was.
    window: Option<u32>,
}

/// With this much of a window, all there is gets through before long.
const ENOUGH: u32 = 1000;

impl App {
    pub(crate) fn new(side: Side) -> Self {
        Self {
            side,
            heard: Heard::default(),
            said: BTreeMap::new(),
            abandoned: BTreeSet::new(),
            released: BTreeSet::new(),
            pings: 0,
            flushes: 0,
            window: None,
        }
    }

    fn look<M: Machine>(&mut self, machine: &mut M) {
        self.heard.poll(machine);
    }

    /// The streams that are there and that were heard of.
    pub(crate) fn known<M: Machine>(&mut self, machine: &mut M) -> Vec<StreamId> {
        self.look(machine);
        let mut there = streams(machine);
        there.retain(|id| self.said.contains_key(id) || self.heard.opened.contains(id));
        there
    }

    /// One of them, if there is any.
    pub(crate) fn some_stream<M: Machine>(
        &mut self,
        machine: &mut M,
        numbers: &mut Numbers<'_>,
    ) -> Option<StreamId> {
        let there = self.known(machine);
        let place = numbers.below(there.len());
        there.get(place).copied()
    }

    pub(crate) fn begin(&mut self, id: StreamId, head: String) {
        self.said.entry(id).or_default().push(head);
    }

    pub(crate) fn take<M: Machine>(
        &mut self,
        machine: &mut M,
        numbers: &mut Numbers<'_>,
        is_all: bool,
    ) {
        let Some(id) = self.some_stream(machine, numbers) else {
            return;
        };
        if is_all {
            self.heard.take(machine, id);
        } else {
            self.heard.take_one(machine, id);
        }
    }

    pub(crate) fn abandon<M: Machine>(
        &mut self,
        machine: &mut M,
        numbers: &mut Numbers<'_>,
        how: usize,
    ) {
        let Some(id) = self.some_stream(machine, numbers) else {
            return;
        };
        let Ok(mut stream) = machine.connection().stream_mut(id) else {
            return;
        };
        self.abandoned.insert(id);
        // A stream that is closed is abandoned already.
        match how {
            0 => drop(stream.reset(ErrorCode::CANCEL)),
            1 => drop(stream.stop(ErrorCode::NO_ERROR)),
            _ => {
                self.released.insert(id);
                stream.release();
            }
        }
    }

    pub(crate) fn hold<M: Machine>(
        &mut self,
        machine: &mut M,
        numbers: &mut Numbers<'_>,
        how: usize,
    ) {
        let Some(id) = self.some_stream(machine, numbers) else {
            return;
        };
        let Ok(mut stream) = machine.connection().stream_mut(id) else {
            return;
        };
        match how {
            0 => self.flushes += usize::from(stream.flush().is_ok()),
            1 => stream.cork(),
            _ => stream.uncork(),
        }
    }

    pub(crate) fn ping<M: Machine>(&mut self, machine: &mut M, payload: [u8; 8]) {
        self.pings += usize::from(machine.connection().ping(payload).is_ok());
    }

    /// Announces settings; a connection that is closed does not.
    pub(crate) fn announce<M>(&mut self, machine: &mut M, change: SettingsChange, window: u32)
    where
        M: Machine,
    {
        let change = change
            .initial_window(window)
            .expect("it is below the limit");
        if machine.connection().update_settings(change).is_ok() {
            self.window = Some(window);
        }
    }

    /// Announces what lets everything through, unless what was announced does.
    pub(crate) fn allow_enough<M: Machine>(&mut self, machine: &mut M) {
        let change = SettingsChange::default().concurrent_streams(100);
        match self.window {
            Some(window) if window < ENOUGH => self.announce(machine, change, ENOUGH),
            _ => drop(machine.connection().update_settings(change)),
        }
    }

    pub(crate) fn take_all<M: Machine>(&mut self, machine: &mut M) {
        self.heard.take_all(machine);
        self.look(machine);
    }

    /// How much was heard, and how many streams finished.
    pub(crate) fn progress(&self) -> [usize; 2] {
        let streams = self.heard.streams.values();
        let octets = streams.clone().map(|stream| stream.content.len()).sum();
        let heard = |stream: &Stream| stream.fields.len() + stream.finished.len();
        [octets, streams.map(heard).sum()]
    }
}
