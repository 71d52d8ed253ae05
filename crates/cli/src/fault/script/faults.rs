//! What the statements mean.

use core::num::NonZeroUsize;
use core::ops::RangeInclusive;
use core::time::Duration;

use blocking::proto::ErrorCode;

use super::lexer::ScriptError;
use super::words::Words;
use crate::fault::rule::{
    Ending, Fault, GoAway, Hit, Limit, MILLION, Phase, Rule, Select, Trigger, Wrong,
};
use crate::rate::Size;
use crate::relaying::Shaping;
use crate::shaper::Way;

/// Whose content: what the server sends goes down.
const MESSAGES: &[(&str, Way)] = &[("answer", Way::Down), ("request", Way::Up)];
/// Who sends it.
const SENDERS: &[(&str, Way)] = &[("client", Way::Up), ("server", Way::Down)];

const NAMES: &str = "rst, refuse, early, goaway, stall, drip, window, streams, settings-ack, length, \
    content-length, hpack, no-trailers, cut, link and seed";

/// How long a shutdown pauses, if nothing is said.
const WAIT: Duration = Duration::from_millis(100);

type Result<T> = core::result::Result<T, ScriptError>;

/// A fault, and whom it hits.
pub(super) fn rule(words: &mut Words) -> Result<Rule> {
    let fault = fault(words)?;
    let select = select(words, fault.is_of_connection())?;
    Ok(Rule {
        name: words.name().into(),
        select,
        fault,
    })
}

fn fault(words: &mut Words) -> Result<Fault> {
    Ok(match words.name() {
        "refuse" => Fault::Refuse(code(words, ErrorCode::REFUSED_STREAM)?),
        "early" => Fault::Early(status(words)?),
        "content-length" => {
            let by = words.parsed("by", "a number, such as 1 or -1")?;
            Fault::ContentLength(by.unwrap_or(1))
        }
        "hpack" => Fault::BadBlock,
        "no-trailers" => Fault::NoTrailers,
        "streams" => {
            let most = words.parsed("max", "a number of streams")?;
            Fault::Streams(most.ok_or_else(|| words.wrong("streams needs max=NUMBER"))?)
        }
        "settings-ack" => Fault::LateAck {
            way: words.one_of("from", SENDERS)?.unwrap_or(Way::Down),
            time: words.time("for")?,
        },
        "window" => window(words)?,
        "goaway" => goaway(words)?,
        _ => return message(words),
    })
}

/// What happens in the course of a message.
fn message(words: &mut Words) -> Result<Fault> {
    let after = octets(words, "after")?;
    let hit = match words.name() {
        "rst" => Hit::Reset(code(words, ErrorCode::INTERNAL_ERROR)?),
        "stall" => Hit::Stall(words.time("for")?),
        "drip" => {
            let size = octets(words, "size")?.and_then(|size| usize::try_from(size).ok());
            let size = size.filter(|size| *size > 0).unwrap_or(1);
            Hit::Drip(size, words.time("interval")?.unwrap_or(WAIT))
        }
        "length" => Hit::Length(words.one_of("frame", FRAMES)?.unwrap_or(Wrong::Data)),
        "cut" => Hit::Cut(words.one_of("how", ENDINGS)?.unwrap_or(Ending::Close)),
        name => {
            let what = alloc::format!("there is no fault {name}; there are {NAMES}");
            return Err(words.wrong(what));
        }
    };
    let way = match hit {
        // It is for the client to see.
        Hit::Length(_) => Way::Down,
        _ => words.one_of("of", MESSAGES)?.unwrap_or(Way::Down),
    };
    let after = match way {
        // A later request cannot pass it: streams are opened in the order of their identifiers.
        Way::Up => Some(after.unwrap_or(0)),
        Way::Down => after,
    };
    Ok(Fault::At(Trigger { way, after, hit }))
}

const FRAMES: &[(&str, Wrong)] = &[
    ("data", Wrong::Data),
    ("ping", Wrong::Ping),
    ("settings", Wrong::Settings),
    ("window-update", Wrong::WindowUpdate),
    ("rst-stream", Wrong::RstStream),
    ("goaway", Wrong::GoAway),
];
const ENDINGS: &[(&str, Ending)] = &[("close", Ending::Close), ("reset", Ending::Reset)];
const PHASES: &[(&str, Phase)] = &[
    ("notice", Phase::Notice),
    ("accept", Phase::Accept),
    ("refuse", Phase::Refuse),
    ("error", Phase::Error),
    ("shutdown", Phase::Shutdown),
];

fn goaway(words: &mut Words) -> Result<Fault> {
    let phase = words.one_of("phase", PHASES)?.unwrap_or(Phase::Shutdown);
    let usual = match phase {
        Phase::Error => ErrorCode::INTERNAL_ERROR,
        _ => ErrorCode::NO_ERROR,
    };
    let goaway = GoAway {
        phase,
        code: code(words, usual)?,
        wait: words.time("wait")?.unwrap_or(WAIT),
    };
    match octets(words, "after")? {
        None => Ok(Fault::GoAway(goaway)),
        Some(_) if phase == Phase::Refuse => {
            Err(words.wrong("what has an answer is processed: phase=refuse takes no after"))
        }
        after => Ok(Fault::At(Trigger {
            way: Way::Down,
            after,
            hit: Hit::GoAway(goaway),
        })),
    }
}

