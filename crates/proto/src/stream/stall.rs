//! How long content has waited for a window, while the peer could have opened it.

use alloc::boxed::Box;
use core::time::Duration;

/// What has left, and the wait for more credit, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Stall {
    sent: u64,
    wait: Option<Box<Wait>>,
}

/// A wait that no progress has ended. Times are in milliseconds.
#[derive(Debug)]
struct Wait {
    since: Duration,
    /// What had been sent then.
    sent: u64,
    /// What had been sent when it was last looked at.
    latest: u64,
    /// So many octets more are progress.
    needed: u32,
    /// The PING that shows that the peer has all that was sent before; 0 before it was asked for.
    probe: u32,
    /// For how long it was seen to last since that PING was acknowledged.
    charged: u32,
    /// For how long of that nothing was sent.
    quiet: u32,
}

/// One look at all that waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) now: Duration,
    /// So many milliseconds count since the last look.
    pub(crate) charge: u32,
    /// So many octets are progress, if as many wait.
    pub(crate) progress: u32,
    /// The PING that may be sent now, if any may.
    pub(crate) probe: Option<u32>,
    /// One is still to come back.
    pub(crate) is_probed: bool,
    /// The latest PING that was acknowledged.
    pub(crate) acknowledged: u32,
}

/// What a wait has come to, in milliseconds for which it counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waited {
    /// Without progress.
    pub(crate) charged: u32,
    /// Without an octet.
    pub(crate) quiet: u32,
    /// The PING that was on offer is wanted.
    pub(crate) wants_probe: bool,
    /// Its PING, or one before it, is still to come back.
    pub(crate) is_unanswered: bool,
    /// It counts from this look on.
    pub(crate) has_begun: bool,
}

impl Stall {
    /// Takes note of content that left.
    pub(crate) fn sent(&mut self, octets: u32) {
        self.sent += u64::from(octets);
    }

    /// How many octets have left.
    pub(crate) const fn octets(&self) -> u64 {
        self.sent
    }

    /// Since when it waits, and how many octets have left in that time.
    pub(crate) fn progress(&self) -> Option<(Duration, u64)> {
        let wait = self.wait.as_ref()?;
        Some((wait.since, self.sent - wait.sent))
    }

    /// Looks at `queued` octets that wait for a window.
    ///
    /// The first look begins a wait, and the second one asks for the PING: most windows are open
    /// again by then. While that is under way nothing counts, for what shut the window may be too.
    pub(crate) fn look(&mut self, look: Look, queued: u64) -> Waited {
        let sent = self.sent;
        let wait = match &mut self.wait {
            Some(wait) if sent - wait.sent < u64::from(wait.needed) => wait,
            _ => {
                self.wait = Some(Box::new(Wait::new(look, sent, queued)));
                return Waited::default();
            }
        };
        let is_quiet = core::mem::replace(&mut wait.latest, sent) == sent;
        let mut waited = Waited::default();
        match (wait.probe, look.probe) {
            (0, Some(probe)) => {
                wait.probe = probe;
                waited.wants_probe = true;
            }
            (0, None) => waited.is_unanswered = look.is_probed,
            (probe, _) if probe <= look.acknowledged => {
                waited.has_begun = wait.charged == 0;
                wait.charged = wait.charged.saturating_add(look.charge);
                wait.quiet = match is_quiet {
                    true => wait.quiet.saturating_add(look.charge),
                    false => 0,
                };
            }
            _ => waited.is_unanswered = true,
        }
        (waited.charged, waited.quiet) = (wait.charged, wait.quiet);
        waited
    }
}

impl Wait {
    fn new(look: Look, sent: u64, queued: u64) -> Self {
        Self {
            since: look.now,
            sent,
            latest: sent,
            needed: look.progress.min(u32::try_from(queued).unwrap_or(u32::MAX)),
            probe: 0,
            charged: 0,
            quiet: 0,
        }
    }
}
