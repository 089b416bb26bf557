//! What the servers cost.
