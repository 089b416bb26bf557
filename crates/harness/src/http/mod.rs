//! A small HTTP/1.1 client of its own.
//!
//! It keeps no cookies, follows no redirects, normalises no path, and records
//! the exact bytes of both directions: what a case sends is what goes out, and
//! a credential is attached by the case that holds it.

mod base;
mod client;
mod curl;
mod mask;
#[cfg(test)]
mod masking_tests;
mod message;
mod raw;
mod reading;
mod record;
mod tls;

pub use base::Base;
pub use client::{Client, Held, HttpError};
pub use mask::{is_secret_member, mask_header, mask_members, mask_query};
pub use message::{Request, Response};
pub use raw::Raw;
pub use record::Exchange;