fn window(words: &mut Words) -> Result<Fault> {
    let is_shared = words.one_of("of", &[("stream", false), ("connection", true)])?;
    let read = |text: &str| u32::try_from(size(text)?).ok();
    let limit = Limit {
        way: words.one_of("sender", SENDERS)?.unwrap_or(Way::Up),
        octets: words
            .get("size", "a number of octets, such as 0 or 64K", read)?
            .unwrap_or(0),
        time: words.time("for")?,
    };
    Ok(match is_shared.unwrap_or(false) {
        true => Fault::ConnectionWindow(limit),
        false => Fault::StreamWindow(limit),
    })
}

/// What a link does to all octets: the words of `tress link`.
pub(super) fn shaping(words: &mut Words) -> Result<Shaping> {
    let rate = "a rate, such as 48KiB/s or 400kbit/s";
    Ok(Shaping {
        rate: words.parsed("rate", rate)?,
        down_rate: words.parsed("down-rate", rate)?,
        up_rate: words.parsed("up-rate", rate)?,
        delay: words.time("delay")?.unwrap_or_default(),
        buffer: words.parsed::<Size>("buffer", "a number of octets, such as 16KiB")?,
        outages: words
            .parsed("outage", "a time in which nothing leaves, such as 1s..3s")?
            .into_iter()
            .collect(),
    })
}

fn select(words: &mut Words, is_of_connection: bool) -> Result<Select> {
    let mut select = Select {
        connection: numbers(words, "connection")?,
        ..Select::default()
    };
    if !is_of_connection {
        select.path = words.parsed("path", "a path")?;
        select.method = words.parsed("method", "a method")?;
        select.stream = numbers(words, "stream")?;
    }
    select.skip = words.parsed("skip", "a number")?.unwrap_or(0);
    let every = words.parsed::<NonZeroUsize>("every", "a number from 1 on")?;
    select.every = every.map_or(1, |every| every.get() as u64);
    select.count = words.parsed("count", "a number")?.unwrap_or(u64::MAX);
    select.chance = words
        .get("chance", "a chance, such as 10% or 0.1", chance)?
        .unwrap_or(MILLION);
    Ok(select)
}

/// One number, or from one to another.
fn numbers(words: &mut Words, key: &'static str) -> Result<Option<RangeInclusive<u64>>> {
    words.get(
        key,
        "a number, or two with .. between them",
        |text| match text.split_once("..") {
            None => text.parse().ok().map(|number: u64| number..=number),
            Some((from, to)) => {
                let from = if from.is_empty() {
                    0
                } else {
                    from.parse().ok()?
                };
                let to = if to.is_empty() {
                    u64::MAX
                } else {
                    to.parse().ok()?
                };
                (from <= to).then_some(from..=to)
            }
        },
    )
}

/// A part of a million.
fn chance(text: &str) -> Option<u64> {
    let (digits, whole) = match text.strip_suffix('%') {
        Some(digits) => (digits, 100),
        None => (text, 1),
    };
    let (front, back) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    if front.is_empty() || back.len() > 6 || !is_digits(front) || !is_digits(back) {
        return None;
    }
    let front: u64 = front.parse().ok()?;
    let back: u64 = alloc::format!("{back:0<6}").parse().ok()?;
    let parts = front.checked_mul(MILLION)?.checked_add(back)? / whole;
    (parts <= MILLION).then_some(parts)
}

/// A number of octets, none of them included.
fn size(text: &str) -> Option<u64> {
    match text {
        "0" => Some(0),
        text => text
            .parse::<Size>()
            .ok()
            .map(|Size(size)| size.get() as u64),
    }
}

fn octets(words: &mut Words, key: &'static str) -> Result<Option<u64>> {
    words.get(key, "a number of octets, such as 1000 or 16K", size)
}

fn status(words: &mut Words) -> Result<u16> {
    let read = |text: &str| {
        let status = text.parse().ok();
        status.filter(|status| (200..1000).contains(status))
    };
    let status = words.get("status", "a final status, such as 503", read)?;
    Ok(status.unwrap_or(503))
}

/// An error code by its name or number (RFC 9113 §7).
fn code(words: &mut Words, usual: ErrorCode) -> Result<ErrorCode> {
    let read = |text: &str| {
        let mut named = (0..=0xd).map(ErrorCode);
        let named = named.find(|code| code.name() == Some(text));
        named.or_else(|| text.parse().ok().map(ErrorCode))
    };
    let code = words.get("code", "an error code, such as CANCEL or 8", read)?;
    Ok(code.unwrap_or(usual))
}
