/// Why the store did not do what it was asked.
///
/// None of them means "not there": that is `None`, `false` or `Gone` in an answer. A server
/// answers each with 503 `store-unavailable`, and changes nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Redis could not be reached, or did not answer in time. Passes by itself when Redis is back.
    #[error(
        "Redis at {endpoint} does not answer: {reason}. Is it running, and is the address right?"
    )]
    Unavailable {
        /// Host and port, or the path of the socket; never the password.
        endpoint: String,
        /// What the network said.
        reason: String,
    },
    /// Redis answered, but will not do it: wrong password, no permission, read-only, out of memory.
    #[error("Redis at {endpoint} refuses: {reason}")]
    Refused {
        /// Host and port, or the path of the socket; never the password.
        endpoint: String,
        /// What Redis said, and what to do about it where that is known.
        reason: String,
    },
    /// The embedded store has reached its limit. It refuses to write more rather than to drop a
    /// revocation or a live login unseen; what expires makes room.
    #[error(
        "the embedded store is full ({max_bytes} bytes): wait until logins expire, raise its limit, or use Redis"
    )]
    Full {
        /// The limit that was given to [`Source::embedded`](crate::Source::embedded).
        max_bytes: usize,
    },
    /// What stands in the store was not written by this version.
    #[error("the store holds something unreadable: {0}. Delete it, or choose another key prefix")]
    Unreadable(String),
    /// The settings cannot work; nothing was tried.
    #[error("the store's settings cannot work: {0}")]
    Settings(String),
}
