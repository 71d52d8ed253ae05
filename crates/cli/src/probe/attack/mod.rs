//! Attacks on a server whose owner agreed: how it stands them, with figures.

mod attacked;
mod attempt;
mod figures;
mod other_client;
mod process;
mod report;
mod run;
mod verdict;

pub(super) use self::attacked::Attacked;
pub(super) use self::report::Report;
pub(super) use self::run::run;
pub(super) use self::verdict::Verdict;
