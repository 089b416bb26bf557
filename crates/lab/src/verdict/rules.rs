//! The rules, from top to bottom: the first that fits decides.

use std::time::Duration;

use super::{Action, Cause, Tone, Verdict, Word};

/// Everything that a verdict depends on.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What was asked for.
    pub action: Action,
    /// The answer's status; `None` when none came.
    pub status: Option<u16>,
    /// The moment of the answer, by the server's clock.
    pub now_ms: u64,
    /// When the credential ends by itself.
    pub expires_at_ms: Option<u64>,
    /// The stolen credential's login has been logged out of.
    pub logged_out: bool,
    /// How long after that the credential was first refused.
    pub refused_after: Option<Duration>,
    /// The account has the role `admin` at this moment.
    pub is_admin: bool,
    /// It had that role when it logged in.
    pub was_admin: bool,
    /// The browser was given a credential, has never sent it, and did not now.
    pub held_back: bool,
    /// The request came with the credential.
    pub carried: bool,
    /// The browser holds a credential that it sends by itself.
    pub rides: bool,
    /// If the credential does not count: why that may be.
    pub cause: Cause,
}

/// Decides.
pub fn judge(case: &Case) -> Verdict {
    let (word, tone, sentence) = decide(case);
    let delay = case.refused_after.filter(|_| word == Word::Revoked);
    Verdict {
        word,
        tone,
        action: case.action,
        status: case.status,
        expired: word == Word::Denied && is_over(case),
        cause: (word == Word::Denied && is_refused(case)).then_some(case.cause),
        sentence,
        until_ms: case.expires_at_ms.filter(|_| word == Word::Stale),
        delay_ms: delay
            .map(|delay| u64::try_from(delay.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)),
    }
}

/// It was refused because its time is up.
fn is_over(case: &Case) -> bool {
    let presented = match case.action {
        Action::Replay => true,
        Action::Visit | Action::Admin => case.carried,
        _ => false,
    };
    let expired = case.expires_at_ms.is_some_and(|end| end <= case.now_ms);
    presented && expired && case.status == Some(401)
}

/// It came along, and was refused before its time was up.
fn is_refused(case: &Case) -> bool {
    let asks = matches!(case.action, Action::Visit | Action::Admin);
    asks && case.carried && case.status == Some(401) && !is_over(case)
}

fn refused(cause: Cause) -> &'static str {
    match cause {
        Cause::Keys => "The credential came along, but the key that it was made with is gone.",
        Cause::Store => {
            "The credential came along, but the store was emptied: nothing is kept under it."
        }
        Cause::Variant => {
            "The credential came along, but it was made while this server ran otherwise."
        }
        Cause::Refused => "A credential came along, but no login that counts is behind it.",
    }
}

fn decide(case: &Case) -> (Word, Tone, &'static str) {
    use {Action as A, Tone as T, Word as W};
    let unavailable = "The server could not answer. Nothing was let in and nothing was changed.";
    match (case.action, case.status) {
        (_, None | Some(500..)) => (W::Unavailable, T::Bad, unavailable),
        (A::Link | A::Foreign | A::Sibling, Some(_)) => by_a_neighbour(case),
        (A::Forge, Some(200..=299)) => (
            W::Forged,
            T::Bad,
            "The server took for its own what it never made.",
        ),
        (A::Forge, Some(_)) => (
            W::Denied,
            T::Good,
            "The server sees that it did not make this.",
        ),
        (A::Replay, Some(200..=299)) if case.logged_out => (
            W::Stale,
            T::Warn,
            "The owner has logged out, and the stolen copy still works until it expires.",
        ),
        (A::Replay, Some(200..=299)) => (
            W::Allowed,
            T::Bad,
            "The server cannot tell the stolen copy from the owner's, who is still logged in.",
        ),
        (A::Replay, Some(_)) if is_over(case) => {
            (W::Denied, T::Good, "The stolen copy has expired by itself.")
        }
        (A::Replay, Some(_)) if case.logged_out => (
            W::Revoked,
            T::Good,
            "The logout ended the login on the server, so the stolen copy is dead too.",
        ),
        (A::Replay, Some(_)) => (W::Denied, T::Good, "The stolen copy is not accepted."),
        (A::Admin, Some(200..=299)) if !case.is_admin => (
            W::Stale,
            T::Warn,
            "The account is no admin any more; the credential still says so until it expires.",
        ),
        (A::Login, Some(200..=299)) => (W::Allowed, T::Good, "Logged in."),
        (A::Visit, Some(200..=299)) => (W::Allowed, T::Good, "The server knows who is asking."),
        (A::Admin, Some(200..=299)) => (W::Allowed, T::Good, "The account has the role admin."),
        (A::Logout, Some(200..=299)) => (
            W::Allowed,
            T::Good,
            "Logged out; the server has acknowledged it.",
        ),
        (A::Visit | A::Admin, Some(_)) if is_over(case) => (
            W::Denied,
            T::Neutral,
            "The credential came along, but its time is up.",
        ),
        (A::Visit | A::Admin, Some(401)) if case.held_back => (
            W::BlockedByBrowser,
            T::Warn,
            "The browser was given a cookie and does not send it. Try Firefox or Chrome.",
        ),
        (A::Admin, Some(403)) if case.was_admin && !case.is_admin => (
            W::Denied,
            T::Good,
            "The demotion holds already: the server looked the role up.",
        ),
        (A::Admin, Some(403)) => (
            W::Denied,
            T::Neutral,
            "Logged in, but without the role admin.",
        ),
        (A::Visit | A::Admin, Some(401)) if is_refused(case) => {
            (W::Denied, T::Neutral, refused(case.cause))
        }
        (A::Visit | A::Admin, Some(401)) => (
            W::Denied,
            T::Neutral,
            "The server knows nobody by this request: log in first.",
        ),
        (A::Login, Some(401)) => (W::Denied, T::Neutral, "Name and password do not fit."),
        (A::Login, Some(429)) => (
            W::Denied,
            T::Neutral,
            "Too many wrong passwords: wait a little.",
        ),
        (_, Some(_)) => (
            W::Denied,
            T::Neutral,
            "The server refused the request; the wire card has its reason.",
        ),
    }
}

/// What a page of somebody else made the browser send.
fn by_a_neighbour(case: &Case) -> (Word, Tone, &'static str) {
    use {Action as A, Tone as T, Word as W};
    let is_done = case.status.is_some_and(|status| status < 300);
    match (case.action, case.carried) {
        (_, false) if case.rides => (
            W::BlockedByBrowser,
            T::Good,
            "The browser kept the cookie back, because another site asked: SameSite.",
        ),
        (_, false) => (
            W::Denied,
            T::Good,
            "The browser adds nothing by itself that says who this is.",
        ),
        (A::Link, true) if is_done => (
            W::Allowed,
            T::Neutral,
            "A link opens the page with the cookie. Whoever made the link cannot read it, and a GET changes nothing.",
        ),
        (_, true) if is_done => (
            W::Allowed,
            T::Bad,
            "A page of somebody else did this in the owner's name.",
        ),
        (_, true) => (
            W::Denied,
            T::Good,
            "The cookie came along, and the server refused: the page is not its own.",
        ),
    }
}

#[cfg(test)]
mod tests;
