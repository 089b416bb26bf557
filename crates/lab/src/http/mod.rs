//! Reading HTTP/1 as bytes: where a head ends, where a body ends, what is kept of it.
//!
//! Nothing here changes a byte. The front forwards what it read and keeps a bounded copy.

mod body;
mod chunked;
mod head;
mod incoming;

pub use body::{Body, BodyError, Framing, KEPT_BODY};
pub use chunked::Chunked;
pub use head::{Head, HeadError, MAX_HEAD, RequestHead, ResponseHead};
pub(crate) use incoming::Incoming;
