//! Moves octets between two sockets over a shaped link, half-closes and resets too.
//!
//! Each direction has a thread that reads and one that writes. They share one lock, and sleep until
//! something is due or the other has an update. A thread that is blocked because nobody takes what has
//! arrived looks a few times in a second whether its peer is gone.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use blocking::proto::Bytes;
use socket2::SockRef;

use super::queue::{Item, Queue};
use super::{Shape, Stage, Way};

/// How often a thread that is blocked looks whether its peer is gone.
const LOOK: Duration = Duration::from_millis(250);
/// The most octets that are read at once.
const READ: usize = 64 * 1024;

/// One direction, as its two threads share it.
#[derive(Debug)]
struct Direction {
    queue: Queue,
    /// Its source is broken, and the other end is to be told.
    is_reset: bool,
    /// A FIN was passed on.
    is_finished: bool,
}

/// What all threads of a connection share.
struct State {
    up: Direction,
    down: Direction,
    /// What octets go through before they wait.
    stage: Option<Box<dyn Stage>>,
    /// A reset was passed on: nothing goes over this link any more.
    is_over: bool,
}

/// A connection over a link.
struct Link<'a> {
    client: &'a TcpStream,
    server: &'a TcpStream,
    start: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

/// Relays between two sockets until both directions have ended or one is reset.
///
/// # Errors
///
/// The sockets' when they are prepared; what ends a connection later is passed on to the other
/// end.
pub(crate) fn relay(
    client: &TcpStream,
    server: &TcpStream,
    up: Shape,
    down: Shape,
    stage: Option<Box<dyn Stage>>,
) -> io::Result<()> {
    for socket in [client, server] {
        socket.set_nodelay(true)?;
        socket.set_write_timeout(Some(LOOK))?;
    }
    let direction = |shape| Direction {
        queue: Queue::new(shape),
        is_reset: false,
        is_finished: false,
    };
    let state = State {
        up: direction(up),
        down: direction(down),
        stage,
        is_over: false,
    };
    let link = Link {
        client,
        server,
        start: Instant::now(),
        state: Mutex::new(state),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        for way in [Way::Up, Way::Down] {
            let link = &link;
            scope.spawn(move || link.read(way));
            scope.spawn(move || link.write(way));
        }
    });
    Ok(())
}

impl State {
    fn direction(&mut self, way: Way) -> &mut Direction {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    /// Takes in what a socket has said.
    fn take(&mut self, now: Duration, way: Way, item: Item) {
        let items = match (&mut self.stage, item) {
            (Some(stage), Item::Octets(octets)) => stage.take(now, way, &octets),
            (Some(stage), Item::Finish) => stage.finish(now, way),
            (_, item) => vec![(way, item)],
        };
        self.push(now, items);
    }

    /// Does what is due.
    fn tick(&mut self, now: Duration) {
        if let Some(stage) = self
            .stage
            .as_mut()
            .filter(|stage| stage.next().is_some_and(|at| at <= now))
        {
            let items = stage.tick(now);
            self.push(now, items);
        }
    }

    fn push(&mut self, now: Duration, items: Vec<(Way, Item)>) {
        for (way, item) in items {
            let direction = self.direction(way);
            direction.is_reset |= item == Item::Reset;
            direction.queue.push(now, item);
        }
    }

    /// How many octets may be read that go this way.
    fn space(&mut self, now: Duration, way: Way) -> usize {
        match &self.stage {
            Some(stage) if !stage.has_capacity(way) => 0,
            _ => self.direction(way).queue.space(now),
        }
    }

    /// Says whether a direction has nothing to carry any more.
    fn has_ended(&self) -> bool {
        self.is_over || (self.up.is_finished && self.down.is_finished)
    }
}

impl Link<'_> {
    fn source(&self, way: Way) -> &TcpStream {
        match way {
            Way::Up => self.client,
            Way::Down => self.server,
        }
    }

