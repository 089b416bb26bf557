//! Lures: pages of the attacker's that act in the visitor's own browser.
//!
//! Whether a cookie goes along, whether it is kept, whether script reads it: the browser decides
//! that, and no check of the suite can. So the lab serves the attacker's pages on hosts of their
//! own, the visitor's browser opens one, and what came of it is read off the wire. Reading order:
//! `catalogue` is which there are, `attempts` what is under way, `judge` what came of it,
//! `transcript` the evidence.

mod attempts;
mod catalogue;
mod judge;

pub(crate) use attempts::{Attempt, Attempts, Planted, Report};
pub use attempts::{Lured, Received};
pub use catalogue::{LURES, Lure, Site, Victim, Way};
pub use judge::{Finding, Seen, judge};

/// The parameter of an address that says to which attempt a request belongs. Servers overlook it.
pub(crate) const MARK: &str = "attempt";

/// The cookie by which one sees that a host next door can plant cookies at all.
pub(crate) const CONTROL: &str = "planted";
