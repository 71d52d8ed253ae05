//! Bodies as readers, writers and streams of others.

#[cfg(feature = "futures-io")]
mod futures_io;
#[cfg(any(feature = "tokio", feature = "futures-io"))]
mod octets;
#[cfg(feature = "stream")]
mod stream;
#[cfg(feature = "tokio")]
mod tokio;
