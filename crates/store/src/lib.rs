//! Expiring records in Redis or in this process, behind one type.
//!
//! Read in this order:
//!
//! 1. [`Source`] and [`RedisSettings`]: where the store is, and how a worker opens it;
//! 2. `keys`: every key that is ever written, in one page;
//! 3. `sessions`, `index`, `families`, `revocations`: what is kept. Each operation stands there
//!    twice, side by side: the Redis command, and the same step on the map in this process;
//! 4. `deployment`, `connection`: one Redis, a cluster or Sentinel; time-outs, second tries, what
//!    happens when Redis is gone;
//! 5. `seal`: how a session's value is hidden from who reads Redis;
//! 6. `embedded`: the map: expiry, the limit on memory, the view for a learner;
//! 7. [`clock`]: the time of day that everything here is dated by.
//!
//! Three rules hold everywhere:
//!
//! * **Nothing usable at rest.** A session is stored under a digest of its id, a refresh token as
//!   its digest (SHA-256, the first 128 bits). Who reads Redis, a dump or a replica cannot log in
//!   with what is there.
//! * **Every key expires.** There is no key without an end, so nothing has to be cleaned up.
//! * **One step, one key.** What has to be atomic is one command or one script on one key. So it
//!   is atomic on a Redis Cluster too, where two keys may live on two machines.
//!
//! An error is never "not there": it says that the store could not answer. A caller that takes an
//! error for "not revoked" or "not logged in" has a hole (OWASP ASVS 5.0, 16.5.3: fail closed).

pub mod clock;
mod connection;
mod crowd;
mod deployment;
mod digest;
mod embedded;
mod error;
mod families;
mod index;
mod keys;
pub mod private_redis;
mod revocations;
mod script;
mod seal;
mod sessions;
mod settings;
mod source;

pub use clock::Clock;
pub use digest::Digest;
pub use embedded::{KeyView, Operation};
pub use error::StoreError;
pub use families::{Family, Rotation};
pub use index::{IndexedSession, LOGINS_LISTED};
pub use sessions::Replacement;
pub use settings::{RedisSettings, Wait};
pub use source::{Source, Store};
