#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| epos_fuzz::blocks(bytes));
