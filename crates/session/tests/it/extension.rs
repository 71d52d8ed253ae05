//! What an adapter keeps under the lock, and is told in the turn in which it happens.

use core::any::Any;
use core::num::NonZeroU32;

use tress_session::proto::{Connection, Event, Part, Server};
use tress_session::{Extension, Options, Response, Session, Spent};

use crate::support::{get, session, take};

/// Keeps which streams came and went, and has the driver look when one has come.
#[derive(Default)]
struct Seen {
    told: Vec<String>,
    is_due: bool,
}

impl Extension<Server> for Seen {
    fn note(&mut self, connection: &mut Connection<Server>, event: &Event, _: &mut Spent) {
        match event {
            Event::Opened { stream_id } => {
                let mut stream = connection.stream_mut(*stream_id).unwrap();
                assert_eq!(
                    stream.set_user_data(NonZeroU32::MIN),
                    None,
                    "the word is its own"
                );
                self.told.push(format!("opened {stream_id}"));
                self.is_due = true;
            }
            Event::Finished { stream_id, .. } => self.told.push(format!("finished {stream_id}")),
            _ => {}
        }
    }

    fn take_due(&mut self) -> bool {
        core::mem::take(&mut self.is_due)
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

#[test]
fn an_extension_keeps_the_streams_and_the_session_the_rest() {
    let client = session(Default::default());
    let opened = client.request(get(), Some(Default::default())).unwrap();
    let options = Options {
        extension: Some(Box::new(Seen::default())),
        ..Options::default()
    };
    let machine = Box::new(Connection::new(Default::default()));
    let server = Session::<Server>::new(machine, options);
    take(&server);
    let octets = take(&client);
    let (_, due) = server
        .turn(|locked| locked.machine().read(&octets))
        .unwrap();
    assert!(due.output, "the extension has the driver look");
    assert!(!due.opened, "nothing is for the session to accept");
    let id = opened.recv.handle().id();
    let answered = server.act_with(|mut connection, seen: &mut Seen, _| {
        assert_eq!(seen.told, ["opened 1"]);
        let mut stream = connection.stream_mut(id).unwrap();
        assert!(matches!(stream.recv(), Ok(Some(Part::Head(_)))));
        assert!(matches!(stream.recv(), Ok(Some(Part::End))));
        stream.respond(Response::new(200))?;
        stream.end()
    });
    answered.unwrap().unwrap();
    take(&server);
    let told =
        server.turn(|locked| locked.with_extension(|_, seen: &mut Seen, _| seen.told.clone()));
    assert_eq!(told.unwrap().0, ["opened 1", "finished 1"]);
}

#[test]
fn who_asks_an_extension_in_the_middle_of_a_turn_is_answered_at_its_end_or_refused() {
    let options = Options {
        extension: Some(Box::new(Seen::default())),
        ..Options::default()
    };
    let machine = Box::new(Connection::new(Default::default()));
    let server = Session::<Server>::new(machine, options);
    let inner = server.clone();
    server
        .act_with(|_, seen: &mut Seen, _| {
            let refused = inner.act_with(|_, _: &mut Seen, _| ());
            assert!(refused.unwrap_err().is_reentrant());
            inner.act_with_soon(|_, seen: &mut Seen, _| seen.told.push("later".to_owned()));
            seen.told.push("now".to_owned());
        })
        .unwrap();
    let told = server.act_with(|_, seen: &mut Seen, _| seen.told.clone());
    assert_eq!(told.unwrap(), ["now", "later"]);
}
