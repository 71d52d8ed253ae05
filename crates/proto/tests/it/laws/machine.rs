//! What the laws drive: a connection, or one with a fault planted in it.

use tress_proto::runtime::Runtime;
use tress_proto::{
    Connection, Event, Part, Role, SettingsChange, StreamError, StreamId, UserError,
};

/// A connection with everything that a law looks at, so that a test can falsify it.
pub(crate) trait Machine: Runtime {
    /// Which end it is.
    type Role: Role;

    /// The connection inside.
    fn connection(&mut self) -> &mut Connection<Self::Role>;

    /// The next thing that happened.
    fn event(&mut self) -> Option<Event> {
        self.connection().poll_event()
    }

    /// The next part of a stream; none also where there is no such stream.
    fn take(&mut self, id: StreamId) -> Result<Option<Part<Self::Role>>, StreamError> {
        match self.connection().stream_mut(id) {
            Ok(mut stream) => stream.recv(),
            Err(_) => Ok(None),
        }
    }

    /// Announces other settings, which let the peer open so many streams.
    fn announce(&mut self, change: SettingsChange, _streams: u32) -> Result<(), UserError> {
        self.connection().update_settings(change)
    }
}

impl<R: Role> Machine for Connection<R> {
    type Role = R;

    fn connection(&mut self) -> &mut Self {
        self
    }
}

/// The streams that a connection still knows.
pub(crate) fn streams<M: Machine>(machine: &mut M) -> Vec<StreamId> {
    let streams = machine.connection().streams();
    streams.map(|stream| stream.id()).collect()
}
