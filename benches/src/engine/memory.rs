//! What a server holds: connections in one state after another, to be weighed by an allocator that
//! counts.

use core::cell::Cell;
use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Waker};
use core::time::Duration;

use tress_proto::runtime::Runtime;
use tress_proto::{Connection, Server};

use super::h2::{self, Replay};
use super::messages::Recorder;
use super::tress::Site;

/// What a client says, as far as a server is to have heard it.
#[derive(Debug)]
pub struct Words {
    recorder: Recorder,
    next: u32,
}

impl Default for Words {
    /// The preface.
    fn default() -> Self {
        Self {
            recorder: Recorder::default(),
            next: 1,
        }
    }
}

impl Words {
    /// Says requests that are whole, or that stay open.
    #[must_use]
    pub fn requests(mut self, count: u32, are_whole: bool) -> Self {
        for _ in 0..count {
            self.recorder.request(self.next, are_whole);
            self.next += 2;
        }
        self
    }

    /// The octets.
    pub fn octets(&self) -> &[u8] {
        &self.recorder.octets
    }
}

/// A server of ours that has heard this, and was quiet for a while.
pub fn tress(octets: &[u8]) -> Box<Connection<Server>> {
    let mut site = Site::of_many_streams();
    site.replay(octets);
    for second in [0, 60] {
        site.server.tick(Duration::from_secs(second));
        site.discard();
    }
    Box::new(site.server)
}

/// How many writes our server needs for 100 responses that are ready at once.
pub fn writes() -> usize {
    let words = Words::default().requests(100, true);
    let mut site = Site::default();
    // The settings leave by themselves.
    site.discard();
    site.server.read(words.octets());
    site.answer();
    site.discard().1
}

/// A server of the crate `h2` that has heard this, and was quiet for a while.
pub fn h2(octets: &'static [u8]) -> Pin<Box<dyn Future<Output = ()>>> {
    let gate: &'static Cell<bool> = Box::leak(Box::default());
    let written: &'static Cell<usize> = Box::leak(Box::default());
    let io = Replay::new(octets, gate, written);
    let reads = octets.len() / super::messages::READ + 1;
    let mut serving: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async {
        let served = h2::hold(io).await;
        served.expect("the recording is right");
    });
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..reads {
        gate.set(true);
        assert!(pin!(&mut serving).poll(&mut context).is_pending());
    }
    gate.set(false);
    assert!(pin!(&mut serving).poll(&mut context).is_pending());
    serving
}

#[cfg(test)]
mod tests {
    use super::{Words, h2, tress, writes};

    #[test]
    fn the_servers_have_heard_everything() {
        let words = Words::default().requests(3, true).requests(200, false);
        let site = tress(words.octets());
        assert_eq!(site.streams().count(), 200);
        drop(h2(words.octets().to_vec().leak()));
    }

    #[test]
    fn responses_that_are_ready_leave_together() {
        assert_eq!(writes(), 1);
    }
}
