//! One story of honest ends: who asks, over which link, and what both announce.

use core::fmt;
use core::time::Duration;

use testkit::Rng;
use tress_proto::{Config, Limits, SettingsChange};

use super::link::{Link, millis};
use super::models::{Draw, Model};
use super::task::{Cancel, Task};

/// All that a seed decides.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) seed: u64,
    pub(crate) model: Model,
    pub(crate) link: Link,
    pub(crate) tasks: Vec<Task>,
    /// The client is not ours.
    pub(crate) is_plain: bool,
    /// The server has the limits of a gateway.
    pub(crate) is_gateway: bool,
    /// When ends that have heard nothing ask for a PING's answer, and how long they wait for it.
    pub(crate) keep_alive: Option<(Duration, Duration)>,
    /// The streams that the server allows.
    pub(crate) streams: u32,
    /// What the server announces later, and how many streams it allows then.
    pub(crate) changes: Vec<(Duration, SettingsChange, u32)>,
}

/// With fewer streams than this, requests wait for each other for long.
const PATIENT: u32 = 100;

/// How many octets move: mostly few, so that a run is short; at times many, so that windows fill.
const OCTETS: [usize; 8] = [
    20_000, 50_000, 50_000, 100_000, 100_000, 100_000, 300_000, 2_500_000,
];

/// The time for which a transport may take nothing, as documented.
const TRANSPORT: Duration = Duration::from_secs(120);

/// A link is not gone for less than the rest of it, nor for longer.
const MARGIN: Duration = Duration::from_secs(5);

impl Story {
    /// The story of a seed, of one of these models.
    pub(crate) fn of(seed: u64, models: &[Model]) -> Self {
        let rng = &mut Rng::new(seed);
        let model = *rng.pick(models);
        let mut link = Link::draw(rng);
        if model == Model::Phone {
            link.outages = outages(rng, &link);
        }
        let streams = *rng.pick(&[100, 100, 100, 100, 250, 20, 5, 1]);
        let octets = *rng.pick(&OCTETS);
        let mut draw = Draw {
            rng,
            link: &link,
            streams: streams as usize,
            octets,
            window: 256 * 1024,
        };
        let tasks = draw.tasks(model);
        let changes = changes(rng, model, streams);
        let (is_plain, is_gateway) = (rng.chance(1, 4), rng.chance(1, 4));
        let keep_alive = keep_alive(rng, &link);
        Self {
            seed,
            model,
            link,
            tasks,
            is_plain,
            is_gateway,
            keep_alive,
            streams,
            changes,
        }
    }

    /// The same with as few tasks as still fail; the others are given up before they begin.
    pub(crate) fn least(&self, fails: impl Fn(&Self) -> bool) -> Self {
        let mut best = self.clone();
        let mut length = best.tasks.len();
        while length > 0 {
            for place in (0..best.tasks.len()).step_by(length) {
                let mut less = best.clone();
                let some = less.tasks.iter_mut().skip(place).take(length);
                some.for_each(|task| task.cancel = Some(Cancel::At(Duration::ZERO)));
                if fails(&less) {
                    best = less;
                }
            }
            length /= 2;
        }
        best
    }

    pub(crate) fn server(&self) -> Config {
        let limits = match self.is_gateway {
            true => Limits::server().gateway(),
            false => Limits::server(),
        };
        let limits = limits.concurrent_streams(self.streams);
        let config = Config::default().limits(limits);
        self.kept_alive(config.expect("no limit is zero"))
    }

    pub(crate) fn client(&self) -> Config {
        // Where few are served at once, whoever waits is ready to wait long.
        let config = match self.streams < PATIENT {
            true => Config::default().pending_request_timeout(None),
            false => Config::default(),
        };
        self.kept_alive(config)
    }

    fn kept_alive(&self, config: Config) -> Config {
        match self.keep_alive {
            Some((interval, timeout)) => config.keep_alive(interval, timeout),
            None => config,
        }
    }

    /// The same story of ends that ask each other as often, and never give each other up.
    pub(crate) fn with_patience(&self) -> Self {
        let interval = self.keep_alive.map(|(interval, _)| interval);
        Self {
            keep_alive: interval.map(|interval| (interval, Duration::MAX / 2)),
            ..self.clone()
        }
    }
}

/// At times both ends ask each other for a PING's answer, and wait for it as long as it may take: what
/// was shown to a driver and lies in the kernels, there and back, and while the link is gone.
fn keep_alive(rng: &mut Rng, link: &Link) -> Option<(Duration, Duration)> {
    if rng.chance(2, 3) {
        return None;
    }
    let lengths = link.outages.iter().map(|outage| outage.end - outage.start);
    let longest = lengths.max().unwrap_or_default();
    let timeout = longest + link.shown() + link.queue() + 2 * link.round_trip() + MARGIN;
    Some((millis(rng, 5000, 120_000), timeout))
}

/// Now and then the link is gone, for less than the time that a transport may take nothing.
fn outages(rng: &mut Rng, link: &Link) -> Vec<core::ops::Range<Duration>> {
    // Even when the link is back, a kernel takes nothing until a third of its buffer is free.
    let quiet = link.third() + link.round_trip() + MARGIN;
    let most = TRANSPORT.saturating_sub(quiet).as_millis();
    let most = u64::try_from(most).unwrap_or(u64::MAX).max(1000);
    // A link that is gone while both say hello is given up after ten seconds.
    let (mut outages, mut at) = (Vec::new(), 2 * link.round_trip() + MARGIN);
    for _ in 0..rng.range(1..4) {
        at += millis(rng, 100, 60_000);
        let end = at + millis(rng, 500, most);
        outages.push(at..end);
        // The peer hears of it all before it is gone again.
        at = end + 3 * TRANSPORT;
    }
    outages
}

/// A server that is told to take fewer streams, or to give other windows, while calls are under way.
fn changes(rng: &mut Rng, model: Model, streams: u32) -> Vec<(Duration, SettingsChange, u32)> {
    if model != Model::Grpc || rng.chance(1, 2) {
        return Vec::new();
    }
    let fewer = streams.div_ceil(2);
    let change = SettingsChange::default().concurrent_streams(fewer);
    vec![(millis(rng, 1, 5000), change, fewer)]
}

impl fmt::Debug for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let never = Some(Cancel::At(Duration::ZERO));
        let tasks = self.tasks.iter().enumerate();
        let tasks: Vec<_> = tasks.filter(|(_, task)| task.cancel != never).collect();
        f.debug_struct("Story")
            .field("seed", &self.seed)
            .field("model", &self.model)
            .field("link", &self.link)
            .field("is_plain", &self.is_plain)
            .field("is_gateway", &self.is_gateway)
            .field("keep_alive", &self.keep_alive)
            .field("streams", &self.streams)
            .field("changes", &self.changes)
            .field("tasks", &tasks)
            .finish()
    }
}
