//! What the servers cost: `GET /me`, three mechanisms, two profiles, two stores, beside a bare
//! actix handler that answers the same JSON.
//!
//! Reading order: `plan` says what is measured, `child` starts each target as a process of
//! its own, `load` asks it, `cpu` reads what that cost, `run` goes round all of them
//! several times, `report` sums up, and
//! `table` prints it.

mod child;
mod cpu;
mod load;
mod plan;
mod report;
mod run;
mod serve_one;
mod table;

pub use plan::{Kind, Signed, StoreUsed, Target};
pub use report::{Machine, Report, Row, Spread};
pub use run::{BenchError, BenchOptions, run};
pub use serve_one::{ServeOne, serve_one};
