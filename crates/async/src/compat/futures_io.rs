//! Adapters to the I/O traits of smol, async-std and others, which are those of a session.

pub use session::transport::futures_io::FuturesIo;
