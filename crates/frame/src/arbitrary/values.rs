//! What frames are made of, from raw entropy.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::{
    DEFAULT_MAX_FRAME_SIZE, Dependency, ErrorCode, Flags, FrameType, Head, Increment,
    MAX_FRAME_SIZE_LIMIT, Setting, SettingId, StreamId,
};

/// Newtypes of which every value is legal.
macro_rules! any_value {
    ($($name:ident),*) => {
        $(impl<'a> Arbitrary<'a> for $name {
            fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                u.arbitrary().map(Self)
            }

            fn size_hint(_depth: usize) -> (usize, Option<usize>) {
                (size_of::<Self>(), Some(size_of::<Self>()))
            }
        })*
    };
}

any_value!(ErrorCode, Flags, FrameType, SettingId);

impl<'a> Arbitrary<'a> for StreamId {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.arbitrary().map(Self::from_wire)
    }
}

impl<'a> Arbitrary<'a> for Increment {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let octets = u.int_in_range(1..=Self::MAX.value())?;
        Self::new(octets).ok_or(arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for Head {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            length: u.int_in_range(0..=MAX_FRAME_SIZE_LIMIT)?,
            frame_type: u.arbitrary()?,
            flags: u.arbitrary()?,
            stream_id: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for Dependency {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            exclusive: u.arbitrary()?,
            stream_id: u.arbitrary()?,
            weight: u.arbitrary()?,
        })
    }
}

impl<'a> Arbitrary<'a> for Setting {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let id = SettingId(u.int_in_range(0..=16)?);
        let value = match id {
            SettingId::ENABLE_PUSH
            | SettingId::ENABLE_CONNECT_PROTOCOL
            | SettingId::NO_RFC7540_PRIORITIES => u.int_in_range(0..=1)?,
            SettingId::INITIAL_WINDOW_SIZE => u.int_in_range(0..=0x7fff_ffff)?,
            SettingId::MAX_FRAME_SIZE => {
                u.int_in_range(DEFAULT_MAX_FRAME_SIZE..=MAX_FRAME_SIZE_LIMIT)?
            }
            _ => u.arbitrary()?,
        };
        Ok(Self { id, value })
    }
}
