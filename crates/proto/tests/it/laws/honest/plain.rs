//! A client that shares nothing with ours: it writes its frames itself, and keeps to what it has heard.
//!
//! As many clients do, it opens what it wants before it has heard how much it may, and grants credit
//! for every frame: for the connection when it comes, for the stream when somebody takes it.

use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use core::time::Duration;

use testkit::{
    PREFACE, Path, Reader, Seen, Wire, code, data, headers, kind, ping, priority_update,
    rst_stream, settings, settings_ack, window_update,
};

use super::client::HonestClient;
use super::task::{Cancel, Start, Task};
use super::user::Fate;

/// The window that it announces for each stream, and the credit of the connection besides the first.
const WINDOW: u32 = 256 * 1024;
const CREDIT: u32 = 1 << 30;
/// The windows that it starts with (RFC 9113 §6.9.2), and the content of its largest frames.
const FIRST_WINDOW: i64 = 65_535;
const FRAME: usize = 16_384;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Cancel,
    Begin,
    Take,
    Upload,
    Update,
}

/// What it knows of one of its streams.
#[derive(Debug)]
struct Stream {
    place: usize,
    window: i64,
    /// The octets of content that are still to be sent, of those that exist already.
    unsent: usize,
    has_ended: bool,
    is_answered: bool,
    taken: usize,
    /// What has come and was not taken.
    waiting: VecDeque<usize>,
    rests_until: Duration,
    is_informed: bool,
}

/// The client.
pub(crate) struct Plain {
    tasks: Vec<Task>,
    fates: Vec<Fate>,
    began: Vec<Option<Duration>>,
    said: Vec<usize>,
    agenda: BTreeSet<(Duration, usize, What)>,
    followers: BTreeMap<usize, Vec<usize>>,
    /// Tasks that wait for the server to allow another stream.
    queue: VecDeque<usize>,
    streams: BTreeMap<u32, Stream>,
    next_id: u32,
    most: usize,
    is_informed: bool,
    initial_window: i64,
    window: i64,
    reader: Reader,
    output: Vec<u8>,
    open: usize,
    over: Option<String>,
}

impl Plain {
    pub(crate) fn new(tasks: &[Task]) -> Self {
        let hello = (
            PREFACE,
            settings().set(2, 0).set(4, WINDOW),
            window_update(0, CREDIT),
        );
        let mut plain = Self {
            tasks: tasks.to_vec(),
            fates: vec![Fate::Waiting; tasks.len()],
            began: vec![None; tasks.len()],
            said: vec![0; tasks.len()],
            agenda: BTreeSet::new(),
            followers: BTreeMap::new(),
            queue: VecDeque::new(),
            streams: BTreeMap::new(),
            next_id: 1,
            most: usize::MAX,
            is_informed: false,
            initial_window: FIRST_WINDOW,
            window: FIRST_WINDOW,
            reader: Reader::new(),
            output: hello.octets(),
            open: tasks.len(),
            over: None,
        };
        for (place, task) in tasks.iter().enumerate() {
            match task.start {
                Start::At(at) => drop(plain.agenda.insert((at, place, What::Begin))),
                Start::After(other, _) => plain.followers.entry(other).or_default().push(place),
            }
            if let Some(Cancel::At(at)) = task.cancel {
                plain.agenda.insert((at, place, What::Cancel));
            }
        }
        plain
    }

    fn say(&mut self, wire: impl Wire) {
        self.output.extend(wire.octets());
    }

    fn id_of(&self, place: usize) -> Option<u32> {
        let mut streams = self.streams.iter();
        streams
            .find(|(_, stream)| stream.place == place)
            .map(|(id, _)| *id)
    }

    fn act(&mut self, now: Duration) {
        while let Some((at, place, what)) = self.agenda.first().copied() {
            if at > now {
                break;
            }
            self.agenda.pop_first();
            let id = self.id_of(place);
            match (what, id) {
                (What::Begin, _) => self.queue.push_back(place),
                (What::Cancel, id) => self.cancel(place, id, now),
                (What::Take, Some(id)) => self.take(id, now),
                (What::Upload, Some(id)) => self.make(id, now),
                (What::Update, Some(id)) => {
                    if let Some((_, urgency)) = self.tasks[place].update {
                        self.say(priority_update(id, format!("u={urgency}")));
                    }
                }
                _ => {}
            }
        }
        while self.streams.len() < self.most {
            let Some(place) = self.queue.pop_front() else {
                break;
            };
            if self.fates[place] == Fate::Waiting || self.fates[place] == Fate::Running {
                self.begin(place, now);
            }
        }
    }

