//! What is asked for: heads that are made once, their content, and which of them is next.

use alloc::string::String;
use alloc::vec::Vec;

use blocking::proto::{Bytes, PreparedRequest};
use fastrand::Rng;

/// One kind of request.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// Such as `GET /path`.
    pub(super) name: String,
    /// Its head.
    pub(super) head: PreparedRequest,
    /// Its content; empty is none.
    pub(super) content: Bytes,
    /// How often it comes, against the others.
    pub(super) weight: u32,
}

/// All kinds of requests of a run.
#[derive(Clone, Debug)]
pub(super) struct Messages {
    all: Vec<Message>,
    total: u64,
    seed: u64,
    /// Whether content is messages of gRPC.
    pub(super) is_grpc: bool,
}

impl Messages {
    /// Of at least one kind.
    pub(super) fn new(all: Vec<Message>, is_grpc: bool, seed: u64) -> Self {
        let total = all.iter().map(|message| u64::from(message.weight)).sum();
        Self {
            all,
            total,
            seed,
            is_grpc,
        }
    }

    /// The kind of a request by its number: the same number, the same kind, whoever asks.
    pub(super) fn pick(&self, number: u64) -> u32 {
        if self.all.len() < 2 {
            return 0;
        }
        let mut left = Rng::with_seed(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .u64(..self.total);
        let mut place = 0;
        for message in &self.all {
            if left < u64::from(message.weight) {
                break;
            }
            left -= u64::from(message.weight);
            place += 1;
        }
        place
    }

    /// A kind.
    pub(super) fn get(&self, place: u32) -> Option<&Message> {
        self.all.get(place as usize)
    }

    /// All kinds.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Message> {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests;
