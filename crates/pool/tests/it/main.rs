//! The policy through its public interface: rules one by one, and laws in virtual time.

mod laws;
mod rules;
mod world;