    fn target(&self, way: Way) -> &TcpStream {
        self.source(way.back())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until there is an update, or until a moment, or for so long at most.
    fn sleep<'b>(
        &self,
        state: MutexGuard<'b, State>,
        until: Option<Duration>,
        most: Option<Duration>,
    ) -> MutexGuard<'b, State> {
        let left = until.map(|until| until.saturating_sub(self.start.elapsed()));
        let limit = match (left, most) {
            (Some(left), Some(most)) => Some(left.min(most)),
            (left, most) => left.or(most),
        };
        match limit {
            Some(limit) => {
                let woken = self.changed.wait_timeout(state, limit);
                woken.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Takes in what a socket says, as there is space for it.
    fn read(&self, way: Way) {
        let mut buffer = vec![0; READ];
        while let Some(space) = self.space(way) {
            let into = buffer.get_mut(..space.min(READ)).unwrap_or_default();
            let item = match self.source(way).read(into) {
                Ok(0) => Item::Finish,
                Ok(len) => Item::Octets(Bytes::copy_from_slice(into.get(..len).unwrap_or(&[]))),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return self.broken(way),
            };
            let is_last = item == Item::Finish;
            let mut state = self.lock();
            let now = self.start.elapsed();
            state.take(now, way, item);
            self.changed.notify_all();
            if is_last {
                return;
            }
        }
    }

    /// Waits for space; `None` if nothing is to be read any more.
    fn space(&self, way: Way) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if state.has_ended() || state.direction(way).is_reset {
                return None;
            }
            let now = self.start.elapsed();
            let space = state.space(now, way);
            if space > 0 {
                return Some(space);
            }
            let next = state.direction(way).queue.next_departure(now);
            state = self.sleep(state, next, Some(LOOK));
            // A reset lies behind what is not read yet, and is seen only so.
            if !matches!(self.source(way).take_error(), Ok(None)) {
                drop(state);
                self.broken(way);
                return None;
            }
        }
    }

    /// Passes on what has arrived, when it is due.
    fn write(&self, way: Way) {
        while let Some(item) = self.arrival(way) {
            match item {
                Item::Octets(octets) => match self.write_all(way, &octets) {
                    Ok(true) => {}
                    Ok(false) => return self.reset(way),
                    // The other way comes from this socket.
                    Err(_) => return self.broken(way.back()),
                },
                Item::Finish => {
                    // If it is gone already, whoever reads from it notices.
                    let _ = self.target(way).shutdown(Shutdown::Write);
                    self.lock().direction(way).is_finished = true;
                    self.changed.notify_all();
                }
                Item::Close => {
                    // Whoever reads from it is woken.
                    let _ = self.target(way).shutdown(Shutdown::Both);
                    self.lock().direction(way).is_finished = true;
                    self.changed.notify_all();
                }
                Item::Reset => return self.reset(way),
            }
        }
    }

    /// Waits for what arrives; `None` if nothing will.
    fn arrival(&self, way: Way) -> Option<Item> {
        let mut state = self.lock();
        loop {
            if state.has_ended() {
                return None;
            }
            let now = self.start.elapsed();
            state.tick(now);
            let queue = &mut state.direction(way).queue;
            if let Some(item) = queue.pop(now) {
                self.changed.notify_all();
                return Some(item);
            }
            let next = queue.next_arrival(now);
            let due = state.stage.as_ref().and_then(|stage| stage.next());
            let next = [next, due].into_iter().flatten().min();
            state = self.sleep(state, next, None);
        }
    }

    /// Writes all of it; `false` if its source is broken meanwhile and nobody takes it.
    fn write_all(&self, way: Way, mut octets: &[u8]) -> io::Result<bool> {
        let mut target = self.target(way);
        while !octets.is_empty() {
            match target.write(octets) {
                Ok(len) => octets = octets.get(len..).unwrap_or_default(),
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                        let mut state = self.lock();
                        if state.has_ended() || state.direction(way).is_reset {
                            return Ok(false);
                        }
                    }
                    _ => return Err(error),
                },
            }
        }
        Ok(true)
    }

    /// The source of a direction is broken: the other end hears of it when all before has arrived.
    fn broken(&self, way: Way) {
        let mut state = self.lock();
        let now = self.start.elapsed();
        let direction = state.direction(way);
        if !direction.is_reset {
            direction.is_reset = true;
            direction.queue.push(now, Item::Reset);
        }
        self.changed.notify_all();
    }

    /// Resets the socket at the end of a direction, and ends everything.
    fn reset(&self, way: Way) {
        let target = self.target(way);
        // It is reset when it is closed. Until then, whoever reads from it is woken.
        let _ = SockRef::from(target).set_linger(Some(Duration::ZERO));
        for socket in [target, self.source(way)] {
            let _ = socket.shutdown(Shutdown::Read);
        }
        self.lock().is_over = true;
        self.changed.notify_all();
    }
}
