//! The memory of heads that came, for those that leave.
//!
//! A read brings the heads of as many answers as there are streams, and as many requests follow: with
//! all of them kept, a run in its course asks for no memory.

use alloc::vec::Vec;

use blocking::proto::{PreparedRequest, Request, Response};

/// How many heads are kept at most.
const MOST: usize = 1024;

/// The heads of answers that nobody needs any more.
#[derive(Debug, Default)]
pub(super) struct Spare(Vec<Response>);

impl Spare {
    /// Makes a request, in the memory of an answer if there is one.
    pub(super) fn request(&mut self, head: &PreparedRequest) -> Request {
        match self.0.pop() {
            Some(answer) => head.to_request_within(answer),
            None => head.to_request(),
        }
    }

    /// Keeps the memory of an answer.
    pub(super) fn keep(&mut self, answer: Response) {
        if self.0.len() < MOST {
            self.0.push(answer);
        }
    }
}
