//! The rules, from top to bottom: the first that fits decides.

use std::time::Duration;

use super::{Action, Tone, Verdict, Word};

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
mod tests {
    use super::*;
    use Action as A;
    use Tone as T;
    use Word as W;

    const NOW: u64 = 1_000;

    fn case(action: Action, status: u16) -> Case {
        Case {
            action,
            status: Some(status),
            now_ms: NOW,
            expires_at_ms: Some(NOW + 500),
            logged_out: false,
            refused_after: None,
            is_admin: false,
            was_admin: false,
            held_back: false,
            carried: false,
            rides: false,
        }
    }

    #[test]
    fn the_table() {
        let out = |case: Case| Case {
            logged_out: true,
            refused_after: Some(Duration::from_micros(2_100)),
            ..case
        };
        let admin = |case: Case| Case {
            is_admin: true,
            was_admin: true,
            ..case
        };
        let demoted = |case: Case| Case {
            was_admin: true,
            ..case
        };
        let expired = |case: Case| Case {
            expires_at_ms: Some(NOW),
            ..case
        };
        let holds = |case: Case| Case {
            rides: true,
            ..case
        };
        let rides = |case: Case| Case {
            carried: true,
            ..holds(case)
        };
        let table = [
            (case(A::Forge, 200), W::Forged, T::Bad),
            (case(A::Forge, 401), W::Denied, T::Good),
            (holds(case(A::Foreign, 403)), W::BlockedByBrowser, T::Good),
            (holds(case(A::Foreign, 204)), W::BlockedByBrowser, T::Good),
            (rides(case(A::Foreign, 204)), W::Allowed, T::Bad),
            (rides(case(A::Sibling, 403)), W::Denied, T::Good),
            (rides(case(A::Sibling, 204)), W::Allowed, T::Bad),
            (rides(case(A::Link, 200)), W::Allowed, T::Neutral),
            (rides(case(A::Link, 401)), W::Denied, T::Good),
            (case(A::Foreign, 415), W::Denied, T::Good),
            (case(A::Sibling, 503), W::Unavailable, T::Bad),
            (case(A::Login, 200), W::Allowed, T::Good),
            (case(A::Login, 401), W::Denied, T::Neutral),
            (case(A::Login, 429), W::Denied, T::Neutral),
            (case(A::Visit, 200), W::Allowed, T::Good),
            (case(A::Visit, 401), W::Denied, T::Neutral),
            (out(case(A::Visit, 401)), W::Denied, T::Neutral),
            (
                Case {
                    held_back: true,
                    ..case(A::Visit, 401)
                },
                W::BlockedByBrowser,
                T::Warn,
            ),
            (case(A::Visit, 503), W::Unavailable, T::Bad),
            (
                Case {
                    status: None,
                    ..case(A::Visit, 0)
                },
                W::Unavailable,
                T::Bad,
            ),
            (admin(case(A::Admin, 200)), W::Allowed, T::Good),
            (demoted(case(A::Admin, 200)), W::Stale, T::Warn),
            (demoted(case(A::Admin, 403)), W::Denied, T::Good),
            (case(A::Admin, 403), W::Denied, T::Neutral),
            (case(A::Logout, 204), W::Allowed, T::Good),
            (case(A::Logout, 503), W::Unavailable, T::Bad),
            (case(A::Replay, 200), W::Allowed, T::Bad),
            (case(A::Replay, 401), W::Denied, T::Good),
            (out(case(A::Replay, 200)), W::Stale, T::Warn),
            (out(case(A::Replay, 401)), W::Revoked, T::Good),
            (expired(out(case(A::Replay, 401))), W::Denied, T::Good),
            (expired(case(A::Visit, 401)), W::Denied, T::Neutral),
            (expired(rides(case(A::Visit, 401))), W::Denied, T::Neutral),
            (expired(rides(case(A::Visit, 200))), W::Allowed, T::Good),
            (out(case(A::Replay, 503)), W::Unavailable, T::Bad),
        ];
        for (case, word, tone) in table {
            let verdict = judge(&case);
            assert_eq!((verdict.word, verdict.tone), (word, tone), "{case:?}");
            let presented = case.carried || case.action == A::Replay;
            let over = presented && case.expires_at_ms == Some(NOW) && case.status == Some(401);
            assert_eq!(verdict.expired, over, "{case:?}");
            assert_eq!(verdict.until_ms.is_some(), word == W::Stale, "{case:?}");
            assert_eq!(
                verdict.delay_ms,
                (word == W::Revoked).then_some(3),
                "{case:?}"
            );
        }
    }
}
