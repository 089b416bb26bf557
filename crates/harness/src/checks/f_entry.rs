//! F07 to F09: the ways in and out, and who is let through on purpose.

use serde_json::json;

use super::f_victim::{Victim, cross_site, silent};
use crate::case::{Case, Level};
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;

pub(super) const F07: Case = Case {
    id: "F07",
    level: Level::Must,
    claim: "Another site cannot log a visitor in under a name of its own, nor log him out, nor exchange his refresh token.",
    source: "OWASP CSRF Prevention, Login Forms; ASVS 3.5.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: entry_is_guarded,
};

pub(super) const F08: Case = Case {
    id: "F08",
    level: Level::Must,
    claim: "A request that says nothing of where it comes from is treated alike on every unsafe route, and refused where a plain form could have sent it.",
    source: "OWASP CSRF Prevention, Fetch Metadata; ASVS 3.5.1–3.5.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: silence_is_no_pass,
};

pub(super) const F09: Case = Case {
    id: "F09",
    level: Level::Must,
    claim: "The target's own page gets through, with what each kind of browser says of it.",
    source: "Fetch Metadata Request Headers; RFC 6454 §7",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: own_pages_get_through,
};

fn entry_is_guarded(target: &Target) -> Verdict {
    let mut victim = Victim::of(target)?;
    let base = target.base();
    let sibling = format!("{}://evil.{}", base.scheme(), base.authority());
    let places = [
        ("https://evil.test", "cross-site"),
        ("null", "cross-site"),
        (sibling.as_str(), "same-site"),
    ];
    let attacker = target.second.as_ref().unwrap_or(&target.user);
    let login = target.login_request(&attacker.username, &attacker.password);
    let body = target.login_body(&attacker.username, &attacker.password);
    let form = format!(
        "{}={}&{}={}",
        target.fields.username, attacker.username, target.fields.password, attacker.password
    );
    // A lax cookie stays behind on a request from elsewhere: whoever logs somebody in
    // meets a visitor without one.
    let mut attacks = vec![
        (login.clone(), "a login"),
        (
            login.clone().body_of("text/plain", body.to_string()),
            "a login as text",
        ),
        (
            login.body_of("application/x-www-form-urlencoded", form),
            "a login as a form",
        ),
    ];
    attacks.push((target.request(&target.routes.logout), "a logout"));
    for (origin, site) in places {
        for (request, what) in &attacks {
            let from = from(request, Some(origin), Some(site));
            gives_no_cookie(target, &from, &format!("{what} from {origin}"))?;
            let bare = self::from(request, Some(origin), None);
            gives_no_cookie(target, &bare, &format!("{what} with Origin {origin} only"))?;
        }
        for (request, what) in victim.unsafe_requests()? {
            if ["a login", "a logout", "a refresh"].contains(&what.as_str()) {
                let attack = from(&request, Some(origin), Some(site));
                victim.unmoved(&attack, &format!("{what} from {origin}"))?;
            }
        }
    }
    victim.acts_himself()?;
    target.login(&target.user)?;
    Ok(Proof::Holds)
}

fn from(request: &Request, origin: Option<&str>, site: Option<&str>) -> Request {
    let mut request = cross_site(request.clone());
    if let Some(origin) = origin {
        request = request.header("Origin", origin);
    }
    if let Some(site) = site {
        request = request.header("Sec-Fetch-Site", site);
    }
    request
}

/// Refused, and the visitor's browser is left as it was.
fn gives_no_cookie(target: &Target, attack: &Request, what: &str) -> Result<(), Stop> {
    let exchange = target.send_patiently(attack)?;
    target.rejected(&exchange, what)?;
    if SetCookie::all(&exchange.response).is_empty() {
        return Ok(());
    }
    let expected = format!("the answer to {what} sets no cookie");
    Err(Stop::failed(expected, "it does", &exchange))
}

