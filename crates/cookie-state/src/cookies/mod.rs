//! Cookies, set and read by the book (RFC 6265bis), for handlers of one's own.
//!
//! Nothing here knows the login cookie or the routes of this server: the folder can be lifted out.
//! In the words of the RFC a server *sets* a cookie with a `Set-Cookie` line, and a browser *sends*
//! it back as a name and a value without the attributes.
//!
//! # Set, read, delete
//!
//! ```
//! use contract::wire::Timestamp;
//! use cookie_state::cookies::{Attributes, Lifetime, SameSite, delete, set};
//!
//! let attributes = Attributes {
//!     lifetime: Lifetime::Seconds(3600),
//!     secure: true,
//!     same_site: Some(SameSite::Lax),
//!     ..Attributes::default()
//! };
//! let line = set("theme", "dark", &attributes, Timestamp::from_unix(1_700_000_000))?;
//! assert_eq!(
//!     line,
//!     "theme=dark; Path=/; Max-Age=3600; Expires=Tue, 14 Nov 2023 23:13:20 GMT; Secure; SameSite=Lax"
//! );
//!
//! // A browser deletes the cookie that has the same name, Path and Domain, and leaves a cookie
//! // that is Secure or Partitioned alone unless the line is so too.
//! let line = delete("theme", &attributes)?;
//! assert!(line.starts_with("theme=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure"));
//! # Ok::<(), cookie_state::cookies::Refusal>(())
//! ```
//!
//! What a browser would drop, or understand otherwise than it was meant, is a [`Refusal`]:
//!
//! ```
//! use contract::wire::Timestamp;
//! use cookie_state::cookies::{Attributes, Refusal, SameSite, set};
//!
//! let everywhere = Attributes { same_site: Some(SameSite::None), ..Attributes::default() };
//! assert_eq!(set("theme", "dark", &everywhere, Timestamp::now()), Err(Refusal::NoneWithoutSecure));
//! let now = Timestamp::now();
//! assert_eq!(set("theme", "dark; Path=/admin", &Attributes::default(), now), Err(Refusal::Semicolon));
//! ```
//!
//! # Sign and seal
//!
//! A plain value is whatever the client makes of it. A *signed* value can be read by everybody and
//! changed by nobody, a *private* one is sealed: it cannot be read either. Both authenticate the
//! cookie's name, its purpose and the time at which it was made, so that a value cannot be moved to
//! another cookie, and a reader may refuse what is too old.
//!
//! ```
//! use std::time::Duration;
//! use contract::{settings::MasterKey, wire::Timestamp};
//! use cookie_state::cookies::{Disbelief, Keys, Protection};
//!
//! // The first key makes cookies; the others are from before, and what they made still counts.
//! let keys = Keys::new("example: preferences", MasterKey::random(), vec![MasterKey::random()]);
//! let made = Timestamp::from_unix(1_700_000_000);
//! let signed = keys.of("theme").protect(Protection::Signed, "dark", made);
//!
//! // The reader says what it expects; a cookie does not get to say how it is to be checked.
//! let read = keys.of("theme").believe(Protection::Signed, &signed)?;
//! assert_eq!((read.value.as_str(), read.made_at), ("dark", Some(made)));
//! let ten_seconds = Duration::from_secs(10);
//! assert!(read.is_younger_than(ten_seconds, Timestamp::from_unix(1_700_000_010)).is_ok());
//! let late = read.is_younger_than(ten_seconds, Timestamp::from_unix(1_700_000_011));
//! assert_eq!(late, Err(Disbelief::TooOld));
//!
//! // Under another name it is worth nothing.
//! let elsewhere = keys.of("role").believe(Protection::Signed, &signed);
//! assert_eq!(elsewhere.err(), Some(Disbelief::Changed));
//! # Ok::<(), Disbelief>(())
//! ```
//!
//! [`sent`] finds a cookie in the headers of a request, [`Inventory`] remembers with which attributes
//! a cookie was set, and [`django`] reads and writes what Django's `set_signed_cookie` does.

mod attributes;
mod disbelief;
pub mod django;
mod inventory;
mod lifetime;
pub(crate) mod name;
mod protection;
mod refusal;
mod sent;
mod set_cookie;
#[cfg(test)]
pub(crate) mod tests;

pub use attributes::{Attributes, SameSite};
pub use disbelief::Disbelief;
pub use inventory::{Entry, Inventory, Unlisted};
pub use lifetime::Lifetime;
pub use protection::{Believed, Keys, NameKeys, Protection, SHORTEST_PROTECTED};
pub use refusal::Refusal;
pub use sent::{all_sent, sent};
pub use set_cookie::{LARGEST, LONGEST_ATTRIBUTE, delete, set};
