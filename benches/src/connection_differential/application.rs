//! What the application of our end hears, and notes.

use std::collections::BTreeSet;

use tress_proto::{
    Client, Connection, ConnectionError, Event, FieldSection, Part, Request, Response, Role,
    Server, StreamError, StreamId, Violation,
};

use super::outcome::{Delivered, Field};

/// What the roles do not have in common.
pub(super) trait Heads: Role {
    /// The fields of a head.
    fn section(head: &Self::Head) -> &FieldSection;
    /// The request that a server has promised to answer.
    fn promise(connection: &mut Connection<Self>, id: StreamId) -> Option<Request>;
}

impl Heads for Server {
    fn section(head: &Request) -> &FieldSection {
        head.section()
    }

    fn promise(_: &mut Connection<Self>, _: StreamId) -> Option<Request> {
        None
    }
}

impl Heads for Client {
    fn section(head: &Response) -> &FieldSection {
        head.section()
    }

    fn promise(connection: &mut Connection<Self>, id: StreamId) -> Option<Request> {
        connection.stream_mut(id).ok()?.take_promise()
    }
}

/// What the application has heard since it was asked.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) delivered: Delivered,
    /// The rule that the peer broke, in words.
    pub(super) rule: String,
    /// The connection has ended.
    pub(super) is_over: bool,
    /// It has ended because the peer broke a rule.
    pub(super) is_dead: bool,
    /// The streams whose request is HEAD.
    heads: BTreeSet<StreamId>,
    /// The streams on which the peer's message is whole.
    whole: Vec<StreamId>,
}

impl Heard {
    /// The streams on which the peer's message has become whole, and whether its request is HEAD.
    pub(super) fn take_whole(&mut self) -> Vec<(StreamId, bool)> {
        let whole = core::mem::take(&mut self.whole).into_iter();
        whole.map(|id| (id, self.heads.contains(&id))).collect()
    }

    /// Takes note of an event, and takes what has arrived.
    pub(super) fn hear<R: Heads>(&mut self, connection: &mut Connection<R>, event: Event) {
        match event {
            Event::Readable { stream_id } => while self.take(connection, stream_id) {},
            Event::Promised { promised_id, .. } => {
                if let Some(request) = R::promise(connection, promised_id) {
                    self.note_section(promised_id, request.section());
                }
            }
            Event::Finished { stream_id, result } => {
                match result {
                    Err(StreamError::Violation(violation)) => self.rule = name(violation),
                    Err(StreamError::Limit(limit)) => self.rule = name(Violation::Limit(limit)),
                    _ => {}
                }
                let parts = self.delivered.entry(stream_id.value()).or_default();
                parts.finished = Some(result.is_ok());
            }
            Event::Closed(result) => {
                self.is_over = true;
                if let Err(ConnectionError::Violation(violation)) = result {
                    self.rule = name(violation);
                    self.is_dead = true;
                }
            }
            _ => {}
        }
    }

    /// Takes the next part of a stream; says whether there may be more.
    fn take<R: Heads>(&mut self, connection: &mut Connection<R>, id: StreamId) -> bool {
        let Ok(mut stream) = connection.stream_mut(id) else {
            return false;
        };
        let Ok(Some(part)) = stream.recv() else {
            return false;
        };
        match part {
            Part::Informational(head) => self.note_section(id, head.section()),
            Part::Head(head) => self.note_section(id, R::section(&head)),
            Part::Trailers(trailers) => self.note_section(id, trailers.section()),
            Part::Data(data) => {
                let parts = self.delivered.entry(id.value()).or_default();
                parts.content += data.len();
            }
            Part::End => {
                self.delivered.entry(id.value()).or_default().is_ended = true;
                self.whole.push(id);
            }
            Part::Malformed(violation) => {
                self.rule = name(violation);
                stream.release();
                return false;
            }
            _ => {}
        }
        true
    }

    fn note_section(&mut self, id: StreamId, section: &FieldSection) {
        let fields = section.iter();
        let fields: Vec<Field> = fields
            .map(|field| (field.name.to_vec(), field.value.to_vec()))
            .collect();
        if fields
            .iter()
            .any(|(name, value)| name == b":method" && value == b"HEAD")
        {
            self.heads.insert(id);
        }
        let parts = self.delivered.entry(id.value()).or_default();
        parts.sections.push(fields);
    }
}

/// The part of the rule table in which a rule stands, and its name.
fn name(violation: Violation) -> String {
    let (part, rule) = match violation {
        Violation::Frame(error) => ("Frame", format!("{:?}", error.kind())),
        Violation::Compression(error) => ("Compression", format!("{error:?}")),
        Violation::Connection(rule) => ("Connection", format!("{rule:?}")),
        Violation::Stream(rule) => ("Stream", format!("{rule:?}")),
        Violation::Message(rule) => ("Message", format!("{rule:?}")),
        Violation::Limit(limit) => ("Limit", format!("{limit:?}")),
        other => ("?", format!("{other:?}")),
    };
    // What follows is the rule as it was broken this time.
    let rule = rule.split(' ').next().unwrap_or_default();
    format!("{part}::{rule}")
}
