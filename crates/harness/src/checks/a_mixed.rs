//! A06 and A08: a request that says two things at once.

use serde_json::Value;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const A06: Case = Case {
    id: "A06",
    level: Level::Must,
    claim: "Two credentials in one request never mix, and two `Authorization` headers are refused.",
    source: "RFC 6750 §2; RFC 9110 §5.3; ASVS 15.3.7",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondAccount],
    check: credentials_do_not_mix,
};

pub(super) const A08: Case = Case {
    id: "A08",
    level: Level::Must,
    claim: "A login that names two users or two passwords is refused, or read in one way only: the query and a second body add nothing.",
    source: "ASVS 1.5.3, 15.3.7; RFC 8259 §4",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondAccount],
    check: one_reading,
};

fn credentials_do_not_mix(target: &Target) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let own = target.login(user)?.credential;
    let second = target.login(other)?.credential;
    target.control_before(&own, user)?;
    target.control_before(&second, other)?;
    let me = target.request(&target.routes.me);
    let bearer = |credential: &Credential| [b"Bearer ".as_slice(), &credential.value].concat();
    if target.mechanism == Mechanism::Jwt {
        let junk = own.with_value("junk");
        for pair in [
            [&own, &second],
            [&second, &own],
            [&own, &junk],
            [&junk, &own],
        ] {
            let two = pair.iter().fold(me.clone(), |request, credential| {
                request.header("Authorization", bearer(credential))
            });
            let list = pair.map(bearer).join(&b", "[..]);
            for request in [two, me.clone().header("Authorization", list)] {
                let exchange = target.send_patiently(&request)?;
                target.rejected(&exchange, "two tokens in Authorization")?;
            }
        }
    }
    let mut requests = Vec::new();
    for name in [
        "session",
        "token",
        "access_token",
        "sid",
        "__Host-session",
        "__Host-login",
    ] {
        let pair = [name.as_bytes(), b"=", &second.value].concat();
        if own.cookie_name() != Some(name) {
            requests.push(own.attach(me.clone()).header("Cookie", pair));
        }
    }
    if target.mechanism != Mechanism::Jwt {
        requests.push(
            own.attach(me.clone())
                .header("Authorization", bearer(&second)),
        );
        let basic = me.clone().header("Authorization", "Basic Ym9iOmJ1aWxkZXI=");
        requests.push(own.attach(basic));
    }
    for name in ["access_token", "token", "sid"] {
        let path = format!("{}?{name}={}", me.path, second.text());
        requests.push(own.attach(Request { path, ..me.clone() }));
    }
    for request in requests {
        let exchange = target.send_patiently(&request)?;
        let visitor = target.visitor(&exchange);
        if visitor.as_deref() != Some(&user.username) {
            target.rejected(&exchange, "a second credential elsewhere")?;
        }
    }
    target.control_after(&own, user, "requests with two credentials")?;
    target.control_after(&second, other, "requests with two credentials")?;
    target.end(&second)?;
    target.end(&own)?;
    Ok(Proof::Holds)
}

/// A JSON object as text, members in this order, twice if it says so.
fn object(members: &[(&str, &str)]) -> String {
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("{}:{}", Value::from(*name), Value::from(*value)))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn one_reading(target: &Target) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let (name, secret) = (
        target.fields.username.as_str(),
        target.fields.password.as_str(),
    );
    for password in [&user.password, &other.password] {
        target.keep_secret(password.as_bytes());
    }
    let wrong = "not-the-password";
    // Each pair says the same in two orders: both may fail, one may work, not both.
    let pairs = [
        [
            vec![
                (name, &*user.username),
                (secret, wrong),
                (secret, &user.password),
            ],
            vec![
                (name, &*user.username),
                (secret, &user.password),
                (secret, wrong),
            ],
        ],
        [
            vec![
                (name, "nobody-of-this-name"),
                (name, &user.username),
                (secret, &user.password),
            ],
            vec![
                (name, &user.username),
                (name, "nobody-of-this-name"),
                (secret, &user.password),
            ],
        ],
    ];
    for orders in pairs {
        let mut worked = 0;
        let mut last = None;
        for members in orders {
            let exchange = login(target, object(&members))?;
            worked += usize::from(opened(target, &exchange)?.is_some());
            last = Some(exchange);
        }
        if let (2, Some(shown)) = (worked, last) {
            let expected = "a member that stands twice is read in one way";
            return Err(Stop::failed(expected, "it worked in both orders", &shown));
        }
    }
    two_users(target)?;
    elsewhere_too(target)?;
    target.control_after(&held, user, "logins that say two things")?;
    target.end(&held)?;
    Ok(Proof::Holds)
}

/// Two names with one's password: who gets in is that one.
fn two_users(target: &Target) -> Result<(), Stop> {
    let (user, other) = (&target.user, target.second()?);
    let (name, secret) = (
        target.fields.username.as_str(),
        target.fields.password.as_str(),
    );
    for names in [
        [&user.username, &other.username],
        [&other.username, &user.username],
    ] {
        let members = [
            (name, &**names[0]),
            (name, names[1]),
            (secret, &other.password),
        ];
        let exchange = login(target, object(&members))?;
        if opened(target, &exchange)?.is_some_and(|visitor| visitor != other.username) {
            let expected = format!("nobody but {} gets in with that password", other.username);
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    Ok(())
}

/// What the body says wrong is not put right by the query, nor the other way round.
fn elsewhere_too(target: &Target) -> Result<(), Stop> {
    let (user, other) = (&target.user, target.second()?);
    let (name, secret) = (
        target.fields.username.as_str(),
        target.fields.password.as_str(),
    );
    let query = |account: &str, password: &str| format!("?{name}={account}&{secret}={password}");
    let wrong = target.login_body(&user.username, "not-the-password");
    let right = target.login_body(&user.username, &user.password);
    let post = target.request(&target.routes.login);
    let with = |query: String, body: &Value| {
        let path = format!("{}{query}", post.path);
        Request {
            path,
            ..post.clone()
        }
        .json(body)
    };
    let helped = with(query(&user.username, &user.password), &wrong);
    let exchange = target.send_patiently(&helped)?;
    target.rejected(
        &exchange,
        "a wrong password in the body, the right one in the query",
    )?;
    let misled = with(query(&other.username, &other.password), &right);
    let exchange = target.send_patiently(&misled)?;
    match opened(target, &exchange)? {
        Some(visitor) if visitor == user.username => {}
        Some(_) => {
            let expected = "the body says who logs in";
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
        None => target.rejected(&exchange, "a login with another one in the query")?,
    }
    let form = format!("{name}={}&{secret}={}", user.username, user.password);
    for body in [
        format!("{wrong}\n{form}"),
        format!("{form}\n{wrong}"),
        format!("{wrong}{right}"),
    ] {
        let exchange = target.send_patiently(&post.clone().body_of("application/json", body))?;
        target.rejected(&exchange, "two bodies in one")?;
    }
    Ok(())
}

fn login(target: &Target, body: String) -> Result<Exchange, Stop> {
    let request = target.request(&target.routes.login);
    target.send_patiently(&request.body_of("application/json", body))
}

/// Who got in by it, if anybody.
fn opened(target: &Target, exchange: &Exchange) -> Result<Option<String>, Stop> {
    if !target.routes.login.succeeded(exchange.response.status) {
        target.rejected(exchange, "a login that says two things")?;
        return Ok(None);
    }
    let Some(given) = target.credential_in(exchange)? else {
        return Ok(None);
    };
    let visitor = target.visitor(&target.me(&given)?);
    target.end(&given)?;
    Ok(visitor)
}
