//! A05: credentials travel where they should, and nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const A05: Case = Case {
    id: "A05",
    level: Level::Must,
    claim: "No login by GET or query; a credential in a query, a path, a body or a form field is not looked at.",
    source: "ASVS 14.2.1; RFC 6750 §2.2–2.3; OWASP Session Management, Used vs. Accepted Exchange Mechanisms",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: one_carrier,
};

const FORM: &str = "application/x-www-form-urlencoded";
/// Names under which frameworks take a credential out of a query or a form.
const NAMES: [&str; 11] = [
    "access_token",
    "token",
    "access",
    "jwt",
    "auth",
    "sid",
    "session",
    "session_id",
    "sessionid",
    "JSESSIONID",
    "authorization",
];

fn one_carrier(target: &Target) -> Verdict {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    for request in logins(target) {
        target.rejected(
            &target.send_patiently(&request)?,
            "a login by GET, query or form",
        )?;
    }
    for request in visits(target, &held) {
        let exchange = target.send(&request)?;
        let what = "a credential in a query, a path or a body";
        if target.visitor(&exchange).is_some() || exchange.response.is_success() {
            let expected = format!("{what} opens nothing");
            return Err(Stop::failed(expected, target.told(&exchange), &exchange));
        }
        target.gives_nothing(&exchange, what)?;
    }
    target.control_after(&held, &target.user, "sending it in other places")?;
    if let (Some(token), Some(_)) = (&held.refresh, &target.routes.refresh) {
        for request in refreshes(target, token)? {
            target.rejected(
                &target.send(&request)?,
                "a refresh token outside the JSON body",
            )?;
        }
        // None of that used it up.
        let fresh = target.refreshed(&held)?;
        target.control_after(&fresh, &target.user, "a refresh")?;
    }
    Ok(Proof::Holds)
}

fn logins(target: &Target) -> Vec<Request> {
    let login = &target.routes.login;
    let user = &target.user;
    let (name, secret) = (&target.fields.username, &target.fields.password);
    let pairs = format!("{name}={}&{secret}={}", user.username, user.password);
    let post = target.request(login);
    let with_query = |request: &Request| {
        let path = format!("{}?{pairs}", request.path);
        Request {
            path,
            ..request.clone()
        }
    };
    let get = Request {
        method: "GET".into(),
        ..post.clone()
    };
    let json = target.login_body(&user.username, &user.password);
    vec![
        with_query(&get),
        get.json(&json),
        with_query(&post),
        with_query(&post).json(&serde_json::json!({})),
        with_query(&post).body_of(FORM, ""),
        post.body_of(FORM, pairs.clone()),
    ]
}

fn visits(target: &Target, held: &Credential) -> Vec<Request> {
    let me = target.request(&target.routes.me);
    let value = held.text();
    let mut names: Vec<String> = NAMES.map(str::to_owned).to_vec();
    names.extend(held.cookie_name().map(str::to_owned));
    let mut requests = Vec::new();
    for name in &names {
        let pair = format!("{name}={value}");
        requests.push(Request {
            path: format!("{}?{pair}", me.path),
            ..me.clone()
        });
        requests.push(Request {
            path: format!("{};{pair}", me.path),
            ..me.clone()
        });
        requests.push(me.clone().body_of(FORM, pair.clone()));
        requests.push(
            me.clone()
                .json(&serde_json::json!({ name.as_str(): value.as_str() })),
        );
        let post = Request {
            method: "POST".into(),
            ..me.clone()
        };
        requests.push(post.body_of(FORM, pair));
    }
    requests.push(Request {
        path: format!("{}/{value}", me.path),
        ..me.clone()
    });
    let bearer = format!("{}?authorization=Bearer%20{value}", me.path);
    requests.push(Request {
        path: bearer,
        ..me.clone()
    });
    // As a user name or a password of Basic, as some APIs take tokens.
    for pair in [format!("{value}:"), format!(":{value}")] {
        let basic = format!("Basic {}", STANDARD.encode(pair));
        requests.push(me.clone().header("Authorization", basic));
    }
    requests
}

fn refreshes(target: &Target, token: &str) -> Result<Vec<Request>, Stop> {
    let route = target.route(&target.routes.refresh, "refresh")?;
    let post = target.request(route);
    let pair = format!("{}={token}", target.fields.refresh_token);
    let query = Request {
        path: format!("{}?{pair}", post.path),
        ..post.clone()
    };
    let standard = format!("grant_type=refresh_token&refresh_token={token}");
    Ok(vec![
        Request {
            method: "GET".into(),
            ..query.clone()
        },
        query.clone(),
        query.json(&serde_json::json!({})),
        post.clone().body_of(FORM, pair),
        post.clone().body_of(FORM, standard),
        Request {
            path: format!("{}/{token}", post.path),
            ..post.clone()
        },
        post.header("Authorization", format!("Bearer {token}")),
    ])
}
