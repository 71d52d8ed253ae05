//! What came of an attack.

use tress_testkit::Attack;

use super::figures::Figures;
use super::verdict::Verdict;

/// How a server stood an attack.
pub(in crate::probe) struct Attacked {
    pub(in crate::probe) attack: Attack,
    pub(in crate::probe) verdict: Verdict,
    pub(super) figures: Figures,
}
