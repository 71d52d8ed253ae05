//! Runs `session_steps` on whatever the fuzzer makes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| tress_fuzz::session_steps(data));
