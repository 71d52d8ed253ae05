//! What content can be made of.

use proto::Bytes;

use super::body::Body;
use super::content::Content;

impl From<Content> for Body {
    fn from(content: Content) -> Self {
        Self {
            content,
            trailers: None,
        }
    }
}

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::empty()
    }
}

macro_rules! from_octets {
    ($($octets:ty),+) => {$(
        impl From<$octets> for Body {
            fn from(octets: $octets) -> Self {
                Content::Bytes(octets.into()).into()
            }
        }
    )+};
}
from_octets!(Bytes, Vec<u8>, String, &'static [u8], &'static str);
