//! Bodies and tunnels as readers and writers of others' traits: each has `read`, `write` and `shut_down`.

#[cfg(feature = "futures-io")]
mod futures_io;
#[cfg(feature = "tokio")]
mod tokio;
