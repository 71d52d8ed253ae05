//! What a server adds to the answers of a service.

/// What a server adds to the answers of a service.
#[derive(Clone, Copy, Debug)]
pub struct HttpOptions {
    pub(super) date: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self { date: true }
    }
}

impl HttpOptions {
    /// Leaves out `date` where the service sets none. RFC 9110 §6.6.1 wants it of a server that
    /// has a clock; one behind a proxy may leave it to that.
    #[must_use]
    pub const fn without_date(mut self) -> Self {
        self.date = false;
        self
    }
}
