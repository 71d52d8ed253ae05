//! Frames of other documents, owned: ALTSVC, ORIGIN, and those that nobody here knows
//! (RFC 9113 §5.5, RFC 7838 §4, RFC 8336 §2).

use alloc::vec::Vec;

use bytes::Bytes;
use frame::{AltSvc, Flags, Frame, FrameType, Origin, StreamId, Unknown};

/// A frame that the connection passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtensionFrame {
    /// Another place that serves an origin (RFC 7838 §4); from servers only.
    AltSvc {
        /// The stream whose origin it is about, or 0 if the origin is named.
        stream_id: StreamId,
        /// The origin; empty on a stream.
        origin: Bytes,
        /// The value that the field `alt-svc` would have.
        field_value: Bytes,
    },
    /// The origins that the connection serves (RFC 8336 §2); from servers only.
    Origin {
        /// Each in the form `https://example.org`.
        origins: Vec<Bytes>,
    },
    /// A frame of a type that nobody here knows.
    Unknown {
        /// Its type.
        frame_type: FrameType,
        /// Its flags.
        flags: Flags,
        /// Its stream, or 0.
        stream_id: StreamId,
        /// Its payload, of at most the peer's SETTINGS_MAX_FRAME_SIZE octets.
        payload: Bytes,
    },
}

impl ExtensionFrame {
    /// The octets that it holds.
    pub(crate) fn octets(&self) -> usize {
        match self {
            Self::AltSvc {
                origin,
                field_value,
                ..
            } => origin.len() + field_value.len(),
            Self::Origin { origins } => origins.iter().map(|origin| 2 + origin.len()).sum(),
            Self::Unknown { payload, .. } => payload.len(),
        }
    }

    /// Shows the frame on the wire; `None` if there is no such frame.
    pub(crate) fn with<T>(&self, send: impl FnOnce(Frame<'_>) -> T) -> Option<T> {
        match self {
            Self::AltSvc {
                stream_id,
                origin,
                field_value,
            } => match stream_id.is_connection() {
                true => AltSvc::for_origin(origin, field_value),
                false if origin.is_empty() => AltSvc::for_stream(*stream_id, field_value),
                false => None,
            }
            .map(|frame| send(frame.into())),
            Self::Origin { origins } => {
                let origins: Vec<&[u8]> = origins.iter().map(|origin| origin.as_ref()).collect();
                Origin::new(&origins).map(|frame| send(frame.into()))
            }
            Self::Unknown {
                frame_type,
                flags,
                stream_id,
                payload,
            } => frame_type.name().is_none().then(|| {
                let mut frame = Unknown::new(*frame_type, *stream_id, payload);
                frame.flags = *flags;
                send(frame.into())
            }),
        }
    }

    /// Copies a frame; `None` if the connection deals with it itself.
    pub(crate) fn of(frame: Frame<'_>) -> Option<Self> {
        let copy = Bytes::copy_from_slice;
        Some(match frame {
            Frame::AltSvc(frame) => Self::AltSvc {
                stream_id: frame.stream_id,
                origin: copy(frame.origin),
                field_value: copy(frame.field_value),
            },
            Frame::Origin(frame) => Self::Origin {
                origins: frame.iter().map(copy).collect(),
            },
            Frame::Unknown(frame) => Self::Unknown {
                frame_type: frame.frame_type,
                flags: frame.flags,
                stream_id: frame.stream_id,
                payload: copy(frame.payload),
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::{Bytes, ExtensionFrame, Flags, FrameType, StreamId};

    #[test]
    fn a_frame_holds_the_octets_of_all_its_parts() {
        let octets = |count: usize| Bytes::from(vec![b'a'; count]);
        let connection = StreamId::from_wire(0);
        let service = ExtensionFrame::AltSvc {
            stream_id: connection,
            origin: octets(3),
            field_value: octets(5),
        };
        let origins = ExtensionFrame::Origin {
            origins: vec![octets(3), octets(5)],
        };
        let unknown = ExtensionFrame::Unknown {
            frame_type: FrameType(0xfa),
            flags: Flags(0),
            stream_id: connection,
            payload: octets(7),
        };
        // An origin has its length before it (RFC 8336 §2).
        assert_eq!(
            [service, origins, unknown].map(|frame| frame.octets()),
            [8, 12, 7]
        );
    }
}
