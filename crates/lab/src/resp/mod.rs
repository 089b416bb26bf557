//! RESP, the protocol of Redis (versions 2 and 3): parsing what goes over the wire, and
//! putting it into words.

mod parse;
mod words;

pub use parse::{MAX_FRAME, RespError, Value, parse};
pub(crate) use words::{beginning, printable};
pub use words::{comes_again, command, reply};
