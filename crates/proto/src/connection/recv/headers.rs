//! HEADERS arrive: what they begin is decided here, what they say when the block is whole
//! (RFC 9113 §6.2, RFC 9113 §5.1.1).

use frame::{Headers, Scope, StreamId};

use crate::connection::{Core, Shared};
use crate::input::{FieldBlock, Purpose};
use crate::message::{Kind, Rules};
use crate::role::Side;
use crate::stream::{ClosedBy, Past, Phase, State, Step, Stream, Transition};
use crate::streams::Absent;
use crate::violation::{ConnectionRule, Fault, Limit, On, StreamRule, Violation};

impl Core {
    pub(super) fn recv_headers(&mut self, frame: Headers<'_>) -> Result<(), Fault> {
        let Some(stream) = self.store.resolve(frame.stream_id) else {
            let purpose = self.shared.purpose_of_absent(&frame)?;
            return match self.shared.begin_block(&frame, purpose)? {
                Some(block) => self.recv_new_stream(&block),
                None => Ok(()),
            };
        };
        let purpose = self.shared.purpose_of_present(stream)?;
        let Some(block) = self.shared.begin_block(&frame, purpose)? else {
            return Ok(());
        };
        let result = self.shared.recv_section(stream, &block);
        let has_left = self.shared.take_left(stream);
        self.settle(has_left);
        result
    }
}

impl Shared {
    /// A field block begins. Returns it if it is whole.
    fn begin_block(
        &mut self,
        frame: &Headers<'_>,
        purpose: Purpose,
    ) -> Result<Option<FieldBlock>, Fault> {
        let block = FieldBlock::new(frame.stream_id, frame.end_stream, purpose);
        self.feed(block, frame.fragment, frame.end_headers)
    }

    /// Gives the decoder the first fragment of a block. Returns the block if it is whole.
    pub(super) fn feed(
        &mut self,
        block: FieldBlock,
        fragment: &[u8],
        is_last: bool,
    ) -> Result<Option<FieldBlock>, Fault> {
        let limits = &self.config.limits;
        let rules = Rules {
            extended_connect: self.config.extended_connect,
            soft_fields: usize::try_from(limits.fields).unwrap_or(usize::MAX),
            host_may_differ: self.config.stand_in.host_may_differ,
        };
        self.input.begin(block, rules, fragment, is_last, limits)
    }

    /// HEADERS on a stream that is there.
    fn purpose_of_present(&self, stream: &Stream) -> Result<Purpose, Violation> {
        if stream.state() == State::Idle {
            // It is ours, and the peer cannot have heard of it.
            return Err(StreamRule::Idle.into());
        }
        match stream.state().recv(Step::Headers) {
            Ok(Transition::Accept(_)) => {}
            Ok(Transition::Discard) => return Ok(Purpose::Discard),
            // What ends the connection does so at once, as it does when the stream has left.
            Err(violation) if violation.scope_and_code().0 == Scope::Connection => {
                return Err(violation);
            }
            Err(violation) => return Ok(Purpose::Fault(violation.on(stream.id()))),
        }
        let kind = match stream.receiving() {
            Phase::Head if self.side == Side::Client => Kind::Response,
            Phase::Head => Kind::Request,
            Phase::Content | Phase::Trailers | Phase::Ended => Kind::Trailers,
        };
        match kind {
            Kind::Response if stream.is_tunnel() => Ok(Purpose::ConnectResponse),
            kind => Ok(Purpose::Message(kind)),
        }
    }

    /// HEADERS on a stream that is not there: a new one, or one that is over.
    fn purpose_of_absent(&mut self, frame: &Headers<'_>) -> Result<Purpose, Violation> {
        let id = frame.stream_id;
        match self.streams.absent(id) {
            Absent::Idle if self.side == Side::Server => {
                self.open_stream(id, frame.end_stream).map_err(Into::into)
            }
            // RFC 9113 §5.1: a server opens streams by promising them only.
            Absent::Idle if !self.streams.is_local(id) => Err(ConnectionRule::NotPromised.into()),
            Absent::Idle => Err(StreamRule::Idle.into()),
            // RFC 9113 §5.1.1: an identifier that was skipped is closed.
            Absent::Past(Past::Skipped) if !self.streams.is_local(id) => {
                Err(ConnectionRule::IdNotIncreasing.into())
            }
            Absent::Past(Past::Skipped) => Err(StreamRule::Idle.into()),
            Absent::Past(Past::Closed(ClosedBy::ResetSent)) => Ok(Purpose::Discard),
            Absent::Past(Past::Closed(ClosedBy::EndStream)) => Err(StreamRule::Closed.into()),
            Absent::Past(Past::Closed(ClosedBy::ResetReceived)) => {
                Ok(Purpose::Fault(StreamRule::Reset.on(id)))
            }
        }
    }

    /// Lets the peer open a stream, unless there are enough.
    fn open_stream(&mut self, id: StreamId, end_stream: bool) -> Result<Purpose, ConnectionRule> {
        self.streams.peer_opens(id)?;
        if self.life.ignores(id) {
            // RFC 9113 §6.8: streams above the last one that we named are ignored; the block is
            // decoded all the same.
            self.streams.ignore(id);
            return Ok(Purpose::Discard);
        }
        // Choice: RFC 9113 §5.1.2 allows PROTOCOL_ERROR too; REFUSED_STREAM says that it is safe to
        // try again, which helps a client that has not seen our SETTINGS.
        if self.streams.active_peer() >= self.max_peer_streams() {
            return Ok(Purpose::Fault(Limit::ConcurrentStreams.on(id)));
        }
        // RFC 9113 §10.5: what is there of streams that are over counts until it is taken.
        if !end_stream && !self.windows.has_capacity(0) {
            return Ok(Purpose::Fault(Limit::Untaken.on(id)));
        }
        Ok(Purpose::NewStream(Kind::Request))
    }
}
