//! B01 and B03: the attributes of the credential's cookie.

use crate::case::{Case, Level};
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;
use crate::tour::Tour;

pub(super) const B01: Case = Case {
    id: "B01",
    level: Level::Must,
    claim: "The credential's cookie is `__Host-`, Secure, HttpOnly, SameSite=Lax or Strict, Path=/, without Domain.",
    source: "ASVS 3.3.1–3.3.4; 6265bis §4.1.2.5–.7, §4.1.3.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: attributes_protect,
};

pub(super) const B03: Case = Case {
    id: "B03",
    level: Level::Must,
    claim: "The cookie does not outlive the login that the server states, nor 400 days.",
    source: "6265bis §5.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: cookie_ends_with_the_login,
};

/// 6265bis: a browser cuts every lifetime to this.
const LONGEST: i64 = 400 * 24 * 3600;
/// Between the server's clock, its answer and ours.
const SLACK: i64 = 5;
/// Another login was stated in between, and a sliding end has moved.
const SLACK_BETWEEN: i64 = 120;

/// The cookies on the tour that carry a credential: by name where one is known,
/// all of them for a token server, whose refresh token may be in one.
fn credential_cookies(target: &Target) -> Result<Vec<(SetCookie, Exchange)>, Stop> {
    let tour = Tour::of(target)?;
    let name = tour
        .credentials
        .first()
        .filter(|_| target.mechanism != Mechanism::Jwt)
        .and_then(|first| first.cookie_name())
        .map(str::to_owned);
    let mut found = Vec::new();
    for step in &tour.steps {
        for cookie in SetCookie::all(&step.exchange.response) {
            let carries = name.as_ref().is_none_or(|name| *name == cookie.name);
            if carries && !cookie.deletes() {
                found.push((cookie, step.exchange.clone()));
            }
        }
    }
    if found.is_empty() && target.mechanism == Mechanism::Jwt {
        return Err(Stop::NotApplicable("the target sets no cookie".into()));
    }
    Ok(found)
}

fn attributes_protect(target: &Target) -> Verdict {
    for (cookie, exchange) in credential_cookies(target)? {
        let same_site = cookie
            .attribute("samesite")
            .unwrap_or("")
            .to_ascii_lowercase();
        let rules = [
            (cookie.has("secure"), "Secure"),
            (cookie.has("httponly"), "HttpOnly"),
            (
                matches!(same_site.as_str(), "lax" | "strict"),
                "SameSite=Lax or Strict",
            ),
            (cookie.attribute("path") == Some("/"), "Path=/"),
            (!cookie.has("domain"), "no Domain"),
            (
                cookie.name.starts_with("__Host-"),
                "a name that begins with __Host-",
            ),
        ];
        let missing: Vec<&str> = rules
            .iter()
            .filter(|rule| !rule.0)
            .map(|rule| rule.1)
            .collect();
        if !missing.is_empty() {
            let actual = format!(
                "{} sets {} without: {}",
                exchange.line(),
                cookie.name,
                missing.join(", ")
            );
            return Err(Stop::failed(B01.claim, actual, &exchange));
        }
    }
    Ok(Proof::Holds)
}

fn cookie_ends_with_the_login(target: &Target) -> Verdict {
    let mut stated = None;
    for (cookie, exchange) in credential_cookies(target)? {
        let is_refresh = target.refresh_cookie.as_ref() == Some(&cookie.name);
        let ends = if is_refresh {
            target.refresh_ends_at(&exchange)
        } else {
            target.expires_at(&exchange)
        };
        // Where an answer does not say when the login ends, the last that did counts.
        stated = if is_refresh { ends } else { ends.or(stated) };
        let by_max_age = cookie
            .attribute("max-age")
            .and_then(|text| text.parse::<i64>().ok());
        // Both are looked at: a browser heeds one, an intermediary the other.
        let mut without = cookie.clone();
        without
            .attributes
            .retain(|(name, _)| !name.eq_ignore_ascii_case("max-age"));
        for lasts in [by_max_age, without.lasts_from(exchange.at)]
            .into_iter()
            .flatten()
        {
            if lasts > LONGEST {
                let actual = format!("{} lasts {lasts} s", cookie.name);
                return Err(Stop::failed(
                    "a cookie of at most 400 days",
                    actual,
                    &exchange,
                ));
            }
            let Some(end) = stated else { continue };
            let login = end - exchange.at.unix_timestamp();
            let own = ends.is_some();
            if lasts > login + if own { SLACK } else { SLACK_BETWEEN } {
                let actual = format!("the cookie lasts {lasts} s, the login {login} s");
                return Err(Stop::failed(
                    "a cookie that ends with its login",
                    actual,
                    &exchange,
                ));
            }
        }
    }
    Ok(Proof::Holds)
}
