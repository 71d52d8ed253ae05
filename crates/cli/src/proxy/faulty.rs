//! The stage of each connection: an engine, which is watched, and whose faults are reported.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::Display;
use core::net::SocketAddr;
use core::time::Duration;
use std::time::Instant;

use blocking::proto::{Observe, Side};

use crate::fault::{Chooser, Engine, Script, Watch};
use crate::frames::Frames;
use crate::record::{Observers, Recording};
use crate::shaper::{Item, Stage, Way};

use super::report::{Form, Report};

/// Makes the stages of connections.
#[derive(Debug)]
pub(super) struct Faulty {
    chooser: Arc<Chooser>,
    recording: Recording,
    form: Form,
    is_verbose: bool,
    /// When the times of frames begin.
    start: Instant,
    /// How many connections there were.
    count: u64,
}

impl Faulty {
    pub(super) fn new(script: Script, recording: Recording, form: Form, is_verbose: bool) -> Self {
        Self {
            chooser: Arc::new(script.chooser()),
            recording,
            form,
            is_verbose,
            start: Instant::now(),
            count: 0,
        }
    }

    /// The stage of one connection more.
    pub(super) fn stage(&mut self, peer: SocketAddr) -> Box<dyn Stage> {
        self.count += 1;
        let number = self.count;
        let watch = Watch {
            client: self.observer(Side::Server, &peer.to_string(), 'c'),
            server: self.observer(Side::Client, &alloc::format!("for {peer}"), 's'),
        };
        let report = Report::new(self.form, number, self.start);
        report.connection(peer);
        let engine = Engine::new(&self.chooser, number, watch);
        Box::new(Reporting { engine, report })
    }

    /// Who watches one side of it.
    fn observer(&self, side: Side, name: &str, with: char) -> Option<Box<dyn Observe>> {
        if !self.is_verbose && !self.recording.is_on() {
            return None;
        }
        let mut observers = self.recording.observers(side, name);
        if self.is_verbose {
            let prefix = alloc::format!("{}{with}", self.count);
            observers.push(Box::new(Frames::new(
                self.start,
                Some(&prefix as &dyn Display),
            )));
        }
        Some(Box::new(Observers(observers)))
    }
}

/// An engine that reports what it breaks.
struct Reporting {
    engine: Engine,
    report: Report,
}

impl Stage for Reporting {
    fn take(&mut self, now: Duration, way: Way, octets: &[u8]) -> Vec<(Way, Item)> {
        let items = self.engine.take(now, way, octets);
        for fault in self.engine.update() {
            self.report.fault(&fault);
        }
        items
    }

    fn finish(&mut self, now: Duration, way: Way) -> Vec<(Way, Item)> {
        self.engine.finish(now, way)
    }

    fn tick(&mut self, now: Duration) -> Vec<(Way, Item)> {
        self.engine.tick(now)
    }

    fn next(&self) -> Option<Duration> {
        self.engine.next()
    }

    fn has_capacity(&self, way: Way) -> bool {
        self.engine.has_capacity(way)
    }
}
