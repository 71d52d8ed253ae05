//! Frames from raw entropy, for the fuzzing of whoever uses them; each one is legal.
