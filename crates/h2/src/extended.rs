//! The table under the lock of a session.

use core::any::Any;

use proto::{Client, Connection, Event, Role, Server};
use session::{Extension, Spent};

use crate::table::{Table, Turn};

fn note<R: Role>(
    table: &mut Table<R>,
    connection: &mut Connection<R>,
    event: &Event,
    spent: &mut Spent,
) {
    Turn {
        connection,
        table,
        spent,
    }
    .note(event);
}

impl Extension<Server> for Table<Server> {
    fn note(&mut self, connection: &mut Connection<Server>, event: &Event, spent: &mut Spent) {
        note(self, connection, event, spent);
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
        if let Event::Promised {
            stream_id,
            promised_id,
        } = *event
        {
            return Turn {
                connection,
                table: self,
                spent,
            }
            .note_promised(stream_id, promised_id);
        }
        note(self, connection, event, spent);
    }

    fn take_due(&mut self) -> bool {
        Self::take_due(self)
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
