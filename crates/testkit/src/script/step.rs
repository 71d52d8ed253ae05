//! The steps of a script.

use core::fmt;
use core::panic::Location;
use core::time::Duration;

use crate::{Seen, Side, Wire};

/// One step of a script about a machine `M`.
pub struct Step<M> {
    pub(super) location: &'static Location<'static>,
    pub(super) action: Action<M>,
}

/// What happens in a step.
pub(super) enum Action<M> {
    Says(Side, Vec<u8>),
    SaysLike(&'static str, Box<dyn Fn(&Seen) -> bool>),
    Rest,
    Eof,
    Does(Box<dyn Fn(&mut M)>),
    Happens(Vec<String>),
    Tick(Duration),
    Closed,
}

impl<M> Step<M> {
    #[track_caller]
    fn new(action: Action<M>) -> Self {
        let location = Location::caller();
        Self { location, action }
    }
}

impl<M> fmt::Debug for Step<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}

/// The client says this: it is fed to a server, and expected of a client.
///
/// What is expected is compared frame by frame with what was sent and not yet accounted for, by
/// [meaning](Seen::means).
#[track_caller]
#[must_use]
pub fn client<M>(wire: impl Wire) -> Step<M> {
    Step::new(Action::Says(Side::Client, wire.octets()))
}

/// The server says this: it is fed to a client, and expected of a server.
#[track_caller]
#[must_use]
pub fn server<M>(wire: impl Wire) -> Step<M> {
    Step::new(Action::Says(Side::Server, wire.octets()))
}

/// The next frame of the machine is one like this.
#[track_caller]
#[must_use]
pub fn says<M>(what: &'static str, is_so: impl Fn(&Seen) -> bool + 'static) -> Step<M> {
    Step::new(Action::SaysLike(what, Box::new(is_so)))
}

/// Whatever else the machine has sent does not matter.
#[track_caller]
#[must_use]
pub fn rest<M>() -> Step<M> {
    Step::new(Action::Rest)
}

/// The other end ends its output.
#[track_caller]
#[must_use]
pub fn eof<M>() -> Step<M> {
    Step::new(Action::Eof)
}

/// The application does this with the machine.
#[track_caller]
#[must_use]
pub fn app<M>(does: impl Fn(&mut M) + 'static) -> Step<M> {
    Step::new(Action::Does(Box::new(does)))
}

/// The application has learned exactly this since it was last asked.
#[track_caller]
#[must_use]
pub fn happens<M, const N: usize>(happenings: [&str; N]) -> Step<M> {
    let happenings = happenings.map(str::to_owned).to_vec();
    Step::new(Action::Happens(happenings))
}

/// The time is this now.
#[track_caller]
#[must_use]
pub fn tick<M>(now: Duration) -> Step<M> {
    Step::new(Action::Tick(now))
}

/// Both halves of the machine have closed.
#[track_caller]
#[must_use]
pub fn closed<M>() -> Step<M> {
    Step::new(Action::Closed)
}
