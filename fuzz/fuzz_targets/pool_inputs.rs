//! Runs `pool_inputs` on whatever the fuzzer makes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| tress_fuzz::pool_inputs(data));
