//! The grammar, the dates, the keys: what needs no server.

mod dates;
mod django;
mod grammar;
mod inventory;
pub(crate) mod mutations;
mod protection;
mod reading;
