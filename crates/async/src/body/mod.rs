//! How octets enter and leave bodies that others read and write, and bodies as streams.

#[cfg(any(feature = "tokio", feature = "futures-io"))]
mod octets;
#[cfg(feature = "stream")]
mod stream;