    fn begin(&mut self, place: usize, now: Duration) {
        let (task, id) = (self.tasks[place], self.next_id);
        self.next_id += 2;
        let path = task.plan.path();
        let head = match task.upload.0 {
            0 => headers(id).get(&path).end(),
            _ => headers(id).post(&path),
        };
        match task.priority {
            Some((urgency, true)) => self.say(head.field("priority", format!("u={urgency}, i"))),
            Some((urgency, false)) => self.say(head.field("priority", format!("u={urgency}"))),
            None => self.say(head),
        }
        let began = *self.began[place].get_or_insert(now);
        self.fates[place] = Fate::Running;
        self.said[place] = 0;
        let stream = Stream {
            place,
            window: self.initial_window,
            unsent: 0,
            has_ended: task.upload.0 == 0,
            is_answered: false,
            taken: 0,
            waiting: VecDeque::new(),
            rests_until: began + task.reader.pause,
            is_informed: self.is_informed,
        };
        self.streams.insert(id, stream);
        if !task.reader.pause.is_zero() {
            self.agenda
                .insert((began + task.reader.pause, place, What::Take));
        }
        if let Some(Cancel::After(after)) = task.cancel {
            self.agenda.insert((began + after, place, What::Cancel));
        }
        if let Some((after, _)) = task.update {
            self.agenda.insert((now + after, place, What::Update));
        }
        self.make(id, now);
    }

