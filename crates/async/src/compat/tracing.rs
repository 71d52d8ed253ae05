//! What a connection does, as events of `tracing`.

use alloc::string::String;
use core::fmt;

use ::tracing::{Span, debug, debug_span, trace, warn};
use proto::{FieldSection, HeaderField, Observe, Record, Sensitivity, Side};

/// An observer that shows what its connection does as events of `tracing`.
///
/// Each connection has a span `connection` with its `side`, of the target `tress` and the level
/// debug. In it are these events; what is not enabled costs a comparison.
///
/// | target | level | event |
/// |---|---|---|
/// | `tress::frame` | trace | a frame: `direction`, `frame_type`, `stream_id`, `octets` |
/// | `tress::fields` | trace | a field section: `direction`, `stream_id`, `fields`; values that are never indexed, credentials and cookies are not shown |
/// | `tress::state` | debug | a stream: `stream_id`, `from`, `to` |
/// | `tress::stall` | debug | content that waits for a window: `stream_id`, `window`, and in the end `waited` |
/// | `tress::limit` | warn | a limit of ours that the peer went over: `stream_id`, `limit`, `allowed` |
///
/// ```
/// use tress_async::compat::tracing::TracingObserver;
/// use tress_async::proto::{Client, Connection, Side};
/// use tress_async::Config;
///
/// let mut connection = Connection::<Client>::new(Config::default());
/// connection.observe(Box::new(TracingObserver::new(Side::Client)));
/// ```
#[derive(Debug)]
pub struct TracingObserver {
    span: Span,
}

impl TracingObserver {
    /// Makes one for a connection, in the span that is entered now.
    #[must_use]
    pub fn new(side: Side) -> Self {
        Self {
            span: debug_span!(target: "tress", "connection", ?side),
        }
    }
}

impl Observe for TracingObserver {
    fn record(&mut self, record: Record<'_>) {
        let span = &self.span;
        match record {
            Record::Frame {
                direction,
                frame,
                octets,
            } => trace!(
                target: "tress::frame", parent: span, ?direction,
                frame_type = ?frame.frame_type(), stream_id = frame.stream_id().value(), octets,
            ),
            Record::Fields {
                direction,
                stream_id,
                fields,
            } => trace!(
                target: "tress::fields", parent: span, ?direction,
                stream_id = stream_id.value(), fields = %Shown(fields),
            ),
            Record::State {
                stream_id,
                from,
                to,
            } => debug!(
                target: "tress::state", parent: span, stream_id = stream_id.value(), ?from, ?to,
            ),
            stall_or_limit => rare(span, stall_or_limit),
        }
    }
}

/// What seldom happens.
fn rare(span: &Span, record: Record<'_>) {
    match record {
        Record::StallBegan { stream_id, window } => debug!(
            target: "tress::stall", parent: span, stream_id = stream_id.value(), ?window,
        ),
        Record::StallEnded {
            stream_id,
            window,
            waited,
        } => debug!(
            target: "tress::stall", parent: span, stream_id = stream_id.value(), ?window, ?waited,
        ),
        Record::Limit {
            stream_id,
            limit,
            allowed,
        } => warn!(
            target: "tress::limit", parent: span, stream_id = stream_id.value(), %limit, allowed,
        ),
        _ => {}
    }
}

/// A field section as logs may have it.
struct Shown<'a>(&'a FieldSection);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, field) in self.0.iter().enumerate() {
            let space = if number == 0 { "" } else { " " };
            let name = String::from_utf8_lossy(field.name);
            if is_secret(&field) {
                write!(f, "{space}{name}=<secret>")?;
            } else {
                let value = String::from_utf8_lossy(field.value);
                write!(f, "{space}{name}={value:?}")?;
            }
        }
        Ok(())
    }
}

fn is_secret(field: &HeaderField<'_>) -> bool {
    const SECRET: [&[u8]; 4] = [
        b"authorization",
        b"cookie",
        b"proxy-authorization",
        b"set-cookie",
    ];
    field.sensitivity == Sensitivity::NeverIndexed || SECRET.contains(&field.name)
}
