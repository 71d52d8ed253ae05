//! A connection, whichever end of it we are, and a handle on one of its streams.

use core::fmt;

use proto::{Client, Role, Server, StreamId as ProtoId};
use session::{Extension, Session};

use crate::error::Error;
use crate::stream_id::StreamId;
use crate::table::{Table, Turn};
use crate::user_error::UserError;

/// A connection, whichever end of it we are: the types of streams do not say.
#[derive(Clone)]
pub(crate) enum Link {
    Client(Session<Client>),
    Server(Session<Server>),
}

/// Takes a turn at whichever end it is.
macro_rules! turn {
    ($link:expr, |$turn:ident| $action:expr) => {
        match $link {
            $crate::link::Link::Client(session) => $crate::link::act(session, |$turn| $action),
            $crate::link::Link::Server(session) => $crate::link::act(session, |$turn| $action),
        }
    };
}
pub(crate) use turn;

/// Takes a turn, and has the driver see to what is due after it.
///
/// # Errors
///
/// That this thread is in the middle of one: content that is dropped waits for no answer.
pub(crate) fn act<R: Role, T>(
    session: &Session<R>,
    action: impl FnOnce(&mut Turn<'_, R>) -> T,
) -> Result<T, Error>
where
    Table<R>: Extension<R>,
{
    let acted = session.act_with::<Table<R>, T>(|connection, table, spent| {
        action(&mut Turn {
            connection,
            table,
            spent,
        })
    });
    acted.map_err(|error| Error::io(std::io::Error::other(error.to_string())))
}

/// The same where nobody waits for the outcome: at the end of the turn that this thread is in.
pub(crate) fn act_soon<R: Role>(
    session: &Session<R>,
    action: impl FnOnce(&mut Turn<'_, R>) + Send + 'static,
) where
    Table<R>: Extension<R>,
{
    session.act_with_soon::<Table<R>>(move |connection, table, spent| {
        action(&mut Turn {
            connection,
            table,
            spent,
        });
    });
}

/// A handle on a stream. With the last of them, so is the stream gone.
pub(crate) struct Handle {
    link: Link,
    place: usize,
    id: ProtoId,
    /// With it goes who takes the content.
    is_reader: bool,
}

impl Handle {
    /// A handle that is counted already.
    pub(crate) const fn new(link: Link, place: usize, id: ProtoId) -> Self {
        Self {
            link,
            place,
            id,
            is_reader: false,
        }
    }

    pub(crate) const fn link(&self) -> &Link {
        &self.link
    }

    /// Where the stream is in the table.
    pub(crate) const fn place(&self) -> usize {
        self.place
    }

    pub(crate) const fn id(&self) -> StreamId {
        StreamId::of(self.id)
    }

    /// Another handle, which is counted already.
    pub(crate) fn counted(&self) -> Self {
        Self::new(self.link.clone(), self.place, self.id)
    }

    /// Ends the stream at once.
    pub(crate) fn reset(&self, reason: crate::Reason) {
        let place = self.place;
        match &self.link {
            Link::Client(session) => act_soon(session, move |turn| turn.reset(place, reason)),
            Link::Server(session) => act_soon(session, move |turn| turn.reset(place, reason)),
        }
    }

    /// Whoever takes the content of the stream goes with this handle.
    pub(crate) const fn set_reader(&mut self) {
        self.is_reader = true;
    }
}

impl Clone for Handle {
    fn clone(&self) -> Self {
        let place = self.place;
        match &self.link {
            Link::Client(session) => act_soon(session, move |turn| turn.hold(place)),
            Link::Server(session) => act_soon(session, move |turn| turn.hold(place)),
        }
        self.counted()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let (place, is_reader) = (self.place, self.is_reader);
        match &self.link {
            Link::Client(session) => act_soon(session, move |turn| turn.release(place, is_reader)),
            Link::Server(session) => act_soon(session, move |turn| turn.release(place, is_reader)),
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("stream_id", &self.id())
            .finish_non_exhaustive()
    }
}

/// Takes a turn with the connection of a handle that only a client has.
pub(crate) fn client<T>(
    handle: &Handle,
    action: impl FnOnce(&mut Turn<'_, Client>) -> T,
) -> Result<T, Error> {
    match handle.link() {
        Link::Client(session) => act(session, action),
        Link::Server(_) => Err(Error::user(UserError::UnexpectedFrameType)),
    }
}

/// The same where only a server has it.
pub(crate) fn server<T>(
    handle: &Handle,
    action: impl FnOnce(&mut Turn<'_, Server>) -> T,
) -> Result<T, Error> {
    match handle.link() {
        Link::Server(session) => act(session, action),
        Link::Client(_) => Err(Error::user(UserError::UnexpectedFrameType)),
    }
}
