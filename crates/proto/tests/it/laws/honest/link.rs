//! The link between two ends, of all that honest peers have.

use core::ops::Range;
use core::time::Duration;

use testkit::{Path, Rng};

/// The slowest link that the policy knows, in octets a second, and the fastest.
const RATES: (u64, u64) = (2 * 1024, 1_250_000_000);
/// A link that is slow has no more, in octets a second.
const SLOW: u64 = 256 * 1024;
/// The longest delay in one direction, in microseconds.
const DELAY: u64 = 2_000_000;
/// The buffers of a kernel, in octets.
const BUFFERS: (u64, u64) = (4 * 1024, 4 * 1024 * 1024);
/// What a machine shows at once, in octets: a batch and a frame.
const SHOWN: u64 = 96 * 1024;
/// A buffer holds no more than the link drains in so many seconds.
const DRAIN: u64 = 180;

/// A link, in both directions.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// The octets a second up, which the client sends, and down.
    pub(crate) rates: (u64, u64),
    pub(crate) delay: Duration,
    /// The sending and the receiving buffer of the client, and of the server.
    buffers: [u64; 4],
    pub(crate) outages: Vec<Range<Duration>>,
}

impl Link {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        // Half of the links are slow: that is where honest peers wait long.
        let most = if rng.chance(1, 2) { SLOW } else { RATES.1 };
        let down = spread(rng, (RATES.0, most));
        // Uplinks are slower at times.
        let up = (down / rng.pick(&[1, 1, 2, 10])).max(RATES.0);
        let micros = spread(rng, (50, DELAY));
        let mut buffer = |rate: u64| spread(rng, (BUFFERS.0, BUFFERS.1.min(rate * DRAIN)));
        Self {
            rates: (up, down),
            delay: Duration::from_micros(micros),
            buffers: [buffer(up), buffer(down), buffer(down), buffer(up)],
            outages: Vec::new(),
        }
    }

    /// The path up and the path down.
    pub(crate) fn paths(&self) -> (Path, Path) {
        let size = |place: usize| usize::try_from(self.buffers[place]).unwrap_or(usize::MAX);
        let up = Path::new(self.rates.0, self.delay).buffers(size(0), size(3));
        let down = Path::new(self.rates.1, self.delay).buffers(size(2), size(1));
        let with_outages = |mut path: Path| {
            for outage in &self.outages {
                path.outage(outage.clone());
            }
            path
        };
        (with_outages(up), with_outages(down))
    }

    /// There and back.
    pub(crate) fn round_trip(&self) -> Duration {
        2 * self.delay
    }

    /// The octets that come down in a time, at most `most`.
    pub(crate) fn down(&self, time: Duration, most: usize) -> usize {
        octets(self.rates.1, time).min(most)
    }

    /// The octets that go up in a time, at most `most`.
    pub(crate) fn up(&self, time: Duration, most: usize) -> usize {
        octets(self.rates.0, time).min(most)
    }

    /// How long the longest of the kernels says that it takes nothing, while the link does.
    pub(crate) fn third(&self) -> Duration {
        let up = Duration::from_millis(self.buffers[0] * 1000 / 3 / self.rates.0);
        let down = Duration::from_millis(self.buffers[2] * 1000 / 3 / self.rates.1);
        up.max(down)
    }

    /// How long what a machine has shown, which nothing overtakes, takes to get through, at most.
    pub(crate) fn shown(&self) -> Duration {
        let [up, down] = [self.rates.0, self.rates.1].map(|rate| SHOWN * 1000 / rate);
        Duration::from_millis(up + down)
    }

    /// How long what lies in the buffers of the kernels takes to get through, at most.
    pub(crate) fn queue(&self) -> Duration {
        let up = Duration::from_millis(self.buffers[0] * 1000 / self.rates.0);
        let down = Duration::from_millis(self.buffers[2] * 1000 / self.rates.1);
        up + down
    }
}

fn octets(rate: u64, time: Duration) -> usize {
    let octets = u128::from(rate) * time.as_millis() / 1000;
    usize::try_from(octets).unwrap_or(usize::MAX)
}

/// A number of a range, all orders of magnitude alike.
pub(crate) fn spread(rng: &mut Rng, (least, most): (u64, u64)) -> u64 {
    let doublings = (most.max(least) / least.max(1)).max(1).ilog2() + 1;
    let start = least << rng.range(0..doublings as usize);
    let end = (2 * start).min(most);
    start + rng.number() % (end.saturating_sub(start) + 1)
}

/// A time of a range of milliseconds, all orders of magnitude alike.
pub(crate) fn millis(rng: &mut Rng, least: u64, most: u64) -> Duration {
    Duration::from_millis(spread(rng, (least, most)))
}
