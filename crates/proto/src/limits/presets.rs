//! Two ways to change all limits at once.

use super::Limits;
use super::budget::Scale;

impl Default for Limits {
    /// Those of a server.
    fn default() -> Self {
        Self::server()
    }
}

impl Limits {
    /// Half of every count, octet and time, and a fifth of [`stream_credit`](Self::stream_credit):
    /// for an endpoint whose peers are known and few.
    #[must_use]
    pub fn strict(self) -> Self {
        let mut limits = self.scaled(Scale::Half);
        limits.stream_credit = self.stream_credit / 5;
        limits
    }

    /// Four times every count and octet, and the same times: for a connection that carries what many
    /// users ask for.
    #[must_use]
    pub fn gateway(self) -> Self {
        self.scaled(Scale::FourTimes)
    }
}
