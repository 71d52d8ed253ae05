//! Waiting for a stream to be had (RFC 9113 §5.1.2).
//!
//! Who waits has a number, and the lowest is woken first. Who opens a stream, or stops waiting
//! although it was woken, wakes the next while there are streams left.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use proto::{Bytes, Client as Role, ErrorCode, Request, StreamId, UserError};

use crate::error::{Error, Kind};
use crate::flavor::Flavor;
use crate::local::Machine as _;
use crate::shared::Link;
use crate::state::{Openers, State};

/// A request that waits for its stream.
#[derive(Debug)]
pub(crate) struct Opening<'a, F: Flavor> {
    shared: &'a Link<Role, F>,
    request: Option<Request>,
    /// All of the content, where that is known.
    content: Option<Bytes>,
    number: Option<u64>,
}

impl<'a, F: Flavor> Opening<'a, F> {
    /// A request whose content follows. Its stream has two holders.
    pub(crate) fn begun(shared: &'a Link<Role, F>, request: Request) -> Self {
        Self {
            shared,
            request: Some(request),
            content: None,
            number: None,
        }
    }

    /// A request with its content. Its stream has one holder: there is nothing more to send.
    pub(crate) fn whole(shared: &'a Link<Role, F>, request: Request, content: Bytes) -> Self {
        Self {
            shared,
            request: Some(request),
            content: Some(content),
            number: None,
        }
    }
}

impl<F: Flavor> Future for Opening<'_, F> {
    type Output = Result<StreamId, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        this.shared.act(|state| {
            match state.open(&mut this.request, &mut this.content, this.number) {
                Some(outcome) => {
                    state.stop_waiting(this.number.take());
                    Poll::Ready(outcome)
                }
                None => {
                    this.number = Some(state.wait_to_open(this.number, cx.waker()));
                    Poll::Pending
                }
            }
        })
    }
}

impl<F: Flavor> Drop for Opening<'_, F> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.shared
                .act_soon(move |state| state.stop_waiting(Some(number)));
        }
    }
}

impl<F: Flavor> State<Role, F> {
    /// Opens a stream, if there is one to be had and nobody came before.
    fn open(
        &mut self,
        request: &mut Option<Request>,
        content: &mut Option<Bytes>,
        number: Option<u64>,
    ) -> Option<Result<StreamId, Error>> {
        if !self.is_ending() && !self.may_open(number) {
            return None;
        }
        let request = request.take()?;
        Some(self.open_now(request, content.take()))
    }

    /// Opens a stream, whether there is one to be had or not. Without content it has two holders,
    /// with all of it one.
    pub(crate) fn open_now(
        &mut self,
        request: Request,
        content: Option<Bytes>,
    ) -> Result<StreamId, Error> {
        match self.machine.connection().request(request) {
            Ok(id) => self.hold_opened(id, content),
            Err(UserError::ConnectionClosed) => Err(self.too_late()),
            Err(error) => Err(error.into()),
        }
    }

    /// Why the connection takes no more requests, of one of which nothing was sent.
    pub(crate) fn too_late(&self) -> Error {
        match &self.closed {
            Some(result) => Kind::TooLate(result.clone().err()).into(),
            None => UserError::ConnectionClosed.into(),
        }
    }

    /// Says whether no more streams are opened.
    pub(crate) fn is_ending(&self) -> bool {
        self.is_going_away || self.closed.is_some()
    }

    /// Says whether nobody came before, and there is a stream that nobody has reserved.
    pub(crate) fn may_open(&mut self, number: Option<u64>) -> bool {
        self.openers.is_turn_of(number) && self.has_room()
    }

    fn has_room(&mut self) -> bool {
        self.machine.connection().available() > self.openers.reserved
    }

    fn hold_opened(&mut self, id: StreamId, content: Option<Bytes>) -> Result<StreamId, Error> {
        self.slots.open(id);
        self.slots.hold(id);
        let Some(content) = content else {
            self.slots.hold(id);
            return Ok(id);
        };
        let said = self.with(id, |stream| {
            if !content.is_empty() {
                stream.send_data(content)?;
            }
            stream.end()
        });
        if said.is_err() {
            // What was never whole is taken back; nothing of it has been sent.
            let _ = self.with(id, |stream| stream.reset(ErrorCode::CANCEL));
            self.let_go(id);
        }
        said.map(|()| id)
    }

    pub(crate) fn wait_to_open(&mut self, number: Option<u64>, waker: &Waker) -> u64 {
        let number = number.unwrap_or_else(|| {
            self.openers.next += 1;
            self.openers.next
        });
        let before = self.openers.waiting.insert(number, waker.clone());
        self.replaced.extend(before);
        number
    }

    /// Waits no more, and lets the next have a try.
    pub(crate) fn stop_waiting(&mut self, number: Option<u64>) {
        if let Some(number) = number {
            let waited = self.openers.waiting.remove(&number);
            self.replaced.extend(waited);
        }
        if self.has_room() {
            self.rouse_next_opener();
        }
    }
}

impl Openers {
    /// Says whether nobody came before.
    fn is_turn_of(&self, number: Option<u64>) -> bool {
        match self.waiting.first_key_value() {
            None => true,
            Some((first, _)) => number.is_some_and(|number| number <= *first),
        }
    }
}
