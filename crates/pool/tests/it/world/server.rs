//! What a server does.

use core::time::Duration;

use fastrand::Rng;
use tress_pool::Outcome;

/// How a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Well,
    /// Nothing listens, and connections break.
    Down,
    /// Packets get lost, in both directions.
    Vanished,
    /// It sends GOAWAY, and takes new connections.
    Restarts,
    /// It refuses streams.
    Overloaded,
    /// It fails what it gets, at once.
    Fails,
}

#[derive(Debug)]
pub(crate) struct Server {
    health: Health,
    connect: Duration,
    answer: Duration,
    streams: u32,
    goes_away_after: Option<u64>,
}

impl Server {
    pub(crate) fn new(rng: &mut Rng, is_calm: bool) -> Self {
        if is_calm {
            return Self {
                health: Health::Well,
                connect: Duration::from_millis(5),
                answer: Duration::from_millis(20),
                streams: 100,
                goes_away_after: None,
            };
        }
        Self {
            health: Health::Well,
            connect: Duration::from_millis(rng.u64(0..300)),
            answer: Duration::from_millis(rng.u64(0..2000)),
            streams: rng.u32(1..200),
            goes_away_after: (rng.u8(..4) == 0).then(|| rng.u64(1..100)),
        }
    }

    pub(crate) fn turn(&mut self, rng: &mut Rng) {
        self.health = match rng.u8(..10) {
            0 => Health::Down,
            1 => Health::Vanished,
            2 => Health::Restarts,
            3 => Health::Overloaded,
            4 => Health::Fails,
            _ => Health::Well,
        };
        if rng.u8(..4) == 0 {
            self.streams = rng.u32(0..200);
        }
    }

    /// It is well, and takes streams.
    pub(crate) fn mend(&mut self) {
        self.health = Health::Well;
        self.streams = self.streams.max(1);
        self.goes_away_after = None;
    }

    pub(crate) fn health(&self) -> Health {
        self.health
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.health == Health::Vanished
    }

    pub(crate) fn streams(&self) -> u32 {
        self.streams
    }

    pub(crate) fn goes_away_after(&self) -> Option<u64> {
        self.goes_away_after
    }

    pub(crate) fn connect_time(&self, rng: &mut Rng) -> Duration {
        self.connect * rng.u32(5..15) / 10
    }

    pub(crate) fn answer_time(&self, rng: &mut Rng) -> Duration {
        match self.health {
            Health::Fails | Health::Overloaded => Duration::from_millis(1),
            _ => self.answer * rng.u32(5..15) / 10,
        }
    }

    pub(crate) fn outcome(&self, rng: &mut Rng) -> Outcome {
        match self.health {
            Health::Fails => Outcome::Failed,
            Health::Overloaded if rng.u8(..4) > 0 => Outcome::Refused,
            _ if self.connect.as_millis() > 290 && rng.u8(..4) == 0 => Outcome::Misdirected,
            _ => Outcome::Answered,
        }
    }
}
