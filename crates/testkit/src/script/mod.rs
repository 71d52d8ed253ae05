//! Scripts: what both ends say, in order, as one would write it on a blackboard.

mod check;
mod step;

pub use self::check::{Subject, check, check_in_chunks};
pub use self::step::{Step, app, client, closed, eof, happens, rest, says, server, tick};

/// Makes a script of steps.
#[macro_export]
macro_rules! script {
    ($($step:expr),* $(,)?) => { &[$($step),*] };
}