/// An old browser says nothing, and so does a program that is no browser. Whether they
/// are let through is for the target to say; but then nothing that a form can send.
fn silence_is_no_pass(target: &Target) -> Verdict {
    let mut victim = Victim::of(target)?;
    for (request, what) in victim.unsafe_requests()? {
        let unsaid = cross_site(request);
        let Some(body) = unsaid.body.clone() else {
            continue;
        };
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
        ] {
            let attack = unsaid.clone().body_of(kind, body.clone());
            victim.unmoved(&attack, &format!("{what} as {kind}, from nowhere"))?;
        }
        let attack = unsaid.bare_body(body);
        victim.unmoved(&attack, &format!("{what} of no kind, from nowhere"))?;
    }
    victim.acts_himself()?;
    let mut passed = Vec::new();
    let mut refused = Vec::new();
    for (request, what, _) in own_requests(target)? {
        let exchange = target.send_patiently(&silent(request))?;
        match exchange.response.status {
            501 => {}
            403 => refused.push((what, exchange)),
            _ if exchange.response.is_success() => passed.push((what, exchange)),
            _ => return Err(unexpected(what, &exchange)),
        }
    }
    match (passed.as_slice(), refused.as_slice()) {
        (_, []) => Ok(Proof::HoldsAnd(
            "they are let through, as from a program that is no browser".into(),
        )),
        ([], _) => Ok(Proof::HoldsAnd("they are refused".into())),
        ([(what, _), ..], [(other, shown), ..]) => Err(Stop::failed(
            "the same for every unsafe request that says nothing of its origin",
            format!("{what} is let through, {other} is not"),
            shown,
        )),
    }
}

fn own_pages_get_through(target: &Target) -> Verdict {
    // Pages without cookies have nothing to guard.
    Victim::of(target)?;
    let own = target.base().origin();
    let referer = format!("{own}/a/page?of=its#own");
    let ways: [(&str, Vec<(&str, &str)>); 4] = [
        (
            "all of it",
            vec![
                ("Origin", &own),
                ("Sec-Fetch-Site", "same-origin"),
                ("Sec-Fetch-Mode", "cors"),
                ("Sec-Fetch-Dest", "empty"),
                ("Referer", &referer),
            ],
        ),
        ("Origin only", vec![("Origin", &own)]),
        (
            "Sec-Fetch-Site only",
            vec![("Sec-Fetch-Site", "same-origin")],
        ),
        ("Referer only", vec![("Referer", &referer)]),
    ];
    for (way, headers) in ways {
        for (request, what, succeeds) in own_requests(target)? {
            let request = headers
                .iter()
                .fold(silent(request), |request, (name, value)| {
                    request.header(name, value)
                });
            let exchange = target.send_patiently(&request)?;
            let status = exchange.response.status;
            if !succeeds(target, status) && status != 501 {
                let expected =
                    format!("{what} of the target's own page, saying {way}, gets through");
                return Err(Stop::failed(expected, exchange.line(), &exchange));
            }
        }
    }
    Ok(Proof::Holds)
}

type Succeeds = fn(&Target, u16) -> bool;

/// What a page does, each with a login of its own; without what it says of itself.
fn own_requests(target: &Target) -> Result<Vec<(Request, &'static str, Succeeds)>, Stop> {
    let user = &target.user;
    let any: Succeeds = |_, status| (200..300).contains(&status);
    let sent = |request| -> Result<Request, Stop> {
        let held = target.login(user)?.credential;
        let request = target.as_browser(&held, request);
        // A page whose access token is in its memory puts it on itself.
        Ok(if held.cookie_name().is_none() {
            held.attach(request)
        } else {
            request
        })
    };
    let routes = &target.routes;
    let mut requests: Vec<(Request, &str, Succeeds)> = vec![
        (
            target.login_request(&user.username, &user.password),
            "a login",
            |target, status| target.routes.login.succeeded(status),
        ),
        (
            sent(target.request(&routes.logout))?,
            "a logout",
            |target, status| target.routes.logout.succeeded(status),
        ),
    ];
    if let Some(route) = &routes.write_state {
        let request = target
            .request_at(route, "own")
            .json(&json!({"value": "of the own page"}));
        requests.push((sent(request)?, "a write", any));
    }
    if let (Some(route), Some(_)) = (&routes.refresh, &target.refresh_cookie) {
        requests.push((
            sent(target.request(route).json(&json!({})))?,
            "a refresh",
            any,
        ));
    }
    Ok(requests)
}

fn unexpected(what: &str, exchange: &Exchange) -> Stop {
    let expected = format!("{what} that says nothing of its origin gets through, or 403");
    Stop::failed(expected, exchange.line(), exchange)
}
