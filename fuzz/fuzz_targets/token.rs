//! cargo-fuzz's side of `tests/untrusted/token.rs`.

#![no_main]

#[path = "../../tests/untrusted/token.rs"]
mod token;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| token::property(bytes));
