//! One attack, fed in pieces of four lengths, with and without a reader on the other end.
//!
//! It feeds the machine without a driver between them, so that what is allocated is the machine's.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use allocation_counter::{measure, opt_out};
use runtime::{ReadOperation, Runtime, WriteOperation, WriteResult};
use testkit::{Reader, Wire, code, kind};
use tress_proto::{
    Client, Config, Connection, Event, Observe, Record, Role, Server, Stage, StreamId,
};

use super::table;
use crate::support::way::{self, PIECES};
use crate::support::{Ends, post};

pub(super) const CALM: u32 = code::ENHANCE_YOUR_CALM;

/// How a connection stands after an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It goes on.
    Stands,
    /// It does not read before the peer does.
    Waits,
    /// It said GOAWAY with this code, and what was begun may finish.
    Closes(u32),
    /// It said GOAWAY with this code, and is over.
    Dies(u32),
}

/// What one run came to.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) end: End,
    /// The last stream of GOAWAY.
    pub(super) last: Option<u32>,
    /// The streams that were reset, and the codes.
    pub(super) resets: Vec<(u32, u32)>,
    /// The responses that were said, and the streams.
    pub(super) answers: Vec<(u32, String)>,
    /// The octets that were allocated at once, above those of the beginning.
    pub(super) peak: u64,
    /// The octets that were read, the events, and all that an observer saw.
    pub(super) work: u64,
    /// The streams that the application heard of.
    pub(super) opened: u64,
    /// The most of them that were there at once: the handlers that ran.
    pub(super) live: usize,
    /// The octets that were written.
    pub(super) sent: usize,
    /// The octets of the attack that were read.
    pub(super) read: usize,
    /// How long the peer had to do nothing more until the connection was over; `None` if it goes on.
    pub(super) time: Option<Duration>,
}

/// An attack on an endpoint, and what is expected of it.
pub(super) struct Attack<R: Role> {
    input: Vec<u8>,
    config: Config,
    setup: fn(&mut Connection<R>),
    app: fn(&mut Connection<R>, &Event),
    memory: u64,
    work: u64,
    undrained: Option<End>,
}

/// Counts what it is shown.
struct Counter(Arc<AtomicU64>);

