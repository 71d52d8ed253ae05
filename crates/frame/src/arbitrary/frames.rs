//! Frames from raw entropy.

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{octets, unused_flags};
use crate::{
    AltSvc, Continuation, Data, Flags, Frame, FrameType, GoAway, Headers, Origin, Ping, Priority,
    PriorityUpdate, PushPromise, RstStream, Settings, StreamId, Unknown, WindowUpdate,
};

impl<'a> Arbitrary<'a> for Frame<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=13)? {
            0 => Self::Data(u.arbitrary()?),
            1 => Self::Headers(u.arbitrary()?),
            2 => Self::Priority(u.arbitrary()?),
            3 => Self::RstStream(u.arbitrary()?),
            4 => Self::Settings(u.arbitrary()?),
            5 => Self::PushPromise(u.arbitrary()?),
            6 => Self::Ping(u.arbitrary()?),
            7 => Self::GoAway(u.arbitrary()?),
            8 => Self::WindowUpdate(u.arbitrary()?),
            9 => Self::Continuation(u.arbitrary()?),
            10 => Self::PriorityUpdate(u.arbitrary()?),
            11 => Self::AltSvc(u.arbitrary()?),
            12 => Self::Origin(u.arbitrary()?),
            _ => Self::Unknown(u.arbitrary()?),
        })
    }
}

/// The identifier of a stream, never 0.
fn stream(u: &mut Unstructured<'_>) -> Result<StreamId> {
    u.int_in_range(1..=StreamId::MAX.value())
        .map(StreamId::from_wire)
}

impl<'a> Arbitrary<'a> for Data<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            stream_id: stream(u)?,
            end_stream: u.arbitrary()?,
            pad_length: u.arbitrary()?,
            data: octets(u)?,
            unused_flags: unused_flags(u, Self::KNOWN_FLAGS)?,
        })
    }
}

impl<'a> Arbitrary<'a> for Headers<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            stream_id: stream(u)?,
            end_stream: u.arbitrary()?,
            end_headers: u.arbitrary()?,
            priority: u.arbitrary()?,
            pad_length: u.arbitrary()?,
            fragment: octets(u)?,
            unused_flags: unused_flags(u, Self::KNOWN_FLAGS)?,
        })
    }
}

impl<'a> Arbitrary<'a> for Priority {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            stream_id: stream(u)?,
            dependency: u.arbitrary()?,
            unused_flags: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for RstStream {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            stream_id: stream(u)?,
            error_code: u.arbitrary()?,
            unused_flags: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for Settings<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut settings = if u.arbitrary()? {
            Self::ack()
        } else {
            Self::legal_prefix(octets(u)?)
        };
        settings.unused_flags = unused_flags(u, Flags::ACK)?;
        Ok(settings)
    }
}

impl<'a> Arbitrary<'a> for PushPromise<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let half = u.int_in_range(1..=StreamId::MAX.value() / 2)?;
        Ok(Self {
            stream_id: stream(u)?,
            end_headers: u.arbitrary()?,
            promised_id: StreamId::from_wire(2 * half),
            pad_length: u.arbitrary()?,
            fragment: octets(u)?,
            unused_flags: unused_flags(u, Self::KNOWN_FLAGS)?,
        })
    }
}

impl<'a> Arbitrary<'a> for Ping {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            ack: u.arbitrary()?,
            payload: u.arbitrary()?,
            unused_flags: unused_flags(u, Flags::ACK)?,
        })
    }
}

impl<'a> Arbitrary<'a> for GoAway<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            last_stream_id: u.arbitrary()?,
            error_code: u.arbitrary()?,
            debug_data: octets(u)?,
            unused_flags: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for WindowUpdate {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            stream_id: u.arbitrary()?,
            increment: u.arbitrary()?,
            unused_flags: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for Continuation<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            stream_id: stream(u)?,
            end_headers: u.arbitrary()?,
            fragment: octets(u)?,
            unused_flags: unused_flags(u, Flags::END_HEADERS)?,
        })
    }
}

impl<'a> Arbitrary<'a> for PriorityUpdate<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            prioritized_id: stream(u)?,
            field_value: octets(u)?,
            unused_flags: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for AltSvc<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let octets = octets(u)?;
        let origin_len = u.int_in_range(0..=octets.len())?;
        let (origin, field_value) = octets.split_at(origin_len);
        let stream_id = if origin.is_empty() {
            stream(u)?
        } else {
            StreamId::CONNECTION
        };
        Ok(Self {
            stream_id,
            origin,
            field_value,
            unused_flags: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for Origin<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut origin = Self::whole_entries(octets(u)?);
        origin.unused_flags = unused_flags(u, Self::RESERVED_FLAGS)?;
        Ok(origin)
    }
}

impl<'a> Arbitrary<'a> for Unknown<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        // Every type that is known lies below.
        let first_unknown = FrameType::PRIORITY_UPDATE.0 + 1;
        Ok(Self {
            frame_type: FrameType(u.int_in_range(first_unknown..=u8::MAX)?),
            flags: u.arbitrary()?,
            stream_id: u.arbitrary()?,
            payload: octets(u)?,
        })
    }
}
