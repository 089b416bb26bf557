//! What came of a lure, by what the wire and the attacker's own host have seen.

use serde::Serialize;

use super::Way;
use crate::verdict::{Tone, Word};

/// What was seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// The browser holds a credential that it sends by itself.
    pub rides: bool,
    /// A request of the page reached the server, and this was the answer; `None` inside: none.
    pub arrived: Option<Option<u16>>,
    /// It was but the browser's question whether the page may ask (CORS preflight).
    pub is_preflight: bool,
    /// The owner's credential came with it.
    pub carried: bool,
    /// The planted cookie of another name came with it.
    pub control: bool,
    /// The planted credential came with it.
    pub planted: bool,
    /// The owner's live credential reached the attacker's host.
    pub read: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The verdict on the attacker; none where nothing was learnt.
    pub word: Option<Word>,
    /// What that means for the owner of the account.
    pub tone: Tone,
    /// Which sentence of the catalogues says why.
    pub why: &'static str,
}

/// Decides.
pub fn judge(way: Way, seen: &Seen) -> Finding {
    let (word, tone, why) = decide(way, seen);
    Finding { word, tone, why }
}

fn decide(way: Way, seen: &Seen) -> (Option<Word>, Tone, &'static str) {
    use {Tone as T, Word as W};
    let status = match (way, seen.arrived) {
        // What script of the page can do is known: no server promises anything else.
        (Way::Read, _) if seen.read => return (Some(W::Allowed), T::Warn, "read"),
        (Way::Read, _) if seen.rides => {
            return (Some(W::BlockedByBrowser), T::Good, "out-of-reach");
        }
        (Way::Read, _) => return (None, T::Neutral, "nobody"),
        (_, None) => return (Some(W::BlockedByBrowser), T::Good, "not-sent"),
        (_, Some(None | Some(500..))) => return (Some(W::Unavailable), T::Bad, "unavailable"),
        (_, Some(Some(status))) => status,
    };
    let is_done = status < 300;
    match way {
        _ if seen.is_preflight => (Some(W::BlockedByBrowser), T::Good, "preflight"),
        // Had not even the harmless cookie come, the browser would take none from this host.
        Way::Plant if !seen.control => (None, T::Neutral, "no-control"),
        Way::Plant if seen.planted && is_done => (Some(W::Allowed), T::Bad, "planted"),
        Way::Plant if seen.planted => (Some(W::Denied), T::Good, "planted-refused"),
        Way::Plant => (Some(W::BlockedByBrowser), T::Good, "prefix"),
        Way::Ride if seen.carried && is_done => (Some(W::Allowed), T::Warn, "ridden"),
        _ if !seen.carried && seen.rides => (Some(W::BlockedByBrowser), T::Good, "held-back"),
        _ if !seen.carried => (Some(W::Denied), T::Good, "nothing-rides"),
        Way::Link if is_done => (Some(W::Allowed), T::Warn, "opened"),
        _ if is_done => (Some(W::Allowed), T::Bad, "done"),
        _ => (Some(W::Denied), T::Good, "refused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: [&str; 14] = [
        "read",
        "out-of-reach",
        "nobody",
        "not-sent",
        "unavailable",
        "preflight",
        "no-control",
        "planted",
        "planted-refused",
        "prefix",
        "ridden",
        "held-back",
        "nothing-rides",
        "opened",
    ];

    fn seen(status: u16) -> Seen {
        Seen {
            rides: true,
            arrived: Some(Some(status)),
            ..Seen::default()
        }
    }

    #[test]
    fn the_table() {
        let carried = |status| Seen {
            carried: true,
            ..seen(status)
        };
        let bare = |status| Seen {
            rides: false,
            ..seen(status)
        };
        let control = |status| Seen {
            control: true,
            ..carried(status)
        };
        let planted = |status| Seen {
            planted: true,
            ..control(status)
        };
        let preflight = Seen {
            is_preflight: true,
            ..seen(404)
        };
        let read = Seen {
            read: true,
            ..Seen::default()
        };
        let holds = Seen {
            rides: true,
            ..Seen::default()
        };
        let table = [
            (Way::Form, seen(403), "held-back"),
            (Way::Form, carried(403), "refused"),
            (Way::Form, carried(204), "done"),
            (Way::Form, bare(415), "nothing-rides"),
            (Way::Form, seen(503), "unavailable"),
            (Way::Link, carried(200), "opened"),
            (Way::Link, seen(401), "held-back"),
            (Way::Image, carried(200), "done"),
            (Way::Fetch, preflight, "preflight"),
            (Way::Fetch, holds, "not-sent"),
            (Way::Plant, carried(200), "no-control"),
            (Way::Plant, control(200), "prefix"),
            (Way::Plant, planted(400), "planted-refused"),
            (Way::Plant, planted(200), "planted"),
            (Way::Read, read, "read"),
            (Way::Read, holds, "out-of-reach"),
            (Way::Read, Seen::default(), "nobody"),
            (Way::Ride, carried(200), "ridden"),
            (Way::Ride, carried(401), "refused"),
        ];
        for (way, seen, why) in table {
            assert_eq!(judge(way, &seen).why, why, "{way:?} {seen:?}");
        }
        let word = |way, seen: &Seen| judge(way, seen).word;
        assert_eq!(word(Way::Form, &seen(403)), Some(Word::BlockedByBrowser));
        assert_eq!(word(Way::Form, &carried(403)), Some(Word::Denied));
        assert_eq!(word(Way::Plant, &carried(200)), None);
    }

    #[test]
    fn each_reason_is_in_the_catalogue_of_the_page() {
        let english = include_str!("../../../../demo-client/i18n/en.json");
        let english: serde_json::Value = serde_json::from_str(english).unwrap();
        for code in CODES.into_iter().chain(["done", "refused"]) {
            assert!(english[format!("lure.why.{code}")].is_string(), "{code}");
        }
    }
}
