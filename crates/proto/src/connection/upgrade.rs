//! A connection that began as HTTP/1.1 (RFC 7540 §3.2, which RFC 9113 §3.1 took out).
//!
//! Only what concerns HTTP/2 is here: the request of the upgrade is stream 1, and its field
//! `HTTP2-Settings` holds the payload of a SETTINGS frame.

use alloc::vec::Vec;

use bytes::Bytes;
use frame::{Flags, Frame, FrameType, Head, StreamId};

use super::{Connection, Core};
use crate::config::Config;
use crate::error::UserError;
use crate::message::{self, ContentLength, Request, Rules, Signal};
use crate::role::{Client, Server, Side};
use crate::stream::{Notification, Step, Stream};
use crate::streams::Absent;

/// The stream of the request that asked for the upgrade (RFC 7540 §3.2).
const FIRST: StreamId = StreamId::from_wire(1);

impl Config {
    /// The payload of the SETTINGS that a client announces, for the field `HTTP2-Settings` of its
    /// upgrade request, where it stands in base64url (RFC 7540 §3.2.1).
    #[must_use]
    pub fn http2_settings(&self) -> Vec<u8> {
        let settings = crate::settings::first(Side::Client, &self.clone().for_side(Side::Client));
        let mut frame = Vec::new();
        frame::Settings::new(&settings).encode(&mut frame);
        frame.split_off(Head::LEN)
    }
}

impl Connection<Client> {
    /// Makes a connection on which the server has agreed to answer `request` on stream 1, as a
    /// response to an upgrade (RFC 7540 §3.2).
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`].
    pub fn upgraded(config: Config, request: &Request) -> Result<(Self, StreamId), UserError> {
        message::check_request(request, Rules::ours(false, false)).map_err(UserError::Malformed)?;
        let mut connection = Self::new(config);
        let id = connection.core.upgrade_client(request)?;
        Ok((connection, id))
    }
}

impl Connection<Server> {
    /// Makes a connection whose stream 1 is the request of an upgrade, with its whole content
    /// (RFC 7540 §3.2). `settings` is what `HTTP2-Settings` holds, decoded.
    ///
    /// # Errors
    ///
    /// [`UserError::Settings`] if that is no payload of a SETTINGS frame,
    /// [`UserError::Malformed`].
    pub fn upgraded(
        config: Config,
        settings: &[u8],
        request: Request,
        content: Bytes,
    ) -> Result<Self, UserError> {
        let mut connection = Self::new(config);
        connection.upgrade(settings, request, content)?;
        Ok(connection)
    }

    /// Makes the request of an upgrade stream 1 of this connection, which has received nothing yet:
    /// for those who need the connection before they know how it begins. It is of no use when that
    /// fails.
    ///
    /// # Errors
    ///
    /// [`UserError::State`] if something was received, and those of [`upgraded`](Self::upgraded).
    pub fn upgrade(
        &mut self,
        settings: &[u8],
        request: Request,
        content: Bytes,
    ) -> Result<(), UserError> {
        let shared = &self.core.shared;
        let is_fresh = shared.input.is_fresh();
        if !is_fresh || shared.streams.absent(FIRST) != Absent::Idle {
            return Err(UserError::State);
        }
        message::check_request(&request, Rules::ours(false, false))
            .map_err(UserError::Malformed)?;
        self.core.take_settings(settings)?;
        self.core.upgrade_server(request, &content)
    }
}

impl Core {
    fn upgrade_client(&mut self, request: &Request) -> Result<StreamId, UserError> {
        let shared = &mut self.shared;
        let id = shared.streams.take_id()?;
        shared.is_h2c = true;
        let mut stream = self.first_stream(id, request);
        // RFC 7540 §3.2: the request is whole, and its stream half-closed from the client's side.
        stream.say_nothing();
        stream.send(Step::Headers)?;
        stream.send(Step::EndStream)?;
        self.shared.adopt(&mut stream);
        self.store.insert(stream);
        Ok(id)
    }

    fn upgrade_server(&mut self, request: Request, content: &Bytes) -> Result<(), UserError> {
        let mut stream = self.first_stream(FIRST, &request);
        let mut length = ContentLength::new(request.content_length());
        let length = length.add(content.len()).and_then(|()| length.end());
        length.map_err(UserError::Malformed)?;
        for step in [Step::Headers, Step::EndStream] {
            // An idle stream takes both.
            stream.recv(step).map_err(|_| UserError::State)?;
        }
        let shared = &mut self.shared;
        let opened = shared.streams.peer_opens(FIRST);
        opened.map_err(|_| UserError::State)?;
        // RFC 7540 §3.2: what came as HTTP/1.1 was not counted, and gives nothing back.
        let head = request.into_section();
        shared.streams.take_in(&mut stream, head, content);
        shared.adopt(&mut stream);
        shared.admit(&mut stream);
        shared.streams.tell(&mut stream, Notification::Readable);
        self.store.insert(stream);
        self.settle(None);
        Ok(())
    }

    fn first_stream(&self, id: StreamId, request: &Request) -> Stream {
        let window = self.shared.local_settings.record().initial_window_size;
        let mut stream = Stream::new(self.store.next_key(), id, window);
        stream.requested(request.method() == b"HEAD", false);
        stream.prioritize(Signal::of_request(request.section()));
        stream
    }

    /// RFC 7540 §3.2.1: the settings of the upgrade are in force, and need no acknowledgment.
    fn take_settings(&mut self, payload: &[u8]) -> Result<(), UserError> {
        let head = Head {
            length: u32::try_from(payload.len()).map_err(|_| UserError::Settings)?,
            frame_type: FrameType::SETTINGS,
            flags: Flags::NONE,
            stream_id: StreamId::CONNECTION,
        };
        let Ok(Frame::Settings(settings)) = Frame::parse(head, payload) else {
            return Err(UserError::Settings);
        };
        for setting in settings.iter() {
            self.apply_setting(setting)
                .map_err(|_| UserError::Settings)?;
        }
        Ok(())
    }
}
