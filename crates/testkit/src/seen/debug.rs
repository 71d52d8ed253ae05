//! Shows a frame in one line, as one would say it.

use core::fmt;

use super::Seen;
use crate::{code, flag, kind};

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = kind::name(self.kind);
        match name {
            "UNKNOWN" => write!(f, "{name} {:#x}", self.kind)?,
            _ => f.write_str(name)?,
        }
        write!(f, " stream {}", self.stream)?;
        self.write_flags(f)?;
        self.write_payload(f)
    }
}

impl Seen {
    fn write_flags(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut others = self.flags;
        for (bit, name) in flags_of(self.kind) {
            if self.has(*bit) {
                write!(f, " {name}")?;
                others &= !bit;
            }
        }
        match others {
            0 => Ok(()),
            _ => write!(f, " flags {others:#04x}"),
        }
    }

    fn write_payload(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = Octets(&self.payload);
        match (self.kind, self.code(), self.increment()) {
            (kind::DATA, ..) => write!(f, " {:?}", Octets(self.content())),
            (kind::SETTINGS, ..) if self.payload.len() % 6 == 0 => {
                let mut settings = self.settings().into_iter();
                settings.try_for_each(|(id, value)| write!(f, " {id:#x}={value}"))
            }
            (kind::GOAWAY, Some(code), _) => {
                let last = self.last_stream().unwrap_or_default();
                let debug = Octets(self.debug_data());
                write!(f, " last {last} {} {debug:?}", code::name(code))
            }
            (_, Some(code), _) => write!(f, " {}", code::name(code)),
            (_, _, Some(increment)) => write!(f, " +{increment}"),
            (kind::HEADERS | kind::PUSH_PROMISE | kind::CONTINUATION, ..) => self.write_block(f),
            _ => write!(f, " {payload:?}"),
        }
    }

    fn write_block(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(promised) = self.promised() {
            write!(f, " promises {promised}")?;
        }
        match &self.fields {
            Some(Ok(fields)) => write!(f, " {fields:?}"),
            Some(Err(error)) => write!(f, " {:?} ({error})", Octets(self.fragment())),
            None => write!(f, " {:?} …", Octets(self.fragment())),
        }
    }
}

fn flags_of(kind: u8) -> &'static [(u8, &'static str)] {
    const END_STREAM: (u8, &str) = (flag::END_STREAM, "END_STREAM");
    const END_HEADERS: (u8, &str) = (flag::END_HEADERS, "END_HEADERS");
    const PADDED: (u8, &str) = (flag::PADDED, "PADDED");
    match kind {
        kind::DATA => &[END_STREAM, PADDED],
        kind::HEADERS => &[
            END_STREAM,
            END_HEADERS,
            PADDED,
            (flag::PRIORITY, "PRIORITY"),
        ],
        kind::PUSH_PROMISE => &[END_HEADERS, PADDED],
        kind::CONTINUATION => &[END_HEADERS],
        kind::SETTINGS | kind::PING => &[(flag::ACK, "ACK")],
        _ => &[],
    }
}

/// Octets as text where they are text, cut where they are many.
pub(crate) struct Octets<'a>(pub(crate) &'a [u8]);

impl Octets<'_> {
    const SHOWN: usize = 64;
}

impl fmt::Debug for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..Self::SHOWN).unwrap_or(self.0);
        write!(f, "\"{}\"", shown.escape_ascii())?;
        match self.0.len() {
            0..=Self::SHOWN => Ok(()),
            all => write!(f, "… {all} octets"),
        }
    }
}
