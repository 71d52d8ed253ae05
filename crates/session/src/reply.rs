//! The heads of a response as they come, and a response whose head is there (RFC 9113 §8.1).

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::task::{Context, Poll, ready};

use proto::{Client, Part, Response};

use crate::error::Error;
use crate::recv_half::RecvHalf;

/// A response: its head is there, its content may be yet to come, as the `B` of an adapter.
#[derive(Debug)]
#[non_exhaustive]
pub struct Reply<B> {
    /// The informational responses that nobody asked for before the final one came.
    pub informational: Vec<Response>,
    /// The status and the fields.
    pub head: Response,
    /// The content.
    pub body: B,
}

/// What a server says to CONNECT: a tunnel `T` of an adapter's, or a [`Reply`] of it, which is `P`.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a tunnel is granted or it is not")]
pub enum Tunneled<T, P> {
    /// The status is 2xx: from here on there are octets, both ways.
    Established(Response, T),
    /// A response like any other.
    Refused(P),
}

/// The heads of a response, as they come. What comes early, while something else is waited for, is there
/// when it is asked for.
#[derive(Debug, Default)]
pub struct Heads {
    early: VecDeque<Response>,
    last: Option<Response>,
}

impl<B> Reply<B> {
    /// Puts a response together.
    pub const fn new(informational: Vec<Response>, head: Response, body: B) -> Self {
        Self {
            informational,
            head,
            body,
        }
    }
}

impl<T, P> Tunneled<T, P> {
    /// The tunnel, if it was granted.
    ///
    /// # Errors
    ///
    /// The response that refused it.
    pub fn into_tunnel(self) -> Result<T, Box<P>> {
        match self {
            Self::Established(_, tunnel) => Ok(tunnel),
            Self::Refused(reply) => Err(Box::new(reply)),
        }
    }
}

impl Heads {
    /// Takes the next informational response; `None` when the final one is there.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn poll_informational(
        &mut self,
        recv: &mut RecvHalf<Client>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Response>, Error>> {
        if self.early.is_empty() {
            ready!(self.poll_next(recv, cx))?;
        }
        Poll::Ready(Ok(self.early.pop_front()))
    }

    /// Waits until the server asks for the content by a 100 (RFC 9110 §15.2.1), which is passed over, or
    /// answers; returns the status of the final response if that came first.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn poll_invited(
        &mut self,
        recv: &mut RecvHalf<Client>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<u16>, Error>> {
        while self.last.is_none() {
            ready!(self.poll_next(recv, cx))?;
            if self.early.back().is_some_and(|head| head.status() == 100) {
                self.early.pop_back();
                return Poll::Ready(Ok(None));
            }
        }
        Poll::Ready(Ok(self.last.as_ref().map(Response::status)))
    }

    /// Waits for the final response; returns those that came before it and were not taken, too.
    ///
    /// # Errors
    ///
    /// What ended the stream.
    pub fn poll_final(
        &mut self,
        recv: &mut RecvHalf<Client>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(Vec<Response>, Response), Error>> {
        loop {
            if let Some(head) = self.last.take() {
                let early = core::mem::take(&mut self.early);
                return Poll::Ready(Ok((early.into(), head)));
            }
            ready!(self.poll_next(recv, cx))?;
        }
    }

    /// Takes one more head, unless the final one is there.
    fn poll_next(
        &mut self,
        recv: &mut RecvHalf<Client>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        if self.last.is_none() {
            match ready!(recv.poll_part(cx))? {
                Part::Informational(head) => self.early.push_back(head),
                Part::Head(head) => self.last = Some(head),
                // It was taken already.
                _ => return Poll::Ready(Err(Error::closed())),
            }
        }
        Poll::Ready(Ok(()))
    }
}
