//! The table of verdicts.

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
        cause: Cause::Refused,
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
    let lost = |case: Case, cause| Case {
        cause,
        ..rides(case)
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
        (
            lost(case(A::Visit, 401), Cause::Keys),
            W::Denied,
            T::Neutral,
        ),
        (
            lost(case(A::Admin, 401), Cause::Store),
            W::Denied,
            T::Neutral,
        ),
        (lost(case(A::Visit, 200), Cause::Keys), W::Allowed, T::Good),
        (out(case(A::Replay, 503)), W::Unavailable, T::Bad),
    ];
    for (case, word, tone) in table {
        let verdict = judge(&case);
        assert_eq!((verdict.word, verdict.tone), (word, tone), "{case:?}");
        let presented = case.carried || case.action == A::Replay;
        let over = presented && case.expires_at_ms == Some(NOW) && case.status == Some(401);
        assert_eq!(verdict.expired, over, "{case:?}");
        let asks = matches!(case.action, A::Visit | A::Admin) && case.status == Some(401);
        let refused = asks && case.carried && !over;
        assert_eq!(verdict.cause, refused.then_some(case.cause), "{case:?}");
        assert_eq!(verdict.until_ms.is_some(), word == W::Stale, "{case:?}");
        assert_eq!(
            verdict.delay_ms,
            (word == W::Revoked).then_some(3),
            "{case:?}"
        );
    }
}

#[test]
fn a_refusal_says_what_became_of_the_credential() {
    let nothing = judge(&case(A::Visit, 401)).sentence;
    let mut sentences = vec![nothing];
    for cause in [Cause::Keys, Cause::Store, Cause::Variant, Cause::Refused] {
        let came_along = Case {
            carried: true,
            cause,
            ..case(A::Visit, 401)
        };
        let sentence = judge(&came_along).sentence;
        assert!(!sentences.contains(&sentence), "{sentence}");
        sentences.push(sentence);
    }
}
