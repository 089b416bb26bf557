//! B02: the credential stands in its own place and nowhere else.

use crate::case::{Case, Level};
use crate::http::Response;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;
use crate::tour::Tour;

pub(super) const B02: Case = Case {
    id: "B02",
    level: Level::Must,
    claim: "The credential appears in no body and no header but its own.",
    source: "ASVS 3.3.4, 14.2.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: credential_is_not_shown,
};

/// Shorter parts of a credential prove nothing when they turn up.
const TELLING: usize = 16;

fn credential_is_not_shown(target: &Target) -> Verdict {
    let tour = Tour::of(target)?;
    let mut secrets: Vec<String> = Vec::new();
    for credential in &tour.credentials {
        secrets.push(credential.text());
        secrets.extend(credential.refresh.clone());
    }
    // A browser's script reads what `decodeURIComponent` makes of it as well.
    let encoded: Vec<String> = secrets
        .iter()
        .map(|secret| percent_encoded(secret))
        .collect();
    secrets.extend(encoded);
    secrets.retain(|secret| secret.len() >= TELLING);
    for step in &tour.steps {
        let response = &step.exchange.response;
        // Tokens are handed out in the body, of these two answers only.
        let hands_out = target.mechanism == Mechanism::Jwt
            && response.is_success()
            && (step.name.starts_with("login") || step.name == "refresh");
        for secret in &secrets {
            if !hands_out && contains(&response.body, secret) {
                let actual = format!("{}: the credential stands in the body", step.name);
                return Err(Stop::failed(B02.claim, actual, &step.exchange));
            }
            if let Some(copy) = copied(target, &tour, response, secret) {
                let actual = format!("{}: a copy stands in the cookie `{copy}`", step.name);
                return Err(Stop::failed(B02.claim, actual, &step.exchange));
            }
            if let Some(header) = header_with(response, secret) {
                let actual = format!("{}: the credential stands in `{header}`", step.name);
                return Err(Stop::failed(B02.claim, actual, &step.exchange));
            }
        }
    }
    Ok(Proof::Holds)
}

/// A second cookie with the credential in it: one that script may read, say. A
/// token server's refresh token may be in a cookie by design.
fn copied(target: &Target, tour: &Tour<'_>, response: &Response, secret: &str) -> Option<String> {
    let own = tour
        .credentials
        .first()?
        .cookie_name()
        .filter(|_| target.mechanism != Mechanism::Jwt)?;
    let others = SetCookie::all(response)
        .into_iter()
        .filter(|set| set.name != own);
    others
        .into_iter()
        .find(|set| contains(&set.raw, secret))
        .map(|set| set.name)
}

fn header_with<'r>(response: &'r Response, secret: &str) -> Option<&'r str> {
    let others = response
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("set-cookie"));
    others
        .filter(|(_, value)| contains(value, secret))
        .map(|(name, _)| name.as_str())
        .next()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
