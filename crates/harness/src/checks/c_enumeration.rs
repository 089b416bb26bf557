//! C01: an unknown user and a wrong password look the same.

use crate::case::{Case, Level};
use crate::http::{Exchange, Response};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const C01: Case = Case {
    id: "C01",
    level: Level::Must,
    claim: "An unknown user and a wrong password get the same answer: status, headers in order, body, cookies.",
    source: "ASVS 6.3.8; WSTG-IDNT-04",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: unknown_and_wrong_look_alike,
};

/// Headers whose value names the request, not the reason.
const VARYING: [&str; 7] = [
    "date",
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "traceparent",
    "x-trace-id",
    "server-timing",
];

/// So many more answers to one request show whether its headers keep their order.
const CONTROLS: usize = 4;

fn unknown_and_wrong_look_alike(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    // As long as the known ones: the same number of bytes goes in.
    let stranger = "q".repeat(user.username.len());
    let unknown = refused(target, &stranger, "not-the-password")?;
    // Some servers shuffle their headers in every answer; then the order says nothing.
    let mut ordered = true;
    for _ in 0..CONTROLS {
        let again = refused(target, &stranger, "not-the-password")?;
        same(&unknown, &again, "the same unknown user", false)?;
        ordered &= order(&again.response) == order(&unknown.response);
    }
    let mut known = vec![
        (&user.username, "not-the-password"),
        (&user.username, "x"),
        (&user.username, ""),
    ];
    known.extend(user.email.as_ref().map(|email| (email, "not-the-password")));
    let others = [target.second.as_ref(), target.admin.as_ref()];
    known.extend(
        others
            .into_iter()
            .flatten()
            .map(|other| (&other.username, "not-the-password")),
    );
    for (name, password) in known {
        let wrong = refused(target, name, password)?;
        same(
            &unknown,
            &wrong,
            &format!("a wrong password of {name}"),
            ordered,
        )?;
        // The limit of wrong tries counts for each account; a right login ends the row.
        target.control_after(&held, user, "a wrong login")?;
    }
    let address = refused(
        target,
        &format!("{stranger}@example.test"),
        "not-the-password",
    )?;
    same(&unknown, &address, "an unknown e-mail address", ordered)?;
    let empty = refused(target, &stranger, "")?;
    same(
        &unknown,
        &empty,
        "an unknown user without a password",
        ordered,
    )?;
    target.login(user)?;
    Ok(Proof::Holds)
}

fn refused(target: &Target, name: &str, password: &str) -> Result<Exchange, Stop> {
    let exchange = target.send_patiently(&target.login_request(name, password))?;
    target.rejected(&exchange, "a wrong login")?;
    Ok(exchange)
}

fn same(unknown: &Exchange, other: &Exchange, what: &str, ordered: bool) -> Result<(), Stop> {
    let (one, two) = (seen(&unknown.response), seen(&other.response));
    let compared = if ordered { one.len() } else { one.len() - 1 };
    let Some((field, one, two)) = one
        .into_iter()
        .zip(two)
        .take(compared)
        .find_map(|(one, two)| (one.1 != two.1).then_some((one.0, one.1, two.1)))
    else {
        return Ok(());
    };
    let expected = format!("{what} and an unknown user get the same {field}");
    Err(Stop::failed(
        expected,
        format!("unknown: {one}; here: {two}"),
        other,
    ))
}

/// What an attacker can compare, without what differs in every answer; the order
/// of the headers last.
fn seen(response: &Response) -> [(&'static str, String); 5] {
    let mut headers = Vec::new();
    let mut body = String::from_utf8_lossy(&response.body).into_owned();
    for (name, value) in &response.headers {
        let name = name.to_ascii_lowercase();
        let value = String::from_utf8_lossy(value);
        if VARYING.contains(&name.as_str()) {
            headers.push(name);
            body = body.replace(&*value, "");
        } else {
            headers.push(format!("{name}: {value}"));
        }
    }
    headers.sort();
    [
        ("status", response.status.to_string()),
        ("length of the body", body.len().to_string()),
        ("body", body),
        ("headers", headers.join("; ")),
        ("order of the headers", order(response)),
    ]
}

fn order(response: &Response) -> String {
    let names: Vec<String> = response
        .headers
        .iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    names.join(", ")
}
