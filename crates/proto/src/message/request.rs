//! What a client asks (RFC 9113 §8.3.1).

use hpack::HeaderField;

use super::accessors::regular_fields;
use super::response::Response;
use super::section::FieldSection;

/// Space for a handful of fields beyond the control data, in octets.
const CAPACITY: usize = 192;

/// The head of a request: control data and fields (RFC 9113 §8.3.1).
///
/// Whether it is well-formed is checked when it is sent.
///
/// ```
/// use tress_proto::Request;
///
/// let request = Request::get("https", "example.com", "/").field("accept", "text/html");
/// assert_eq!(request.method(), b"GET");
/// assert_eq!(request.authority(), Some(&b"example.com"[..]));
/// assert_eq!(request.fields().count(), 1);
/// assert_eq!(request.section().len(), 5);
/// ```
#[doc(alias("nghttp2_nv"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    section: FieldSection,
}

impl Request {
    /// Makes a request.
    ///
    /// An empty authority is left out: there is none to convey (RFC 9113 §8.3.1).
    #[must_use]
    pub fn new(
        method: impl AsRef<[u8]>,
        scheme: impl AsRef<[u8]>,
        authority: impl AsRef<[u8]>,
        path: impl AsRef<[u8]>,
    ) -> Self {
        let (method, target) = (method.as_ref(), target(&scheme, &authority, &path));
        Self::from_control([(&b":method"[..], method)].into_iter().chain(target))
    }

    /// Makes a GET request (RFC 9110 §9.3.1).
    #[must_use]
    pub fn get(
        scheme: impl AsRef<[u8]>,
        authority: impl AsRef<[u8]>,
        path: impl AsRef<[u8]>,
    ) -> Self {
        Self::new("GET", scheme, authority, path)
    }

    /// Makes a POST request (RFC 9110 §9.3.3).
    #[must_use]
    pub fn post(
        scheme: impl AsRef<[u8]>,
        authority: impl AsRef<[u8]>,
        path: impl AsRef<[u8]>,
    ) -> Self {
        Self::new("POST", scheme, authority, path)
    }

    /// Makes a request for a tunnel to a host and a port, such as `example.com:443`
    /// (RFC 9113 §8.5).
    #[must_use]
    pub fn connect(authority: impl AsRef<[u8]>) -> Self {
        let method = (&b":method"[..], &b"CONNECT"[..]);
        Self::from_control([method, (b":authority", authority.as_ref())])
    }

    /// Makes a request for a tunnel that speaks a protocol, such as `websocket`, if the server has
    /// announced that it knows this form (RFC 8441 §4).
    #[must_use]
    pub fn extended_connect(
        protocol: impl AsRef<[u8]>,
        scheme: impl AsRef<[u8]>,
        authority: impl AsRef<[u8]>,
        path: impl AsRef<[u8]>,
    ) -> Self {
        let method = (&b":method"[..], &b"CONNECT"[..]);
        let protocol = (&b":protocol"[..], protocol.as_ref());
        let target = target(&scheme, &authority, &path);
        Self::from_control([method, protocol].into_iter().chain(target))
    }

    /// Returns the method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &[u8] {
        self.section.get(b":method").unwrap_or_default()
    }

    /// Returns the scheme; CONNECT has none.
    #[must_use]
    pub fn scheme(&self) -> Option<&[u8]> {
        self.section.get(b":scheme")
    }

    /// Returns the authority. Where it is absent, the field `host` may say it.
    #[must_use]
    pub fn authority(&self) -> Option<&[u8]> {
        self.section.get(b":authority")
    }

    /// Returns the path and the query; CONNECT has none.
    #[must_use]
    pub fn path(&self) -> Option<&[u8]> {
        self.section.get(b":path")
    }

    /// Returns the protocol of an extended CONNECT (RFC 8441 §4).
    #[must_use]
    pub fn protocol(&self) -> Option<&[u8]> {
        self.section.get(b":protocol")
    }

    /// Returns the number of octets that the field `content-length` promises.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.section.content_length()
    }

    /// Says whether the client waits for a 100 (Continue) or a final response before it sends content
    /// (RFC 9110 §10.1.1). Where there is none, it waits for nothing, whatever it says; nor does one that
    /// asks for a tunnel.
    ///
    /// ```
    /// use tress_proto::Request;
    ///
    /// let request = Request::post("https", "a", "/").field("expect", "100-Continue");
    /// assert!(request.expects_continue());
    /// ```
    #[must_use]
    pub fn expects_continue(&self) -> bool {
        self.section
            .get_all(b"expect")
            .flat_map(|value| value.split(|&octet| octet == b','))
            .any(|member| member.trim_ascii().eq_ignore_ascii_case(b"100-continue"))
            && self.method() != b"CONNECT"
    }

    /// Makes a response in the memory that the request holds, which saves an allocation.
    ///
    /// ```
    /// use tress_proto::{Request, Response};
    ///
    /// let request = Request::get("https", "example.com", "/");
    /// assert_eq!(request.into_response(404), Response::new(404));
    /// ```
    #[must_use]
    pub fn into_response(self, status: u16) -> Response {
        Response::within(self.section, status)
    }

    fn from_control<'a>(control: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> Self {
        let mut section = FieldSection::with_capacity(CAPACITY);
        section.extend(
            control
                .into_iter()
                .map(|(name, value)| HeaderField::new(name, value)),
        );
        Self { section }
    }
}

/// The control data that says what is asked for.
fn target<'a>(
    scheme: &'a impl AsRef<[u8]>,
    authority: &'a impl AsRef<[u8]>,
    path: &'a impl AsRef<[u8]>,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let authority = Some(authority.as_ref()).filter(|authority| !authority.is_empty());
    [
        Some((&b":scheme"[..], scheme.as_ref())),
        authority.map(|authority| (&b":authority"[..], authority)),
        Some((&b":path"[..], path.as_ref())),
    ]
    .into_iter()
    .flatten()
}

regular_fields!(Request);
