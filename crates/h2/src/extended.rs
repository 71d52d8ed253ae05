//! The table under the lock of a session.

use core::any::Any;

use proto::{Client, Connection, Event, Server, StreamError};
use session::{Extension, Spent};

use crate::table::{Table, Turn};

impl Extension<Server> for Table<Server> {
    fn note(&mut self, connection: &mut Connection<Server>, event: &Event, spent: &mut Spent) {
        Turn {
            connection: connection.into(),
            table: self,
            spent,
        }
        .note(event);
    }

    fn take_due(&mut self) -> bool {
        Self::take_due(self)
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

impl Extension<Client> for Table<Client> {
    fn note(&mut self, connection: &mut Connection<Client>, event: &Event, spent: &mut Spent) {
        let mut turn = Turn {
            connection: connection.into(),
            table: self,
            spent,
        };
        match *event {
            Event::Promised {
                stream_id,
                promised_id,
            } => return turn.note_promised(stream_id, promised_id),
            Event::Finished {
                stream_id,
                result: Err(StreamError::Reset(_)),
            } => turn.note_withdrawn(stream_id),
            _ => {}
        }
        turn.note(event);
    }

    fn take_due(&mut self) -> bool {
        Self::take_due(self)
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
