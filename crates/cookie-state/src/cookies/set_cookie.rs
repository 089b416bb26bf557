//! The `Set-Cookie` line.

use super::{Attributes, Refusal, name, name::Prefix};
use contract::wire::Timestamp;

/// Octets of name and value together that a browser has to take (RFC 6265bis section 5.6).
pub const LARGEST: usize = 4096;

/// Octets of an attribute's value that a browser has to take; it ignores a longer one.
pub const LONGEST_ATTRIBUTE: usize = 1024;

/// The line that sets a cookie.
///
/// # Errors
/// When a browser would drop the cookie, or keep something other than was meant.
pub fn set(
    name: &str,
    value: &str,
    attributes: &Attributes,
    now: Timestamp,
) -> Result<String, Refusal> {
    name::check(name)?;
    attributes.check(Prefix::of(name)?)?;
    check_value(value)?;
    let would_be = name.len() + value.len();
    if would_be > LARGEST {
        return Err(Refusal::TooLarge {
            would_be,
            limit: LARGEST,
        });
    }
    let lifetime = attributes.lifetime.attributes(now);
    Ok(format!("{name}={value}{}", attributes.line(&lifetime)))
}

/// The line that makes a browser forget the cookie that was set with these attributes.
///
/// It repeats all of them. Path and Domain name the cookie (RFC 6265bis section 5.7, step 23), a
/// cookie in a partition is another than the one outside, and a line without `Secure` does not
/// touch a Secure cookie from a page without https, nor any with a prefix.
///
/// # Errors
/// When no cookie can have been set so.
pub fn delete(name: &str, attributes: &Attributes) -> Result<String, Refusal> {
    name::check(name)?;
    attributes.check(Prefix::of(name)?)?;
    let over = "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    Ok(format!("{name}={}", attributes.line(over)))
}

/// Whether every byte is a cookie-octet (RFC 6265bis section 4.1.1). The grammar lets a value stand
/// in quotes too; browsers take them for a part of it and some servers do not, so they are refused.
pub(super) fn check_value(value: &str) -> Result<(), Refusal> {
    value.bytes().try_for_each(|byte| match byte {
        b';' => Err(Refusal::Semicolon),
        b' ' | b'"' | b',' | b'\\' => Err(Refusal::NoCookieOctet),
        0x21..=0x7e => Ok(()),
        0x80.. => Err(Refusal::NotAscii),
        _ => Err(Refusal::Control),
    })
}
