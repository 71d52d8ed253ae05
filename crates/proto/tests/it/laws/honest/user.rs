//! The application of a client: it asks, takes, gives up, as its tasks say.

use alloc::collections::{BTreeMap, BTreeSet};
use core::time::Duration;

use tress_proto::{
    Bytes, Client, ErrorCode, Event, Part, Priority, Request, StreamError, StreamId,
};

use super::super::machine::Machine;
use super::service::CONTENT;
use super::task::{Cancel, Start, Task};

/// How a task stands, or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It waits for its time.
    Waiting,
    Running,
    /// It was served, in this time.
    Served(Duration),
    /// The client gave it up.
    Canceled,
    /// It came to another end, which nobody asked for.
    Failed(String),
}

/// What is done for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// What is given up at its very beginning never begins.
    Cancel,
    Begin,
    Take,
    Upload,
    Update,
}

#[derive(Clone, Debug)]
struct Run {
    fate: Fate,
    began: Option<Duration>,
    id: Option<StreamId>,
    /// The limits of the server were known when it was asked for.
    is_informed: bool,
    rests_until: Duration,
    said: usize,
    taken: usize,
}

/// All tasks of a client.
#[derive(Debug)]
pub(crate) struct User {
    tasks: Vec<Task>,
    runs: Vec<Run>,
    places: BTreeMap<StreamId, usize>,
    agenda: BTreeSet<(Duration, usize, What)>,
    /// Tasks by the one that they wait for.
    followers: BTreeMap<usize, Vec<usize>>,
    open: usize,
    is_informed: bool,
    pub(crate) closed: Vec<String>,
}

impl User {
    pub(crate) fn new(tasks: &[Task]) -> Self {
        let run = Run {
            fate: Fate::Waiting,
            began: None,
            id: None,
            is_informed: false,
            rests_until: Duration::ZERO,
            said: 0,
            taken: 0,
        };
        let mut user = Self {
            tasks: tasks.to_vec(),
            runs: vec![run; tasks.len()],
            places: BTreeMap::new(),
            agenda: BTreeSet::new(),
            followers: BTreeMap::new(),
            open: tasks.len(),
            is_informed: false,
            closed: Vec::new(),
        };
        for (place, task) in tasks.iter().enumerate() {
            match task.start {
                Start::At(at) => drop(user.agenda.insert((at, place, What::Begin))),
                Start::After(other, _) => user.followers.entry(other).or_default().push(place),
            }
            if let Some(Cancel::At(at)) = task.cancel {
                user.agenda.insert((at, place, What::Cancel));
            }
        }
        user
    }

