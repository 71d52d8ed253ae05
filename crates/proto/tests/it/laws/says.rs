//! What the application of one end says in a play, and remembers to have said.

use tress_proto::{Bytes, Request, Response, Server, StreamId, Trailers};

use super::app::App;
use super::machine::Machine;
use super::numbers::Numbers;

impl App {
    pub(crate) fn respond<M>(&mut self, server: &mut M, id: StreamId, response: Response)
    where
        M: Machine<Role = Server>,
    {
        let said = format!("Head({response:?})");
        if let Ok(mut stream) = server.connection().stream_mut(id) {
            if stream.respond(response).is_ok() {
                self.begin(id, said);
            }
        }
    }

    pub(crate) fn inform<M>(&mut self, server: &mut M, id: StreamId, response: Response)
    where
        M: Machine<Role = Server>,
    {
        let said = format!("Informational({response:?})");
        if let Ok(mut stream) = server.connection().stream_mut(id) {
            if stream.inform(response).is_ok() {
                self.begin(id, said);
            }
        }
    }

    pub(crate) fn push<M>(&mut self, server: &mut M, id: StreamId, request: Request)
    where
        M: Machine<Role = Server>,
    {
        if let Ok(mut stream) = server.connection().stream_mut(id) {
            if let Ok(promised) = stream.push(request) {
                self.said.entry(promised).or_default();
            }
        }
    }

    /// Says content, and after that trailers or the end, if the choice is so.
    pub(crate) fn say<M: Machine>(
        &mut self,
        machine: &mut M,
        numbers: &mut Numbers<'_>,
        octets: usize,
        ending: usize,
    ) {
        let Some(id) = self.some_stream(machine, numbers) else {
            return;
        };
        let Ok(mut stream) = machine.connection().stream_mut(id) else {
            return;
        };
        let said = self.said.entry(id).or_default();
        let from = said.content.len();
        let content: Vec<u8> = (from..from + octets).map(pattern).collect();
        if stream.send_data(Bytes::from(content.clone())).is_ok() {
            said.content.extend(content);
        }
        let trailers = Trailers::new().field("x-octets", said.content.len().to_string());
        let text = format!("Trailers({trailers:?})");
        if ending == 0 && stream.send_trailers(trailers).is_ok() {
            said.push(text);
            said.is_ended = true;
        }
        if ending == 1 {
            self.end(machine, id);
        }
    }

    pub(crate) fn end<M: Machine>(&mut self, machine: &mut M, id: StreamId) {
        if let Ok(mut stream) = machine.connection().stream_mut(id) {
            if stream.end().is_ok() {
                self.said.entry(id).or_default().is_ended = true;
            }
        }
    }

    pub(crate) fn answer_all<M: Machine<Role = Server>>(&mut self, machine: &mut M) {
        for id in self.known(machine) {
            self.respond(machine, id, Response::new(200));
        }
    }

    pub(crate) fn end_all<M: Machine>(&mut self, machine: &mut M) {
        for id in self.known(machine) {
            if let Ok(mut stream) = machine.connection().stream_mut(id) {
                stream.uncork();
            }
            self.end(machine, id);
        }
    }
}

/// The octet at a place of any content; no power of two repeats it.
fn pattern(place: usize) -> u8 {
    u8::try_from(place % 251).unwrap_or_default()
}
