//! Answering a request: its head, or all of it in one turn (RFC 9113 §8.1).

use bytes::Bytes;

use super::{Shared, StreamMut};
use crate::error::UserError;
use crate::message::{self, Checked, Response};
use crate::role::Server;
use crate::stream::{Queued, Stream};

impl StreamMut<'_, Server> {
    /// Answers the request; content may follow. [`StreamMut::end`] says that the response is whole.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], [`UserError::OutOfOrder`] after another response,
    /// [`UserError::StreamClosed`].
    #[doc(alias("send_response", "nghttp2_submit_response"))]
    pub fn respond(&mut self, response: Response) -> Result<(), UserError> {
        let checked = message::check_response(&response).map_err(UserError::Malformed)?;
        let (stream, shared) = self.parts()?;
        let length = stream.response_length(checked.status, checked.content_length);
        let length = length.map_err(UserError::Malformed)?;
        stream.say_head(length)?;
        stream.answered(checked.status);
        shared.heed_priority(stream, checked, &response);
        shared.queue(stream, Queued::Head(response.into_section()));
        Ok(())
    }

    /// Answers the request whole: [`respond`](Self::respond), [`send_data`](Self::send_data) and
    /// [`end`](Self::end) in one, which costs less. Either all of it is queued or, with an error,
    /// nothing. The content is taken whole, also above the [capacity](Self::capacity).
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
    ///         let response = page.to_response().with_content_length(2);
    ///         server.stream_mut(stream_id)?.answer(response, Bytes::from_static(b"hi"))?;
    ///     }
    /// }
    /// # Ok::<(), tress_proto::UserError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`] also if the content is not as long as `content-length` says or the
    /// response has none, [`UserError::OutOfOrder`] after another response, [`UserError::StreamClosed`].
    pub fn answer(&mut self, response: Response, content: Bytes) -> Result<(), UserError> {
        let checked = message::check_response(&response).map_err(UserError::Malformed)?;
        let (stream, shared) = self.parts()?;
        let length = stream.response_length(checked.status, checked.content_length);
        let length = length.map_err(UserError::Malformed)?;
        stream.say_whole(length, content.len())?;
        stream.answered(checked.status);
        shared.heed_priority(stream, checked, &response);
        shared.queue_whole(stream, response.into_section(), content);
        Ok(())
    }
}

impl Shared {
    fn heed_priority(&mut self, stream: &mut Stream, checked: Checked, response: &Response) {
        if checked.has_priority {
            self.prioritize_response(stream, response.section());
        }
    }
}