    /// When it has something to do by itself.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.agenda.first().map(|(at, ..)| *at)
    }

    /// Says whether all tasks came to an end.
    pub(crate) fn is_done(&self) -> bool {
        self.open == 0
    }

    /// How each task ended.
    pub(crate) fn fates(&self) -> impl Iterator<Item = &Fate> {
        self.runs.iter().map(|run| &run.fate)
    }

    /// Hears what happened, and does what is due.
    pub(crate) fn act<M: Machine<Role = Client>>(&mut self, machine: &mut M, now: Duration) {
        // What is done may make something happen.
        loop {
            while let Some(event) = machine.event() {
                self.note(machine, event, now);
            }
            let Some((_, place, what)) = self.agenda.first().filter(|(at, ..)| *at <= now).copied()
            else {
                return;
            };
            self.agenda.pop_first();
            match what {
                What::Begin => self.begin(machine, place, now),
                What::Cancel => self.cancel(machine, place, now),
                What::Take => self.take(machine, place, now),
                What::Upload => self.upload(machine, place, now),
                What::Update => self.update(machine, place),
            }
        }
    }

    fn note<M: Machine<Role = Client>>(&mut self, machine: &mut M, event: Event, now: Duration) {
        match event {
            Event::Readable { stream_id } => {
                if let Some(place) = self.places.get(&stream_id).copied() {
                    self.take(machine, place, now);
                }
            }
            Event::Writable { stream_id } => {
                if let Some(place) = self.places.get(&stream_id).copied() {
                    self.upload(machine, place, now);
                }
            }
            Event::Finished {
                stream_id,
                result: Err(error),
            } => self.lose(machine, stream_id, error, now),
            Event::SettingsChanged => self.is_informed = true,
            Event::Closed(result) => self.closed.push(format!("{result:?}")),
            _ => {}
        }
    }

    fn begin<M: Machine<Role = Client>>(&mut self, machine: &mut M, place: usize, now: Duration) {
        let (Some(task), Some(run)) = (self.tasks.get(place), self.runs.get_mut(place)) else {
            return;
        };
        if !matches!(run.fate, Fate::Waiting | Fate::Running) {
            return;
        }
        let has_content = task.upload.0 > 0;
        let method = if has_content { "POST" } else { "GET" };
        let mut request = Request::new(method, "https", "example.org", task.plan.path());
        if let Some((urgency, is_incremental)) = task.priority {
            let flag = if is_incremental { ", i" } else { "" };
            request = request.field("priority", format!("u={urgency}{flag}"));
        }
        let id = match machine.connection().request(request) {
            Ok(id) => id,
            Err(error) => return self.settle(place, Fate::Failed(error.to_string()), now),
        };
        run.fate = Fate::Running;
        run.id = Some(id);
        run.is_informed = self.is_informed;
        let began = *run.began.get_or_insert(now);
        run.rests_until = began + task.reader.pause;
        run.said = 0;
        self.places.insert(id, place);
        if !task.reader.pause.is_zero() {
            self.agenda.insert((run.rests_until, place, What::Take));
        }
        if let Some(Cancel::After(after)) = task.cancel {
            self.agenda.insert((began + after, place, What::Cancel));
        }
        if let Some((after, _)) = task.update {
            self.agenda.insert((now + after, place, What::Update));
        }
        self.upload(machine, place, now);
    }

    /// Sends as much of its content as may be sent now.
    fn upload<M: Machine<Role = Client>>(&mut self, machine: &mut M, place: usize, now: Duration) {
        let (Some(task), Some(run)) = (self.tasks.get(place), self.runs.get_mut(place)) else {
            return;
        };
        let (pieces, size, gap) = task.upload;
        let stream = run
            .id
            .and_then(|id| machine.connection().stream_mut(id).ok());
        let Some(mut stream) = stream.filter(|_| run.fate == Fate::Running) else {
            return;
        };
        while run.said < pieces {
            let piece = Bytes::from_static(CONTENT.get(..size).unwrap_or(&CONTENT));
            if stream.capacity() == 0 || stream.send_data(piece).is_err() {
                return;
            }
            run.said += 1;
            if !gap.is_zero() && run.said < pieces {
                self.agenda.insert((now + gap, place, What::Upload));
                return;
            }
        }
        // It fails where the end was said already.
        let _ = stream.end();
    }

    fn update<M: Machine<Role = Client>>(&mut self, machine: &mut M, place: usize) {
        let (Some(task), Some(run)) = (self.tasks.get(place), self.runs.get(place)) else {
            return;
        };
        let stream = run
            .id
            .and_then(|id| machine.connection().stream_mut(id).ok());
        if let (Some(mut stream), Some((_, urgency))) = (stream, task.update) {
            // A stream that is over has no priority any more.
            let _ = stream.set_priority(Priority::new(urgency).unwrap_or_default());
        }
    }

    /// Takes what has come, as fast as the task says.
    fn take<M: Machine<Role = Client>>(&mut self, machine: &mut M, place: usize, now: Duration) {
        let Some(rate) = self.tasks.get(place).map(|task| task.reader.rate) else {
            return;
        };
        while let Some(run) = self.runs.get_mut(place) {
            let Some(id) = run.id.filter(|_| run.rests_until <= now) else {
                return;
            };
            match machine.take(id) {
                Ok(Some(Part::Data(data))) => {
                    run.taken += data.len();
                    if let Some(micros) = (1_000_000 * data.len() as u64).checked_div(rate) {
                        run.rests_until = now + Duration::from_micros(micros);
                        self.agenda.insert((run.rests_until, place, What::Take));
                    }
                }
                Ok(Some(Part::End)) => {
                    let began = run.began.unwrap_or_default();
                    let fate = self.judge(place, now - began);
                    return self.settle(place, fate, now);
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// An answer is whole: it must have all that was asked for.
    fn judge(&self, place: usize, time: Duration) -> Fate {
        let wanted = self
            .tasks
            .get(place)
            .map(|task| task.plan.pieces * task.plan.size);
        let taken = self.runs.get(place).map(|run| run.taken);
        if wanted == taken {
            return Fate::Served(time);
        }
        Fate::Failed(format!("{taken:?} octets instead of {wanted:?}"))
    }

    fn cancel<M: Machine<Role = Client>>(&mut self, machine: &mut M, place: usize, now: Duration) {
        let Some(run) = self.runs.get(place) else {
            return;
        };
        if !matches!(run.fate, Fate::Waiting | Fate::Running) {
            return;
        }
        if let Some(stream) = run
            .id
            .and_then(|id| machine.connection().stream_mut(id).ok())
        {
            stream.release();
        }
        self.settle(place, Fate::Canceled, now);
    }

    /// A stream came to an end before its messages were whole.
    fn lose<M: Machine<Role = Client>>(
        &mut self,
        machine: &mut M,
        id: StreamId,
        error: StreamError,
        now: Duration,
    ) {
        if let Ok(stream) = machine.connection().stream_mut(id) {
            stream.release();
        }
        let Some(place) = self.places.remove(&id) else {
            return;
        };
        let (Some(task), Some(run)) = (self.tasks.get(place), self.runs.get(place)) else {
            return;
        };
        if run.fate != Fate::Running {
            return;
        }
        let is_refused = error == StreamError::Reset(ErrorCode::REFUSED_STREAM);
        if is_refused && !run.is_informed {
            // Nobody could know the limit: it asks again.
            self.agenda.insert((now, place, What::Begin));
        } else if task.plan.is_crash && error == StreamError::Reset(ErrorCode::INTERNAL_ERROR) {
            let began = run.began.unwrap_or_default();
            self.settle(place, Fate::Served(now - began), now);
        } else {
            self.settle(place, Fate::Failed(format!("{error:?}")), now);
        }
    }

    fn settle(&mut self, place: usize, fate: Fate, now: Duration) {
        if let Some(run) = self.runs.get_mut(place) {
            run.fate = fate;
        }
        self.open -= 1;
        for follower in self.followers.remove(&place).unwrap_or_default() {
            if let Some(Start::After(_, gap)) = self.tasks.get(follower).map(|task| task.start) {
                self.agenda.insert((now + gap, follower, What::Begin));
            }
        }
    }
}
