//! What somebody types to say who he is.

/// The longest e-mail address (RFC 5321, section 4.5.3.1.3).
const LONGEST: usize = 254;

/// A user name or an e-mail address as it is compared: without regard to case
/// and to white space around it. A telephone's keyboard begins with a capital
/// and ends with a space, and two accounts that differ in case alone would be
/// two people taken for each other. Only ASCII is folded, as SQLite's `NOCASE`
/// does: folding all of Unicode would make `K` (the Kelvin sign) a `k`.
pub(super) struct Identifier(String);

impl Identifier {
    pub(super) fn typed(typed: &str) -> Self {
        Self(typed.trim().to_ascii_lowercase())
    }

    /// To look an account up by; nothing, where no account can be called so.
    pub(super) fn to_look_up(&self) -> Option<&str> {
        (1..=LONGEST).contains(&self.0.len()).then_some(&self.0)
    }

    /// By which failures are counted: what stands before the `@`. So `alice`
    /// and `alice@example.test` are one name, whether there is such an account
    /// or not. Counting by account instead would tell: ten failures for one
    /// spelling, and if another is refused too, both belong to one account.
    pub(super) fn to_count_by(&self) -> &str {
        self.0.split('@').next().unwrap_or_default().trim_end()
    }
}
