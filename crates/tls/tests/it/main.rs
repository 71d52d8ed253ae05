//! What a machine inside a TLS session promises.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic as tests do")]

extern crate alloc;

mod agreement;
mod bulk;
mod early;
mod ending;
mod failure;
mod hostile;
mod keylog;
mod memory;
mod world;
mod writing;
