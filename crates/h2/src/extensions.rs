//! What `h2` has not: methods of both builders, each of which changes nothing unless it is called, and
//! `stats` of both connections and of what makes requests.
//!
//! | method | what it is for |
//! |---|---|
//! | `observe` | an observer of each connection: frames, fields, limits, states |
//! | `priorities` | urgent content first (RFC 9218) |
//! | `credit_on_receipt` | streams that nobody reads stop no others |
//! | `window_growth` | windows that grow with what the path and the application take |
//! | `stats` | what a connection has done so far, and what held it up |
//!
//! ```
//! use tress_h2::extensions::proto::{Observe, Record};
//! use tress_h2::server::Builder;
//!
//! /// Says what ended a stream, or the connection.
//! struct Faults;
//!
//! impl Observe for Faults {
//!     fn record(&mut self, record: Record<'_>) {
//!         if let Record::Limit { limit, .. } = record {
//!             eprintln!("{limit}");
//!         }
//!     }
//! }
//!
//! let mut builder = Builder::new();
//! builder.observe(|| Faults).priorities().window_growth(16 << 20);
//! ```

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};

pub use proto;
use proto::Observe;

/// What makes the observers of connections.
#[derive(Clone)]
pub(crate) struct Observers(Arc<Make>);

type Make = dyn Fn() -> Box<dyn Observe> + Send + Sync + UnwindSafe + RefUnwindSafe;

impl Observers {
    pub(crate) fn new<O: Observe + 'static>(
        make: impl Fn() -> O + Send + Sync + UnwindSafe + RefUnwindSafe + 'static,
    ) -> Self {
        Self(Arc::new(move || Box::new(make())))
    }

    /// Makes one.
    pub(crate) fn make(&self) -> Box<dyn Observe> {
        (self.0)()
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observers")
    }
}
