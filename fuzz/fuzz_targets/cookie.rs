//! cargo-fuzz's side of `tests/untrusted/cookie.rs`.

#![no_main]

#[path = "../../tests/untrusted/cookie.rs"]
mod cookie;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cookie::property(bytes));
