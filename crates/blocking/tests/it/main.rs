//! What the threads of a connection promise.

extern crate alloc;

mod api;
mod body;
mod cancel;
mod driver;
mod end;
mod handler;
mod http;
mod layer;
mod stream;
mod wire;
mod world;