    /// Makes the next piece of a request's content.
    fn make(&mut self, id: u32, now: Duration) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        let (pieces, size, gap) = self.tasks[stream.place].upload;
        let said = &mut self.said[stream.place];
        let count = match gap.is_zero() {
            true => pieces - *said,
            false => (pieces - *said).min(1),
        };
        *said += count;
        stream.unsent += count * size;
        if *said < pieces {
            self.agenda.insert((now + gap, stream.place, What::Upload));
        }
        self.send(id);
    }

    /// Sends content as far as both windows let it.
    fn send(&mut self, id: u32) {
        let Some(stream) = self.streams.get_mut(&id) else {
            return;
        };
        while !stream.has_ended {
            let window = usize::try_from(stream.window.min(self.window)).unwrap_or(0);
            let octets = stream.unsent.min(window).min(FRAME);
            let is_last = octets == stream.unsent
                && self.said[stream.place] == self.tasks[stream.place].upload.0;
            if octets == 0 && !is_last {
                return;
            }
            stream.unsent -= octets;
            stream.window -= octets as i64;
            self.window -= octets as i64;
            stream.has_ended = is_last;
            let frame = data(id, vec![0; octets]);
            self.output.extend(match is_last {
                true => frame.end().octets(),
                false => frame.octets(),
            });
        }
    }

    fn cancel(&mut self, place: usize, id: Option<u32>, now: Duration) {
        if !matches!(self.fates[place], Fate::Waiting | Fate::Running) {
            return;
        }
        if let Some(id) = id {
            self.streams.remove(&id);
            self.say(rst_stream(id, code::CANCEL));
        }
        self.settle(place, Fate::Canceled, now);
    }

    fn settle(&mut self, place: usize, fate: Fate, now: Duration) {
        self.fates[place] = fate;
        self.open -= 1;
        for follower in self.followers.remove(&place).unwrap_or_default() {
            if let Start::After(_, gap) = self.tasks[follower].start {
                self.agenda.insert((now + gap, follower, What::Begin));
            }
        }
    }

    fn hear(&mut self, frame: &Seen, now: Duration) {
        let is_ack = frame.has(1);
        match frame.kind {
            kind::SETTINGS if !is_ack => self.hear_settings(frame),
            kind::PING if !is_ack => {
                let payload: [u8; 8] = frame.payload[..].try_into().unwrap_or_default();
                self.say(ping(payload).ack());
            }
            kind::WINDOW_UPDATE => {
                let increment = i64::from(frame.increment().unwrap_or(0));
                match self.streams.get_mut(&frame.stream) {
                    Some(stream) => stream.window += increment,
                    None if frame.stream == 0 => self.window += increment,
                    None => {}
                }
                for id in self.streams.keys().copied().collect::<Vec<_>>() {
                    self.send(id);
                }
            }
            kind::GOAWAY => self.over = Some(format!("{frame:?}")),
            kind::RST_STREAM => self.lose(frame, now),
            kind::DATA => self.hear_content(frame, now),
            _ => {}
        }
        if frame.is_end() {
            if let Some(stream) = self.streams.get_mut(&frame.stream) {
                stream.is_answered = true;
                self.take(frame.stream, now);
            }
        }
    }

    fn hear_settings(&mut self, frame: &Seen) {
        self.is_informed = true;
        for (id, value) in frame.settings() {
            match id {
                3 => self.most = value as usize,
                4 => {
                    let change = i64::from(value) - self.initial_window;
                    self.initial_window += change;
                    self.streams
                        .values_mut()
                        .for_each(|stream| stream.window += change);
                }
                _ => {}
            }
        }
        self.say(settings_ack());
        for id in self.streams.keys().copied().collect::<Vec<_>>() {
            self.send(id);
        }
    }

    fn hear_content(&mut self, frame: &Seen, now: Duration) {
        let octets = frame.payload.len();
        if octets > 0 {
            self.say(window_update(0, increment(octets)));
        }
        if let Some(stream) = self.streams.get_mut(&frame.stream) {
            stream.waiting.push_back(octets);
            self.take(frame.stream, now);
        }
    }

    /// Takes what has come, as fast as the task says, and grants as much again.
    fn take(&mut self, id: u32, now: Duration) {
        while let Some(stream) = self.streams.get_mut(&id) {
            if stream.rests_until > now {
                return;
            }
            let place = stream.place;
            let Some(octets) = stream.waiting.pop_front() else {
                let wanted = self.tasks[place].plan.pieces * self.tasks[place].plan.size;
                if stream.is_answered {
                    let time = now - self.began[place].unwrap_or_default();
                    let fate = match stream.taken == wanted {
                        true => Fate::Served(time),
                        false => Fate::Failed(format!("{} octets of {wanted}", stream.taken)),
                    };
                    self.streams.remove(&id);
                    self.settle(place, fate, now);
                }
                return;
            };
            stream.taken += octets;
            let rate = self.tasks[place].reader.rate;
            if let Some(micros) = (1_000_000 * octets as u64).checked_div(rate) {
                stream.rests_until = now + Duration::from_micros(micros);
                self.agenda.insert((stream.rests_until, place, What::Take));
            }
            if octets > 0 && !stream.is_answered {
                self.say(window_update(id, increment(octets)));
            }
        }
    }

    fn lose(&mut self, frame: &Seen, now: Duration) {
        let Some(stream) = self.streams.remove(&frame.stream) else {
            return;
        };
        let (place, code) = (stream.place, frame.code().unwrap_or_default());
        if code == code::REFUSED_STREAM && !stream.is_informed {
            self.queue.push_back(place);
        } else if code == code::INTERNAL_ERROR && self.tasks[place].plan.is_crash {
            let time = now - self.began[place].unwrap_or_default();
            self.settle(place, Fate::Served(time), now);
        } else {
            self.settle(place, Fate::Failed(format!("reset with code {code}")), now);
        }
    }
}

impl HonestClient for Plain {
    fn turn(&mut self, incoming: &mut Path, outgoing: &mut Path, now: Duration) -> bool {
        let octets = incoming.arrived().to_vec();
        incoming.read(now, octets.len());
        for frame in self.reader.read(&octets) {
            self.hear(&frame, now);
        }
        self.act(now);
        let written = outgoing.write(now, &self.output);
        self.output.drain(..written);
        !octets.is_empty() || written > 0
    }

    fn next(&mut self, _: Duration) -> Option<Duration> {
        self.agenda.first().map(|(at, ..)| *at)
    }

    fn is_done(&self) -> bool {
        self.open == 0
    }

    fn fates(&self) -> Vec<Fate> {
        self.fates.clone()
    }

    fn over(&self) -> Option<String> {
        self.over.clone()
    }
}

/// The credit for so many octets.
fn increment(octets: usize) -> u32 {
    u32::try_from(octets).unwrap_or(CREDIT)
}
