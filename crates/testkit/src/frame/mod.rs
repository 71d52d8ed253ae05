//! Writes frames, right ones and wrong ones (RFC 9113 §4.1).
//!
//! Every frame is a [`Frame`] around what its type adds; the methods that make it wrong are
//! here, once for all of them.

mod altsvc;
mod continuation;
mod data;
mod goaway;
mod headers;
mod origin;
mod ping;
mod priority;
mod priority_update;
mod push_promise;
mod rst_stream;
mod settings;
mod unknown;
mod window_update;

pub use self::altsvc::{Altsvc, altsvc};
pub use self::continuation::{Continuation, continuation};
pub use self::data::{Data, data};
pub use self::goaway::{Goaway, goaway};
pub use self::headers::{Headers, headers};
pub use self::origin::{Origin, origin};
pub use self::ping::{Ping, ping};
pub use self::priority::{Priority, priority};
pub use self::priority_update::{PriorityUpdate, priority_update};
pub use self::push_promise::{PushPromise, push_promise};
pub use self::rst_stream::{RstStream, rst_stream};
pub use self::settings::{Settings, settings, settings_ack};
pub use self::unknown::{Unknown, unknown};
pub use self::window_update::{WindowUpdate, window_update};

use crate::{Block, Wire, flag};

/// One frame that is being written.
#[derive(Clone, Debug)]
pub struct Frame<P> {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: P,
    padding: Option<Padding>,
    length: Option<u32>,
    reserved: bool,
}

/// What a frame type has behind the nine octets, padding aside.
pub trait Payload {
    /// Writes the payload.
    fn write(&self, out: &mut Vec<u8>);
}

/// A payload that may be padded.
pub trait Padded: Payload {}

/// A payload that carries a fragment of a field block.
pub trait Carrier: Payload {
    /// The fragment.
    fn fragment(&mut self) -> &mut Block;
}

/// How much padding there is, and how much the frame says there is.
#[derive(Clone, Copy, Debug)]
struct Padding {
    octets: u8,
    said: u8,
}

impl<P: Payload> Frame<P> {
    fn new(kind: u8, flags: u8, stream: u32, payload: P) -> Self {
        Self {
            kind,
            flags,
            stream,
            payload,
            padding: None,
            length: None,
            reserved: false,
        }
    }

    /// Says that the payload has this many octets, whatever it has.
    #[must_use]
    pub fn length(mut self, octets: u32) -> Self {
        self.length = Some(octets);
        self
    }

    /// Sets the type, and leaves the payload as it is.
    #[must_use]
    pub fn kind(mut self, kind: u8) -> Self {
        self.kind = kind;
        self
    }

    /// Sets exactly these flags, in place of all before.
    #[must_use]
    pub fn flags(mut self, flags: u8) -> Self {
        self.flags = flags;
        self
    }

    /// Puts the frame on another stream.
    #[must_use]
    pub fn stream(mut self, stream: u32) -> Self {
        self.stream = stream;
        self
    }

    /// Sets the reserved bit before the stream identifier.
    #[must_use]
    pub fn reserved_bit(mut self) -> Self {
        self.reserved = true;
        self
    }
}

impl<P: Padded> Frame<P> {
    /// Adds padding of this many octets.
    #[must_use]
    pub fn padded(mut self, octets: u8) -> Self {
        self.flags |= flag::PADDED;
        self.padding = Some(Padding {
            octets,
            said: octets,
        });
        self
    }

    /// Says that the padding has this many octets, whatever it has.
    #[must_use]
    pub fn pad_length(mut self, said: u8) -> Self {
        self.flags |= flag::PADDED;
        let octets = self.padding.map_or(0, |padding| padding.octets);
        self.padding = Some(Padding { octets, said });
        self
    }
}

impl<P: Carrier> Frame<P> {
    /// Adds a field as a plain literal.
    #[must_use]
    pub fn field(self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.write(|block| block.literal(name, value))
    }

    /// Adds the control data of a GET request to `https://a`.
    #[must_use]
    pub fn get(self, path: impl AsRef<[u8]>) -> Self {
        self.request("GET", path)
    }

    /// Adds the control data of a POST request to `https://a`.
    #[must_use]
    pub fn post(self, path: impl AsRef<[u8]>) -> Self {
        self.request("POST", path)
    }

    /// Adds the control data of a request to `https://a`.
    #[must_use]
    pub fn request(self, method: &str, path: impl AsRef<[u8]>) -> Self {
        self.write(|block| block.request(method, path))
    }

    /// Adds the control data of a response.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.write(|block| block.status(status))
    }

    /// Adds what was written elsewhere.
    #[must_use]
    pub fn block(self, more: &Block) -> Self {
        self.raw_block(&more.octets())
    }

    /// Adds octets as they are.
    #[must_use]
    pub fn raw_block(self, octets: &[u8]) -> Self {
        self.write(|block| block.raw(octets))
    }

    /// Leaves END_HEADERS out: CONTINUATION follows.
    #[must_use]
    pub fn no_end_headers(mut self) -> Self {
        self.flags &= !flag::END_HEADERS;
        self
    }

    fn write(mut self, more: impl FnOnce(Block) -> Block) -> Self {
        let fragment = self.payload.fragment();
        *fragment = more(core::mem::take(fragment));
        self
    }
}

impl<P: Payload> Wire for Frame<P> {
    fn octets(&self) -> Vec<u8> {
        let payload = self.padded_payload();
        let actual = u32::try_from(payload.len()).expect("a frame in a test fits into memory");
        let [_, length @ ..] = self.length.unwrap_or(actual).to_be_bytes();
        let stream = self.stream | if self.reserved { 1 << 31 } else { 0 };
        let mut octets = length.to_vec();
        octets.extend([self.kind, self.flags]);
        octets.extend(stream.to_be_bytes());
        octets.extend(payload);
        octets
    }
}

impl<P: Payload> Frame<P> {
    fn padded_payload(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        payload.extend(self.padding.map(|padding| padding.said));
        self.payload.write(&mut payload);
        let octets = self.padding.map_or(0, |padding| padding.octets);
        payload.extend(core::iter::repeat_n(0, octets.into()));
        payload
    }
}
