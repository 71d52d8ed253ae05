//! One end under attack, and what that costs at every moment.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use testkit::{PREFACE, Wire, ping, window_update};
use tress_proto::runtime::{ReadOperation, WriteOperation, WriteResult};
use tress_proto::{Observe, Record, Role, Side};

use super::super::machine::{Machine, streams};
use super::app::App;
use super::attacker::{Attacker, Deed};
use super::bounds::Endpoint;
use super::figures::{BOUNDS, Costs};
use super::scan::Scan;

/// What the attacker's kernel keeps of our output that it does not read.
const KERNEL: usize = 64 * 1024;
/// What ours keeps of its octets that we do not read; then it can say no more.
const BACKLOG: usize = 256 * 1024;
/// The last wait, after all octets, and how often it is looked at meanwhile.
const LAST: Duration = Duration::from_secs(3600);
const STEP: Duration = Duration::from_secs(20);

/// Counts what it is shown.
struct Counter(Arc<AtomicU64>);

impl Observe for Counter {
    fn record(&mut self, _: Record<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// An end under attack.
pub(crate) struct Siege<M, A> {
    machine: M,
    endpoint: Endpoint,
    app: A,
    now: Duration,
    /// What was said and is not read yet.
    pending: Vec<u8>,
    is_read: bool,
    kernel: usize,
    output: Scan,
    records: Arc<AtomicU64>,
    read: u64,
    written: u64,
    ticks: u64,
    costs: Costs,
}

impl<M: Machine, A: App<M>> Siege<M, A> {
    pub(crate) fn new(mut machine: M, endpoint: Endpoint, app: A) -> Self {
        let records = Arc::new(AtomicU64::new(0));
        machine
            .connection()
            .observe(Box::new(Counter(Arc::clone(&records))));
        Self {
            machine,
            endpoint,
            app,
            now: Duration::ZERO,
            pending: Vec::new(),
            is_read: true,
            kernel: KERNEL,
            output: Scan::behind(match M::Role::SIDE {
                Side::Client => PREFACE.len(),
                Side::Server => 0,
            }),
            records,
            read: 0,
            written: 0,
            ticks: 0,
            costs: Costs::default(),
        }
    }

    /// Lets the attacker do all that it wants, and then nothing more, or next to nothing.
    pub(crate) fn run(mut self, mut attacker: Attacker<'_>, last: Last) -> Costs {
        self.say(&attacker.hello());
        while let Some(deed) = attacker.next(self.space()) {
            match deed {
                Deed::Say(octets) => self.say(&octets),
                Deed::Wait(time) => self.wait(time),
                Deed::Read(is_read) => self.is_read = is_read,
            }
            if self.is_over() || !self.costs.faults.is_empty() {
                break;
            }
        }
        self.costs.is_tolerated = !self.is_over();
        self.last(last);
        self.app.act(&mut self.machine, self.now);
        self.costs.ended = self.app.closed();
        self.costs
    }

    /// The octets of content that the attacker may send.
    fn space(&mut self) -> usize {
        usize::try_from(self.machine.connection().recv_window()).unwrap_or(0)
    }

    fn is_over(&mut self) -> bool {
        self.machine.next_read_operation() == ReadOperation::Close
    }

    fn say(&mut self, octets: &[u8]) {
        if self.pending.len() < BACKLOG {
            self.pending.extend_from_slice(octets);
            self.costs.input += octets.len() as u64;
        }
        self.turn();
    }

    /// Lets the machine and the application work until nothing moves.
    fn turn(&mut self) {
        loop {
            self.ticks += 1;
            self.machine.tick(self.now);
            let mut moved = self.read();
            self.app.act(&mut self.machine, self.now);
            self.look();
            moved |= self.write();
            if !moved || !self.costs.faults.is_empty() {
                return;
            }
        }
    }

    fn read(&mut self) -> bool {
        if self.pending.is_empty() || self.machine.next_read_operation() != ReadOperation::Read {
            return false;
        }
        let offered = self.pending.len().min(32 * 1024);
        let octets = self.pending.get(..offered).unwrap_or_default();
        let consumed = self.machine.read(octets);
        self.pending.drain(..consumed);
        self.read += consumed as u64;
        consumed > 0
    }

    /// Takes the output, as far as anybody does.
    fn write(&mut self) -> bool {
        let mut moved = false;
        loop {
            let space = if self.is_read {
                usize::MAX
            } else {
                self.kernel
            };
            let WriteOperation::Write(chunks) = self.machine.next_write_operation() else {
                return moved;
            };
            let mut count = 0;
            for slice in chunks.as_slices() {
                let taken = slice.get(..space - count).unwrap_or(slice);
                self.output.scan(taken);
                count += taken.len();
            }
            if count == 0 {
                return moved;
            }
            self.machine.report_write_result(WriteResult::Ok(count));
            self.written += count as u64;
            moved = true;
            self.kernel = match self.is_read {
                true => KERNEL,
                false => self.kernel - count,
            };
            self.answer();
        }
    }

    /// Whoever reads answers PING, as a peer does that wants to stay.
    fn answer(&mut self) {
        if self.is_read {
            for payload in core::mem::take(&mut self.output.pings) {
                self.pending.extend(ping(payload).ack().octets());
            }
        }
    }

    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end && self.costs.faults.is_empty() {
            self.turn();
            let tick = self.machine.tick(self.now);
            let next = [tick, self.app.next()].into_iter().flatten().min();
            let next = next.unwrap_or(end).max(self.now + Duration::from_micros(1));
            self.now = next.min(end);
        }
        self.turn();
    }

    /// Compares what the machine costs now with what it may.
    fn look(&mut self) {
        let (machine, costs) = (self.machine.connection(), &mut self.costs);
        let endpoint = &self.endpoint;
        let records = self.records.load(Ordering::Relaxed);
        let [live, started, completed] = self.app.handlers();
        let work = records + self.read;
        let bounds = [
            (machine.memory() as u64, endpoint.memory() as u64),
            (machine.queued() as u64, endpoint.queued() as u64),
            (live as u64, endpoint.live() as u64),
            (started as u64, endpoint.started(self.now, completed) as u64),
            (work, endpoint.work(self.read, self.written, self.ticks)),
        ];
        for (place, (is, most)) in bounds.into_iter().enumerate() {
            costs.parts[place] = costs.parts[place].max(100 * is / most);
            if is > most {
                let name = BOUNDS[place];
                costs
                    .faults
                    .push(format!("{name}: {is} of {most} after {:?}", self.now));
            }
        }
    }

    /// The attacker says nothing more, or grants an octet at a time; then a connection whose output is
    /// stuck is over before long, and so are streams whose content is.
    fn last(&mut self, last: Last) {
        let began = self.now;
        self.is_read = last != Last::Deaf;
        self.turn();
        // Since when output waits for the driver, and the content of each stream.
        let mut since = BTreeMap::new();
        while self.now - began < LAST && !self.is_over() && self.costs.faults.is_empty() {
            let stuck = self.stuck();
            since.retain(|what, _| stuck.contains(what));
            for what in stuck {
                let time = self.now - *since.entry(what).or_insert(self.now);
                self.costs.stuck = self.costs.stuck.max(time);
            }
            if self.costs.stuck > self.endpoint.stuck() {
                let stuck = self.costs.stuck;
                self.costs
                    .faults
                    .push(format!("output was stuck for {stuck:?}: {last:?}"));
            }
            self.wait(STEP);
            if last == Last::Drip {
                self.drip();
            }
        }
    }

    fn drip(&mut self) {
        let mut drip = window_update(0, 1).octets();
        for id in streams(&mut self.machine) {
            drip.extend(window_update(id.value(), 1).octets());
        }
        self.say(&drip);
    }

    /// What waits for the peer, and nobody else: the output, as stream 0, and the content of streams.
    fn stuck(&mut self) -> Vec<u32> {
        let is_unwritten = matches!(
            self.machine.next_write_operation(),
            WriteOperation::Write(_)
        );
        let connection = self.machine.connection();
        let streams = connection.streams().filter(|stream| stream.queued() > 0);
        let streams = streams.map(|stream| stream.id().value());
        is_unwritten
            .then_some(0)
            .into_iter()
            .chain(streams)
            .collect()
    }
}

/// What the attacker does when it has no more to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    /// It does not read.
    Deaf,
    /// It reads and answers PING, and grants nothing.
    Silent,
    /// It grants an octet now and then.
    Drip,
}
