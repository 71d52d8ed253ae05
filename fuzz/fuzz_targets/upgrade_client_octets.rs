//! Runs `upgrade_client_octets` on whatever the fuzzer makes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| tress_fuzz::upgrade_client_octets(data));
