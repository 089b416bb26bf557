//! A black-box suite for login state: checks that ask any server, over HTTP
//! alone, whether what it says about who is logged in is true.
//!
//! It shares no code and no type with the servers beside it: paths and JSON are
//! spelt out here, so it tests a server in any language.
//!
//! ```no_run
//! use harness::{Mechanism, Profile, Target, cases, run};
//!
//! let target = Target::new("http://localhost:8002", Mechanism::Session, Profile::Hardened)?;
//! let report = run(&target, &cases().iter().collect::<Vec<_>>(), |_| ())?;
//! assert!(report.is_green(false), "{}", report.headline());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To read it, take this order:
//!
//! 1. [`case`]: what a check is. [`outcome`]: what can come of it.
//! 2. [`target`]: the server under test; [`routes`] says where things are and
//!    [`seams`] what else it offers; [`manifest`] reads both from a file.
//! 3. [`http`]: a client that sends exactly the bytes it is told to.
//!    [`credential`]: what a case holds in its hand.
//! 4. `flow` (the verbs), `verify` (the rules of controls and rejections),
//!    `restore` (leave it as you found it), `tour` (a walk through everything).
//! 5. `checks`: the cases, a file for each subject.
//! 6. [`mod@run`] and [`report`].
//! 7. [`jar`]: what a browser would keep and send. No check needs it to log in: each holds
//!    its credential in its hand, so that sending an old one again is one line.

mod assumed;
mod catalogue;
mod checks;
mod flow;
mod forge;
mod given;
mod journal;
mod listener;
mod readable;
mod restore;
mod set_cookie;
mod tour;
mod verify;

pub mod arguments;
pub mod case;
pub mod credential;
pub mod csrf;
pub mod http;
pub mod jar;
pub mod manifest;
pub mod mechanism;
pub mod outcome;
pub mod purpose;
pub mod report;
pub mod routes;
pub mod run;
pub mod seams;
pub mod signing_key;
pub mod target;

pub use arguments::Arguments;
pub use case::{Case, Level};
pub use catalogue::{catalogue_json, catalogue_markdown, catalogue_text};
pub use checks::cases;
pub use manifest::Manifest;
pub use mechanism::{Mechanism, Profile};
pub use outcome::Outcome;
pub use run::{Finding, Report, run, run_one};
pub use seams::{Ahead, Asymmetric, Capped, Idle, Rotated, Seam, Seams, ShortLived};
pub use signing_key::SigningKey;
pub use target::{Account, Promises, Target};
