//! A head that is made once and sent often.

use super::judge::Rules;
use super::{Request, Response, check_request, check_response};
use crate::error::UserError;

/// The head of a response that was judged once, to be sent any number of times (RFC 9113 §8.3.2).
///
/// A response that is made of it is a copy in one piece, and nothing in it is judged again. What differs
/// from answer to answer is added to the copy. It holds fields, not octets of HPACK, which depend on what
/// the connection said before: so one serves all connections.
///
/// ```
/// use tress_proto::{FieldName, Response};
///
/// let page = Response::new(200)
///     .with(FieldName::CONTENT_TYPE, "text/html; charset=utf-8")
///     .with(FieldName::CACHE_CONTROL, "no-cache")
///     .prepare()?;
///
/// // For each request:
/// let response = page
///     .to_response()
///     .with_content_length(4)
///     .with(FieldName::DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.content_length(), Some(4));
/// # Ok::<(), tress_proto::UserError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedResponse {
    head: Response,
}

impl Response {
    /// Judges the head, to send it often.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], as [`StreamMut::respond`](crate::StreamMut::respond) says it.
    pub fn prepare(self) -> Result<PreparedResponse, UserError> {
        check_response(&self).map_err(UserError::Malformed)?;
        Ok(PreparedResponse { head: self })
    }
}

impl PreparedResponse {
    /// Makes a response, in memory of its own.
    #[must_use]
    pub fn to_response(&self) -> Response {
        self.head.clone()
    }

    /// Makes a response in the memory that a request holds, which saves an allocation.
    ///
    /// ```
    /// use tress_proto::{Request, Response};
    ///
    /// let page = Response::new(404).field("server", "tress").prepare()?;
    /// let request = Request::get("https", "example.com", "/");
    /// assert_eq!(&page.to_response_within(request), page.head());
    /// # Ok::<(), tress_proto::UserError>(())
    /// ```
    #[must_use]
    pub fn to_response_within(&self, request: Request) -> Response {
        let mut section = request.into_section();
        section.clone_from(self.head.section());
        Response::from_section(section)
    }

    /// Shows the head.
    #[must_use]
    pub const fn head(&self) -> &Response {
        &self.head
    }
}

/// The head of a request that was judged once, to be sent any number of times (RFC 9113 §8.3.1).
///
/// It is to requests what [`PreparedResponse`] is to responses: whoever asks the same thing often, as a
/// load generator does, makes each request as a copy in one piece.
///
/// ```
/// use tress_proto::Request;
///
/// let page = Request::get("https", "example.com", "/").prepare()?;
/// assert_eq!(&page.to_request(), page.head());
/// # Ok::<(), tress_proto::UserError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedRequest {
    head: Request,
}

impl Request {
    /// Judges the head, to send it often.
    ///
    /// # Errors
    ///
    /// [`UserError::Malformed`], as [`Connection::request`](crate::Connection::request) says it; also for
    /// an extended CONNECT, which depends on what the server has announced (RFC 8441 §3).
    pub fn prepare(self) -> Result<PreparedRequest, UserError> {
        check_request(&self, Rules::ours(false, false)).map_err(UserError::Malformed)?;
        Ok(PreparedRequest { head: self })
    }
}

impl PreparedRequest {
    /// Makes a request, in memory of its own.
    #[must_use]
    pub fn to_request(&self) -> Request {
        self.head.clone()
    }

    /// Makes a request in the memory that a response holds, such as the one before it got, which saves
    /// an allocation.
    ///
    /// ```
    /// use tress_proto::{Request, Response};
    ///
    /// let page = Request::get("https", "example.com", "/").prepare()?;
    /// let response = Response::new(404).field("server", "tress");
    /// assert_eq!(&page.to_request_within(response), page.head());
    /// # Ok::<(), tress_proto::UserError>(())
    /// ```
    #[must_use]
    pub fn to_request_within(&self, response: Response) -> Request {
        let mut section = response.into_section();
        section.clone_from(self.head.section());
        Request::from_section(section)
    }

    /// Shows the head.
    #[must_use]
    pub const fn head(&self) -> &Request {
        &self.head
    }
}
