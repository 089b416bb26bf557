//! The verdict on one answer. The seven words are fixed; the rules are in `rules` and
//! nowhere else.

mod rules;

use serde::{Deserialize, Serialize};

pub use rules::{Case, judge};

use crate::board::By;
use crate::http::RequestHead;

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// `POST /login`.
    Login,
    /// `GET /me`.
    Visit,
    /// `GET /admin`.
    Admin,
    /// `POST /logout`, everywhere too.
    Logout,
    /// `GET /me` by the attacker, with the stolen credential.
    Replay,
    /// `GET /admin` by the attacker, with a credential that he changed.
    Forge,
    /// A link on a page of somebody else.
    Link,
    /// A form or script of another site.
    Foreign,
    /// A form or script of a host next door.
    Sibling,
}

impl Action {
    /// What this request is for; other routes get no verdict.
    pub fn of(request: &RequestHead, by: By) -> Option<Self> {
        match (by, request.method.as_str(), request.path()) {
            (By::Attacker, "GET", "/me") => Some(Self::Replay),
            (By::Attacker, "GET", "/admin") => Some(Self::Forge),
            (By::Neighbour, "POST", _) if says(request, "sec-fetch-site", "same-site") => {
                Some(Self::Sibling)
            }
            (By::Neighbour, "POST", _) => Some(Self::Foreign),
            (By::Neighbour, "GET", _) if says(request, "sec-fetch-mode", "navigate") => {
                Some(Self::Link)
            }
            (By::Browser, "POST", "/login") => Some(Self::Login),
            (By::Browser, "GET", "/me") => Some(Self::Visit),
            (By::Browser, "GET", "/admin") => Some(Self::Admin),
            (By::Browser, "POST", "/logout" | "/logout/everywhere") => Some(Self::Logout),
            _ => None,
        }
    }
}

fn says(request: &RequestHead, name: &str, value: &str) -> bool {
    request.head.only(name) == Some(value)
}

/// The word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// Let in.
    #[serde(rename = "ALLOWED")]
    Allowed,
    /// Kept out.
    #[serde(rename = "DENIED")]
    Denied,
    /// Let in with rights that are gone already; until it expires.
    #[serde(rename = "STALE")]
    Stale,
    /// Kept out although it has not expired: somebody took it back.
    #[serde(rename = "REVOKED")]
    Revoked,
    /// Let in with a credential that the server never made.
    #[serde(rename = "FORGED")]
    Forged,
    /// The browser did not send the credential.
    #[serde(rename = "BLOCKED BY BROWSER")]
    BlockedByBrowser,
    /// No answer, or an answer that says so.
    #[serde(rename = "UNAVAILABLE")]
    Unavailable,
}

impl Word {
    /// As the page shows it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Allowed => "ALLOWED",
            Self::Denied => "DENIED",
            Self::Stale => "STALE",
            Self::Revoked => "REVOKED",
            Self::Forged => "FORGED",
            Self::BlockedByBrowser => "BLOCKED BY BROWSER",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}

/// Good or bad news for the owner of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// As it should be.
    Good,
    /// A hole.
    Bad,
    /// Known to be so, and a matter of time.
    Warn,
    /// Nothing either way.
    Neutral,
}

/// Why a credential that came along does not count, as far as the lab knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// The servers have new keys.
    Keys,
    /// The store was emptied.
    Store,
    /// It was made while the server ran otherwise.
    Variant,
    /// Nothing is known but that.
    Refused,
}

/// A verdict with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The word.
    pub word: Word,
    /// Its colour.
    pub tone: Tone,
    /// What was asked for.
    pub action: Action,
    /// The answer's status.
    pub status: Option<u16>,
    /// It came along and was refused, and its time is up.
    pub expired: bool,
    /// It came along and was refused before its time was up: why.
    pub cause: Option<Cause>,
    /// Why, in a sentence.
    pub sentence: &'static str,
    /// STALE: until when, by the server's clock.
    pub until_ms: Option<u64>,
    /// REVOKED: after how long, rounded up.
    pub delay_ms: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_next_door_is_told_from_one_of_another_site() {
        let action = |line: &str, fields: &str| {
            let head = format!("{line} HTTP/1.1\r\n{fields}\r\n");
            let request = RequestHead::parse(head.as_bytes()).unwrap().unwrap();
            let by = By::of(&request, "http://own.localhost");
            Action::of(&request, by)
        };
        let site = |site: &str| format!("Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: navigate\r\n");
        let post = |fields: &str| action("POST /logout", fields);
        assert_eq!(post(&site("cross-site")), Some(Action::Foreign));
        assert_eq!(post(&site("same-site")), Some(Action::Sibling));
        assert_eq!(post(&site("same-origin")), Some(Action::Logout));
        assert_eq!(post(&site("none")), Some(Action::Logout));
        assert_eq!(
            post("Origin: http://evil.localhost\r\n"),
            Some(Action::Foreign)
        );
        assert_eq!(
            post("Origin: http://own.localhost\r\n"),
            Some(Action::Logout)
        );
        assert_eq!(action("GET /me", &site("cross-site")), Some(Action::Link));
        let image = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n";
        assert_eq!(action("GET /me", image), None);
    }

    #[test]
    fn only_the_attacker_replays() {
        let head = |text: &[u8]| RequestHead::parse(text).unwrap().unwrap();
        let me = head(b"GET /me?x HTTP/1.1\r\n\r\n");
        assert_eq!(Action::of(&me, By::Browser), Some(Action::Visit));
        assert_eq!(Action::of(&me, By::Attacker), Some(Action::Replay));
        assert_eq!(
            Action::of(&head(b"GET /state HTTP/1.1\r\n\r\n"), By::Browser),
            None
        );
    }
}
