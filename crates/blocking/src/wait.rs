//! Waiting: what a session does by polls is tried again whenever the thread is woken.

use core::task::{Context, Poll};
use core::time::Duration;
use std::time::Instant;

use proto::Role;
use session::{Error, Session};

use crate::clock::{earlier, park, tick, with_waker};
use crate::current::Number;
use crate::sync::{Fault, has, waited};

/// How long a thread waits before it tells the machine the time, which the one that reads does, too: most
/// answers are there by then. What is queued meanwhile has deadlines that only a thread that waits for it
/// keeps.
const SOON: Duration = Duration::from_millis(10);

/// Polls until there is an outcome. Whoever waits for long tells the machine the time.
///
/// # Errors
///
/// A timeout when `until` has come; that the thread reads this very connection, or writes just now, and so
/// would wait for itself.
pub(crate) fn wait<R: Role, S, T>(
    subject: &mut S,
    session: impl Fn(&S) -> &Session<R>,
    number: Number,
    until: Option<Instant>,
    mut poll: impl FnMut(&mut S, &mut Context<'_>) -> Poll<T>,
) -> Result<T, Error> {
    with_waker(|waker| {
        let mut cx = Context::from_waker(waker);
        let mut begun = None;
        loop {
            if let Poll::Ready(outcome) = poll(subject, &mut cx) {
                return Ok(outcome);
            }
            if number.is_needed_here() {
                return Err(Error::would_block());
            }
            let now = Instant::now();
            let left = until.map(|until| until.saturating_duration_since(now));
            if left == Some(Duration::ZERO) {
                return Err(Error::timeout());
            }
            let waited = waited(*begun.get_or_insert(now), now);
            let patience = match SOON.checked_sub(waited) {
                Some(soon) if !soon.is_zero() => Some(soon),
                _ => session(subject).turn(tick)?.0,
            };
            if has(Fault::Doze) {
                // As if whoever wakes the thread had done so before it could be woken.
                park(None);
            }
            park(earlier(patience, left));
        }
    })
}
