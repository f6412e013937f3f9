#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nozzle_tests::fuzz::csv_rows(data));