impl Observe for Counter {
    fn record(&mut self, _: Record<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl<R: Ends> Attack<R> {
    pub(super) fn with(input: impl Wire) -> Self {
        Self {
            input: input.octets(),
            config: Config::default(),
            setup: |_| {},
            app: |_, _| {},
            memory: 64 * 1024,
            work: 8,
            undrained: None,
        }
    }

    pub(super) fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// What the application does before, once the peer has said hello.
    pub(super) fn setup(mut self, setup: fn(&mut Connection<R>)) -> Self {
        self.setup = setup;
        self
    }

    /// What the application does with an event.
    pub(super) fn app(mut self, app: fn(&mut Connection<R>, &Event)) -> Self {
        self.app = app;
        self
    }

    /// The octets that the attack may make us allocate.
    pub(super) fn memory(mut self, octets: u64) -> Self {
        self.memory = octets;
        self
    }

    /// What it comes to where nobody reads our answers.
    pub(super) fn undrained(mut self, end: End) -> Self {
        self.undrained = Some(end);
        self
    }

    /// The attack comes to this end, however it is fed, within its bounds. Returns the run in large
    /// pieces whose answers were read.
    #[track_caller]
    pub(super) fn comes_to(self, end: End) -> Run {
        let (mut last, mut worst) = (None, table::Row::new(R::SIDE, self.input.len()));
        for is_drained in [false, true] {
            let wanted = match self.undrained {
                Some(end) if !is_drained => end,
                _ => end,
            };
            let mut of_first = None;
            for piece in PIECES {
                let run = self.run(piece, is_drained);
                let how = format!("{:?}, {piece} at once, read: {is_drained}", R::SIDE);
                assert_eq!(run.end, wanted, "{how}: {run:?}");
                assert_eq!(*of_first.get_or_insert(run.last), run.last, "{how}");
                self.judge_cost(&run, &how);
                worst.note(&run, is_drained);
                last = Some(run);
            }
        }
        worst.keep();
        last.unwrap()
    }

    /// What the attack comes to in large pieces, within its bounds: where nobody reads our answers, and
    /// where somebody does.
    #[track_caller]
    pub(super) fn ends(self, how: &str) -> [End; 2] {
        [false, true].map(|is_drained| {
            let run = self.run(16 * 1024, is_drained);
            self.judge_cost(&run, &format!("{how}, read: {is_drained}"));
            run.end
        })
    }

    #[track_caller]
    fn judge_cost(&self, run: &Run, how: &str) {
        assert!(run.peak <= self.memory, "{how}: {} octets", run.peak);
        let most = self.work * self.input.len() as u64 + 4096;
        assert!(run.work <= most, "{how}: {} of {most}", run.work);
    }

    fn run(&self, piece: usize, is_drained: bool) -> Run {
        let mut machine = Connection::<R>::new(self.config.clone());
        read_all(
            &mut machine,
            &(R::hello(), testkit::settings_ack()).octets(),
        );
        (self.setup)(&mut machine);
        let mut octets = Vec::new();
        drain(&mut machine, &mut octets);
        octets.clear();
        let counter = Arc::new(AtomicU64::new(0));
        machine.observe(Box::new(Counter(Arc::clone(&counter))));
        let mut fed = Fed::default();
        let info = measure(|| fed.feed(&mut machine, self, piece, is_drained, &mut octets));
        let (reading, stage) = (machine.next_read_operation(), machine.stage());
        if is_drained {
            drain(&mut machine, &mut octets);
        }
        let time = time_until_the_end(&mut machine);
        drain(&mut machine, &mut octets);
        // The preface of a client is behind us.
        let seen = Reader::new().read(&octets);
        let goaway = seen.iter().rfind(|seen| seen.kind == kind::GOAWAY);
        Run {
            end: match goaway.and_then(testkit::Seen::code) {
                Some(code) if reading == ReadOperation::Close => End::Dies(code),
                Some(code) if stage == Stage::GoingAway => End::Closes(code),
                _ if reading == ReadOperation::Yield => End::Waits,
                _ => End::Stands,
            },
            last: goaway.and_then(testkit::Seen::last_stream),
            resets: seen
                .iter()
                .filter(|seen| seen.kind == kind::RST_STREAM)
                .map(|seen| (seen.stream, seen.code().unwrap()))
                .collect(),
            answers: seen
                .iter()
                .filter_map(|seen| Some((seen.stream, seen.field(":status")?)))
                .collect(),
            peak: info.bytes_max,
            work: fed.work + counter.load(Ordering::Relaxed),
            opened: fed.opened,
            live: fed.live,
            sent: octets.len(),
            read: fed.read,
            time,
        }
    }
}

/// What has been fed.
#[derive(Default)]
struct Fed {
    work: u64,
    read: usize,
    opened: u64,
    there: Vec<StreamId>,
    live: usize,
}

impl Fed {
    fn feed<R: Ends>(
        &mut self,
        machine: &mut Connection<R>,
        attack: &Attack<R>,
        piece: usize,
        is_drained: bool,
        octets: &mut Vec<u8>,
    ) {
        let (mut consumed, mut offered) = (0, 0);
        while consumed < attack.input.len() {
            if machine.next_read_operation() != ReadOperation::Read {
                break;
            }
            // A driver offers what it holds, and reads more only when that is not enough.
            let held = &attack.input[consumed..offered];
            let count = if held.is_empty() {
                0
            } else {
                machine.read(held)
            };
            if count == 0 {
                assert!(offered < attack.input.len() || piece > 1, "it is stuck");
                if offered == attack.input.len() {
                    break;
                }
                offered = (offered + piece).min(attack.input.len());
                continue;
            }
            consumed += count;
            self.work += count as u64;
            self.read = consumed;
            self.poll(machine, attack.app);
            if is_drained {
                drain(machine, octets);
            }
        }
    }

    fn poll<R: Role>(&mut self, machine: &mut Connection<R>, app: fn(&mut Connection<R>, &Event)) {
        while let Some(event) = machine.poll_event() {
            self.work += 1;
            app(machine, &event);
            if let Event::Opened { stream_id } = event {
                self.opened += 1;
                opt_out(|| self.note_live(machine, stream_id));
            }
        }
    }

    /// Takes note of a handler that has begun, and of those that are over.
    fn note_live<R: Role>(&mut self, machine: &Connection<R>, id: StreamId) {
        self.there.push(id);
        self.there.retain(|id| machine.stream(*id).is_some());
        self.live = self.live.max(self.there.len());
    }
}

/// How long it takes until a connection is over whose peer does nothing more; `None` when it is not
/// within a day.
fn time_until_the_end<R: Role>(machine: &mut Connection<R>) -> Option<Duration> {
    let mut now = Duration::ZERO;
    while now < Duration::from_secs(86_400) {
        // A driver looks for output after each turn, whether or not the transport takes it.
        let _ = machine.next_write_operation();
        let next = machine.tick(now);
        if machine.next_read_operation() == ReadOperation::Close {
            return Some(now);
        }
        now = next?.max(now);
    }
    None
}

/// Takes all that waits to be written.
pub(super) fn drain<R: Role>(machine: &mut Connection<R>, octets: &mut Vec<u8>) {
    while let WriteOperation::Write(chunks) = machine.next_write_operation() {
        let count = chunks.octets();
        opt_out(|| {
            for slice in chunks.as_slices() {
                octets.extend_from_slice(slice);
            }
        });
        machine.report_write_result(WriteResult::Ok(count));
    }
}

/// Gives a machine all of these octets, whether or not it asks for them, in the pieces of the test.
pub(super) fn read_all<R: Role>(machine: &mut Connection<R>, octets: &[u8]) {
    let piece = way::current().piece.min(octets.len().max(1));
    let (mut consumed, mut offered) = (0, 0);
    while offered < octets.len() {
        offered = (offered + piece).min(octets.len());
        while consumed < offered {
            match machine.read(&octets[consumed..offered]) {
                0 => break,
                count => consumed += count,
            }
        }
    }
}

/// What lets the other end send a message on stream 1.
pub(super) trait Expects: Ends {
    fn expect(machine: &mut Connection<Self>);
}

impl Expects for Server {
    fn expect(_: &mut Connection<Self>) {}
}

impl Expects for Client {
    fn expect(machine: &mut Connection<Self>) {
        machine.request(post()).unwrap();
    }
}
