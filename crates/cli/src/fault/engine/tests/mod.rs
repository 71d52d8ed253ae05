//! What goes on of what came, frame by frame, by injected time.

mod causes;
mod faults;
mod laws;
mod unchanged;
mod windows;

use alloc::sync::Arc;
use core::time::Duration;

use tress_testkit::{PREFACE, Reader, Seen, Wire, settings};

use super::{Engine, Watch};
use crate::fault::Script;
use crate::shaper::{Item, Stage, Way};

const fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// An engine, and what both ends have got from it.
struct Talk {
    engine: Engine,
    now: Duration,
    readers: [Reader; 2],
    ends: [Option<Item>; 2],
}

/// What came out for the server, and for the client.
#[derive(Debug, Default)]
struct Out {
    up: Vec<Seen>,
    down: Vec<Seen>,
}

impl Talk {
    fn new(script: &str) -> Self {
        let chooser = Arc::new(Script::parse(script).unwrap().chooser());
        Self {
            engine: Engine::new(&chooser, 1, Watch::default()),
            now: Duration::ZERO,
            readers: [Reader::new(), Reader::new()],
            ends: [None, None],
        }
    }

    /// Both ends have greeted each other.
    fn greeted(script: &str) -> Self {
        let mut talk = Self::new(script);
        talk.client((PREFACE, settings()));
        talk.server(settings());
        talk
    }

    fn client(&mut self, wire: impl Wire) -> Out {
        let items = self.engine.take(self.now, Way::Up, &wire.octets());
        self.read(items)
    }

    fn server(&mut self, wire: impl Wire) -> Out {
        let items = self.engine.take(self.now, Way::Down, &wire.octets());
        self.read(items)
    }

    /// Time goes on, and what is due in it happens.
    fn wait(&mut self, time: Duration) -> Out {
        self.now += time;
        let items = self.engine.tick(self.now);
        self.read(items)
    }

    fn read(&mut self, items: Vec<(Way, Item)>) -> Out {
        let mut out = Out::default();
        for (way, item) in items {
            let place = usize::from(way == Way::Down);
            match item {
                Item::Octets(octets) => {
                    let frames = self.readers[place].read(&octets);
                    match way {
                        Way::Up => out.up.extend(frames),
                        Way::Down => out.down.extend(frames),
                    }
                }
                end => self.ends[place] = Some(end),
            }
        }
        out
    }

    /// How the connection has ended, for the server and for the client.
    fn ends(&self) -> [Option<Item>; 2] {
        self.ends.clone()
    }
}

/// The frames that a test has written, as they are seen.
fn seen(wire: impl Wire) -> Vec<Seen> {
    tress_testkit::frames(&wire.octets())
}
