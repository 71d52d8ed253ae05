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
        response: Response,
        known: Option<u64>,
    ) -> Result<bool, UserError> {
        let (response, checked) = check(self.shared(), response)?;
        let (stream, shared) = self.parts()?;
        let head = Fitted::new(stream, response, checked, known);
        let follows = head.content.has_content();
        if follows {
            stream.say_head(head.length)?;
        } else {
            stream.say_whole(head.length, 0)?;
        }
        stream.answered(checked.status);
        shared.apply_priority(stream, checked, &head.response);
        let section = head.response.into_section();
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
    pub fn answer(&mut self, response: Response, content: Bytes) -> Result<(), UserError> {
        let (response, checked) = check(self.shared(), response)?;
        let (stream, shared) = self.parts()?;
        let known = u64::try_from(content.len()).ok();
        let head = Fitted::new(stream, response, checked, known);
        let content = match head.content.has_content() {
            true => content,
            false => Bytes::new(),
        };
        stream.say_whole(head.length, content.len())?;
        stream.answered(checked.status);
        shared.apply_priority(stream, checked, &head.response);
        shared.queue_whole(stream, head.response.into_section(), content);
        Ok(())
    }
}

/// A head that fits the request it answers.
struct Fitted {
    response: Response,
    content: ResponseContent,
    length: ContentLength,
}

impl Fitted {
    fn new(stream: &Stream, response: Response, checked: Checked, known: Option<u64>) -> Self {
        let content = stream.response_content(checked.status);
        let (response, declared) = match checked.content_length {
            Some(length) if content.has_length() => (response, Some(length)),
            Some(_) => (response.without_content_length(), None),
            None => match content.length_due(known) {
                Some(length) => (response.with_content_length(length), Some(length)),
                None => (response, None),
            },
        };
        Self {
            response,
            content,
            length: ContentLength::of_fitted(content, declared),
        }
    }
}

/// Judges a head, in which a length may stand where there never is content.
fn check(shared: &mut Shared, response: Response) -> Result<(Response, Checked), UserError> {
    let (response, checked) = match message::check_response(&response) {
        Err(MessageRule::ContentLengthForbidden) => {
            let response = response.without_content_length();
            let checked = message::check_response(&response);
            (response, checked)
        }
        checked => (response, checked),
    };
    match checked {
        Ok(checked) => Ok((response, checked)),
        Err(rule) => Err(refuse(shared, &response, rule)),
    }
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
