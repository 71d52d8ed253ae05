//! What a message of HTTP/1.1 is in HTTP/2 (RFC 9113 §8.2.2, RFC 9113 §8.3.1).

use proto::{FieldSection, Request, Response};

use crate::head::{RequestHead, ResponseHead, has_member};
use crate::status;

impl RequestHead {
    /// Makes the request that this one is in HTTP/2, without what concerns the connection alone.
    ///
    /// # Errors
    ///
    /// The status to answer with.
    pub(crate) fn translate(&self) -> Result<Request, u16> {
        let request = self.control().ok_or(status::BAD_REQUEST)?;
        Ok(end_to_end(self.fields())
            .fold(request, |request, (name, value)| request.field(name, value)))
    }

    /// The request that this one is in HTTP/2, without what concerns the connection alone: for
    /// those who answer both in one way. `None` if it would be none.
    #[must_use]
    pub fn to_http2(&self) -> Option<Request> {
        self.translate().ok()
    }

    /// Reads the target, in any of its four forms (RFC 9112 §3.2).
    fn control(&self) -> Option<Request> {
        let (method, target) = (self.method(), self.target());
        let host = self.host()?;
        let is_visible = |octet: &u8| octet.is_ascii_graphic() && *octet != b'#';
        if !target.iter().all(is_visible) {
            return None;
        }
        match target {
            _ if method == b"CONNECT" => Some(Request::connect(target)),
            b"*" if method != b"OPTIONS" => None,
            b"*" | [b'/', ..] => Some(Request::new(method, "http", host, target)),
            // RFC 9112 §3.2.2: what stands in the target is right, and what stands in `host` is not.
            _ => {
                let scheme = target.get(..7)?.eq_ignore_ascii_case(b"http://");
                let rest = target.get(7..).filter(|_| scheme)?;
                let end = rest.iter().position(|octet| matches!(octet, b'/' | b'?'));
                let (authority, path) = rest.split_at(end.unwrap_or(rest.len()));
                absolute(method, authority, path)
            }
        }
    }

    /// RFC 9112 §3.2: a request of HTTP/1.1 names its host, and no request does twice.
    fn host(&self) -> Option<&[u8]> {
        let mut hosts = self.fields().get_all(b"host");
        match (hosts.next(), hosts.next()) {
            (Some(host), None) => Some(host),
            (None, None) if !self.is_http_1_1() => Some(&[]),
            _ => None,
        }
    }
}

fn absolute(method: &[u8], authority: &[u8], path: &[u8]) -> Option<Request> {
    match path {
        _ if authority.is_empty() => None,
        // RFC 9112 §3.2.4: an asterisk is an absolute target without a path.
        b"" if method == b"OPTIONS" => Some(Request::new(method, "http", authority, "*")),
        [b'/', ..] => Some(Request::new(method, "http", authority, path)),
        query => {
            let path = [b"/", query].concat();
            Some(Request::new(method, "http", authority, path))
        }
    }
}

impl ResponseHead {
    /// Makes the response that this one is in HTTP/2, without what concerns the connection alone.
    pub(crate) fn translate(&self) -> Response {
        end_to_end(&self.fields).fold(Response::new(self.status), |response, (name, value)| {
            response.field(name, value)
        })
    }
}

/// The fields that are more than updates about the connection.
fn end_to_end(fields: &FieldSection) -> impl Iterator<Item = (&[u8], &[u8])> {
    let kept = fields.iter().filter(|field| {
        let is_of_the_connection = matches!(
            field.name,
            b"connection"
                | b"expect"
                | b"host"
                | b"http2-settings"
                | b"keep-alive"
                | b"proxy-connection"
                | b"te"
                | b"transfer-encoding"
                | b"upgrade"
        );
        // RFC 9110 §7.6.1: what the sender names there is for its neighbor alone.
        !is_of_the_connection && !has_member(fields, b"connection", field.name)
    });
    kept.map(|field| (field.name, field.value))
}
