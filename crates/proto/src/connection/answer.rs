//! Answering a request: its head, or all of it in one turn (RFC 9113 §8.1).

use bytes::Bytes;

use super::{Shared, StreamMut};
use crate::error::UserError;
use crate::message::{self, Checked, ContentLength, Kind, Response, ResponseContent, Rules};
use crate::role::Server;
use crate::stream::{Queued, Stream};
use crate::violation::MessageRule;

impl StreamMut<'_, Server> {
    /// Answers the request; content may follow. [`StreamMut::end`] says that the response is whole. It is
    /// sent as it is given: [`begin_answer`](Self::begin_answer) sees to what HEAD and some statuses mean.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], [`UserError::OutOfOrder`] after another response,
    /// [`UserError::StreamClosed`].
    #[doc(alias("send_response", "nghttp2_submit_response"))]
    pub fn respond(&mut self, response: Response) -> Result<(), UserError> {
        let checked = message::check_response(&response);
        let checked = checked.map_err(|rule| refuse(self.shared(), &response, rule))?;
        let (stream, shared) = self.parts()?;
        let length = stream.response_length(checked.status, checked.content_length);
        let length = length.map_err(UserError::Malformed)?;
        stream.say_head(length)?;
        stream.answered(checked.status);
        shared.apply_priority(stream, checked, &response);
        shared.queue(stream, Queued::Head(response.into_section()));
        Ok(())
    }

    /// Begins the answer as HTTP wants it, whatever is given: where the method or the status let no
    /// content follow ([`ResponseContent`]), the answer is whole with its head, and a `content-length` that
    /// may not stand there is left out; what is said on the stream after that, content, trailers and the
    /// end, goes nowhere and is no error. Otherwise as [`respond`](Self::respond). Returns whether content
    /// may follow.
    ///
    /// `known` is how many octets of content will follow, where that is known: it is said, unless the head
    /// says a length itself.
    ///
    /// # Errors
    ///
    /// Those of [`respond`](Self::respond).
    pub fn begin_answer(
        &mut self,
        mut response: Response,
        known: Option<u64>,
    ) -> Result<bool, UserError> {
        let checked = check(self.shared(), &mut response)?;
        let (stream, shared) = self.parts()?;
        let (content, length) = fit(stream, &mut response, checked, known);
        let follows = content.has_content();
        if follows {
            stream.say_head(length)?;
        } else {
            stream.say_whole(length, 0)?;
        }
        stream.answered(checked.status);
        shared.apply_priority(stream, checked, &response);
        let section = response.into_section();
        if follows {
            shared.queue(stream, Queued::Head(section));
        } else {
            shared.queue_whole(stream, section, Bytes::new());
        }
        Ok(follows)
    }

    /// Answers the request whole, as [`begin_answer`](Self::begin_answer) begins one: the length of the
    /// content is said where it may be and is not, and content that may not follow goes nowhere. Either all
    /// of it is queued or, with an error, nothing. The content is taken whole, also above the
    /// [capacity](Self::capacity).
    ///
    /// ```
    /// # use tress_proto::runtime::Runtime;
    /// # use tress_proto::{Bytes, Client, Config, Connection, Event, Request, Response, Server};
    /// # let mut client = Connection::<Client>::new(Config::default());
    /// # let mut server = Connection::<Server>::new(Config::default());
    /// # let id = client.request(Request::get("https", "example.com", "/"))?;
    /// # client.stream_mut(id)?.end()?;
    /// # while let tress_proto::runtime::WriteOperation::Write(chunks) = client.next_write_operation() {
    /// #     let octets = chunks.as_slices().concat();
    /// #     server.read(&octets);
    /// #     client.report_write_result(tress_proto::runtime::WriteResult::Ok(octets.len()));
    /// # }
    /// let page = Response::new(200).field("content-type", "text/plain").prepare()?;
    /// while let Some(event) = server.poll_event() {
    ///     if let Event::Opened { stream_id } = event {
    ///         let mut stream = server.stream_mut(stream_id)?;
    ///         stream.answer(page.to_response(), Bytes::from_static(b"hi"))?;
    ///     }
    /// }
    /// # Ok::<(), tress_proto::UserError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`] also if the content is not as long as `content-length` says,
    /// [`UserError::OutOfOrder`] after another response, [`UserError::StreamClosed`].
    pub fn answer(&mut self, mut response: Response, mut content: Bytes) -> Result<(), UserError> {
        let checked = check(self.shared(), &mut response)?;
        let (stream, shared) = self.parts()?;
        let known = u64::try_from(content.len()).ok();
        let (kind, length) = fit(stream, &mut response, checked, known);
        if !kind.has_content() {
            content.clear();
        }
        stream.say_whole(length, content.len())?;
        stream.answered(checked.status);
        shared.apply_priority(stream, checked, &response);
        shared.queue_whole(stream, response.into_section(), content);
        Ok(())
    }
}

/// Makes a head fit the request that it answers. Returns what may go with it, and how long that is.
fn fit(
    stream: &Stream,
    response: &mut Response,
    checked: Checked,
    known: Option<u64>,
) -> (ResponseContent, ContentLength) {
    let content = stream.response_content(checked.status);
    let declared = match checked.content_length {
        Some(length) if content.has_length() => Some(length),
        Some(_) => {
            response.drop_content_length();
            None
        }
        None => content
            .length_due(known)
            .inspect(|length| response.say_content_length(*length)),
    };
    (content, ContentLength::of_fitted(content, declared))
}

/// Judges a head, in which a length may stand where there never is content.
fn check(shared: &mut Shared, response: &mut Response) -> Result<Checked, UserError> {
    let checked = match message::check_response(response) {
        Err(MessageRule::ContentLengthForbidden) => {
            response.drop_content_length();
            message::check_response(response)
        }
        checked => checked,
    };
    checked.map_err(|rule| refuse(shared, response, rule))
}

/// A response breaks a rule.
fn refuse(shared: &mut Shared, response: &Response, rule: MessageRule) -> UserError {
    let judged = (Kind::Response, Rules::ours(false, false));
    shared.refuse_message(response.section(), judged, rule)
}

impl Shared {
    fn apply_priority(&mut self, stream: &mut Stream, checked: Checked, response: &Response) {
        if checked.has_priority {
            self.prioritize_response(stream, response.section());
        }
    }
}
