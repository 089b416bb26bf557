//! What the black-box suite cannot see: the cookie API, the grades of protection, the keys, and time
//! at work. Each test has a server of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod api;
mod deletion;
mod grades;
mod http;
mod keys;
mod limits;
mod login;
mod older;
#[path = "../../../store/tests/acceptance/patience.rs"]
#[allow(
    dead_code,
    reason = "the store's tests name what is late in more places"
)]
mod patience;
mod reading;
mod refusals;
mod server;
