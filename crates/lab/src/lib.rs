//! The lab: three servers side by side, watched from outside.
//!
//! `cargo run` starts this. What happens to one request, in the order of the files:
//!
//! 1. `front` takes it on the one port, decides by its host, passes the bytes on and copies
//!    them; [`http`] finds where heads and bodies end.
//! 2. `fleet` has the three servers, which run as their [`variants`] say; what they ask of Redis comes through `tap`, which
//!    reads [`resp`]; `stores` is where that Redis comes from.
//! 3. [`board`] keeps what was seen and learns from it: the [`jar`] that the browser must hold,
//!    what a thief would have [`stolen`], the [`verdict`].
//! 4. [`view`] draws the board as one JSON model; `control` sends it to the page and takes the
//!    page's orders, which `director` carries out, with the `attacker` for the replay.
//!
//! The servers know nothing of all this. [`mod@bench`] measures them, without any tap;
//! [`attacks`] tries them with the suite's checks, and in [`exercises`] the learner mends one.
//! A [`class`] is many labs behind one door.
//! [`scores`] counts what was seen of each.

pub mod attacks;
pub mod bench;
pub mod board;
pub mod class;
pub mod column;
pub mod doctor;
pub mod exercises;
pub mod export;
pub mod hosts;
pub mod http;
pub mod jar;
pub mod lessons;
pub mod line;
pub mod login_cookie;
pub mod lure;
pub mod profile;
pub mod resp;
pub mod running;
pub mod scores;
pub mod stolen;
pub mod token;
pub mod variants;
pub mod verdict;
pub mod view;

mod ahead;
mod asker;
mod attacker;
mod clock;
mod control;
mod director;
mod error;
mod fleet;
mod forgery;
mod front;
mod keys;
mod private_folder;
mod resetting;
mod signing_keys;
mod start;
mod stores;
mod switching;
mod tap;
mod told;
mod watcher;

pub use error::LabError;
pub use profile::Profile;
pub use start::{Lab, Options, start};
pub use stores::{StoreChoice, StoreKind, StoreLabel};
