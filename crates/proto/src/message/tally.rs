//! What is known of a message of ours before the judge looks at it.
//!
//! Most messages are much alike: control data as the constructors write it, and fields without a
//! meaning. Each field was read when it was added; what that came to is kept here, so that sending a
//! usual message needs no second walk. All that is unusual goes to the judge, who alone knows the
//! rules: nothing is refused here.

use super::checked::Checked;
use super::class::Class;
use super::content_length;
use super::pseudo::{self, Authority, Method, Path};

/// No `content-length` was added.
const NONE: u32 = u32::MAX;

/// What the fields come to that the application added to an empty section.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    kind: Kind,
    content_length: u32,
}

/// What the first fields make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// There is no field yet.
    Empty,
    /// A response with this status.
    Response(u16),
    /// So many of method, scheme, authority and path came, in this order and ahead of all else.
    Get(u8),
    /// The same, with the method HEAD.
    Head(u8),
    /// The judge must see it.
    Unusual,
}

impl Tally {
    pub(super) const NEW: Self = Self {
        kind: Kind::Empty,
        content_length: NONE,
    };

    /// Takes note of the next field, which stands at `place`.
    #[inline]
    pub(super) fn note(&mut self, place: u32, class: Class, value: &[u8]) {
        if class == Class::Plain && place > 0 {
            return;
        }
        self.note_meaning(place, class, value);
    }

    fn note_meaning(&mut self, place: u32, class: Class, value: &[u8]) {
        self.kind = match (class, self.kind) {
            (Class::Cookie, kind) if place > 0 => kind,
            // RFC 9113 §8.2.2: no response has one.
            (Class::Te, kind @ (Kind::Get(_) | Kind::Head(_))) => kind,
            (Class::ContentLength, kind) if place > 0 && self.content_length == NONE => {
                let length = content_length::parse(value).and_then(|length| length.try_into().ok());
                self.content_length = length.unwrap_or(NONE);
                if self.content_length == NONE {
                    Kind::Unusual
                } else {
                    kind
                }
            }
            (Class::Status, Kind::Empty) if place == 0 => {
                Kind::Response(pseudo::parse_status(value).unwrap_or(0))
            }
            (Class::Method(Method::Connect), _) => Kind::Unusual,
            (Class::Method(Method::Head), Kind::Empty) if place == 0 => Kind::Head(1),
            (Class::Method(_), Kind::Empty) if place == 0 => Kind::Get(1),
            (class, Kind::Get(count)) => next(place, class, count).map_or(Kind::Unusual, Kind::Get),
            (class, Kind::Head(count)) => {
                next(place, class, count).map_or(Kind::Unusual, Kind::Head)
            }
            _ => Kind::Unusual,
        };
    }

    /// What the connection needs to know of a usual final response.
    pub(super) fn usual_response(&self) -> Option<Checked> {
        match self.kind {
            // RFC 9110 §8.6: 204 has no length.
            Kind::Response(204) if self.content_length != NONE => None,
            Kind::Response(status) if status >= 200 => Some(self.checked(status, false)),
            _ => None,
        }
    }

    /// What the connection needs to know of a usual request.
    pub(super) fn usual_request(&self) -> Option<Checked> {
        match self.kind {
            Kind::Get(4) => Some(self.checked(0, false)),
            Kind::Head(4) => Some(self.checked(0, true)),
            _ => None,
        }
    }

    fn checked(&self, status: u16, is_head: bool) -> Checked {
        let content_length = Some(self.content_length).filter(|length| *length != NONE);
        Checked {
            content_length: content_length.map(u64::from),
            status,
            is_connect: false,
            is_head,
            has_priority: false,
        }
    }
}

/// The count with this field, if it is the next of a request to an `http` or `https` URI.
fn next(place: u32, class: Class, count: u8) -> Option<u8> {
    let is_next = match (count, class) {
        (1, Class::Scheme(scheme)) => scheme.is_http(),
        (2, Class::Authority(kind)) => matches!(kind, Authority::Host | Authority::HostAndPort),
        (3, Class::Path(path)) => path == Path::Absolute,
        _ => false,
    };
    (is_next && place == u32::from(count)).then_some(count + 1)
}
