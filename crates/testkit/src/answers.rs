//! A peer that answers by itself, for models and tests whose transport is not worth a thread.

use alloc::collections::VecDeque;

use crate::{PREFACE, Wire};

/// A peer that says something at first, and something more whenever it has heard a frame of a kind.
///
/// It looks for one kind after the other; when it has said the last of its answers, it ends its
/// output. Without answers it never does.
#[derive(Debug)]
pub struct Answers {
    /// How much of the preface is yet to be heard.
    preface: usize,
    heard: Vec<u8>,
    answers: VecDeque<(u8, Vec<u8>)>,
    output: VecDeque<u8>,
    is_over: bool,
}

impl Answers {
    /// A server, which hears the preface of a client first (RFC 9113 §3.4).
    #[must_use]
    pub fn server(first: impl Wire, answers: Vec<(u8, Vec<u8>)>) -> Self {
        Self {
            preface: PREFACE.len(),
            ..Self::client(first, answers)
        }
    }

    /// A client, whose `first` has the preface.
    #[must_use]
    pub fn client(first: impl Wire, answers: Vec<(u8, Vec<u8>)>) -> Self {
        Self {
            preface: 0,
            heard: Vec::new(),
            answers: answers.into(),
            output: first.octets().into(),
            is_over: false,
        }
    }

    /// Hears octets, which may be any part of a frame.
    pub fn hear(&mut self, octets: &[u8]) {
        self.heard.extend_from_slice(octets);
        let skipped = self.preface.min(self.heard.len());
        self.heard.drain(..skipped);
        self.preface -= skipped;
        while let [a, b, c, kind, ..] = self.heard[..] {
            let length = 9 + (usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c));
            if self.heard.len() < length {
                return;
            }
            self.heard.drain(..length);
            if self
                .answers
                .front()
                .is_none_or(|(wanted, _)| *wanted != kind)
            {
                continue;
            }
            if let Some((_, answer)) = self.answers.pop_front() {
                self.output.extend(answer);
                self.is_over = self.answers.is_empty();
            }
        }
    }

    /// Says some of what it has to say: how many octets, 0 at the end, `None` when there is nothing
    /// yet.
    pub fn say(&mut self, into: &mut [u8]) -> Option<usize> {
        let count = into.len().min(self.output.len());
        let said = self.output.drain(..count);
        into.iter_mut()
            .zip(said)
            .for_each(|(to, octet)| *to = octet);
        (count > 0 || self.is_over).then_some(count)
    }
}
