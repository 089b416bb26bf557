//! F06: a GET changes nothing, however it is dressed up.

use super::f_victim::{Victim, cross_site};
use crate::case::{Case, Level};
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const F06: Case = Case {
    id: "F06",
    level: Level::Must,
    claim: "GET and HEAD change nothing, and no header or field turns a request into another method.",
    source: "ASVS 3.5.3; PortSwigger, CSRF where token validation depends on request method",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: safe_methods_are_safe,
};

const OVERRIDES: [&str; 3] = [
    "X-HTTP-Method-Override",
    "X-HTTP-Method",
    "X-Method-Override",
];
const FORM: &str = "application/x-www-form-urlencoded";

fn safe_methods_are_safe(target: &Target) -> Verdict {
    let mut victim = Victim::of(target)?;
    for (request, what) in victim.unsafe_requests()? {
        for attack in attacks(&cross_site(request)) {
            let exchange = target.send(&attack)?;
            let what = format!("{what}, sent as {}", attack.method);
            if exchange.response.status >= 500 && exchange.response.status != 501 {
                return Err(Stop::failed(
                    format!("{what} is answered"),
                    exchange.line(),
                    &exchange,
                ));
            }
            victim.unchanged(&what)?;
        }
    }
    let login = target.login_request(&target.user.username, &target.user.password);
    target.login_by(&login)?;
    victim.acts_himself()?;
    Ok(Proof::Holds)
}

/// The same wish, as a link, an image or a form would carry it. A lax cookie goes
/// with a top-level GET even from another site.
fn attacks(request: &Request) -> Vec<Request> {
    let method = &request.method;
    let from_elsewhere = request.clone().header("Sec-Fetch-Site", "cross-site");
    let mut attacks = Vec::new();
    for disguise in ["GET", "HEAD"] {
        let plain = Request {
            method: disguise.into(),
            ..from_elsewhere.clone()
        };
        let bodiless = Request {
            body: None,
            ..plain.clone().without("content-type")
        };
        attacks.push(plain);
        for query in [
            format!("_method={method}"),
            "value=by-the-attacker&after=1".to_owned(),
        ] {
            attacks.push(Request {
                path: format!("{}?{query}", bodiless.path),
                ..bodiless.clone()
            });
        }
        for name in OVERRIDES {
            attacks.push(bodiless.clone().header(name, method));
        }
        attacks.push(bodiless);
    }
    // As a form's POST, which another site may send without asking.
    let post = Request {
        method: "POST".into(),
        body: None,
        ..from_elsewhere
    };
    let post = post.header("Origin", "https://evil.test");
    attacks.push(Request {
        path: format!("{}?_method={method}", post.path),
        ..post.clone()
    });
    attacks.push(
        post.clone()
            .body_of(FORM, format!("_method={method}&value=by-the-attacker")),
    );
    for name in OVERRIDES {
        attacks.push(post.clone().header(name, method));
    }
    attacks
}
