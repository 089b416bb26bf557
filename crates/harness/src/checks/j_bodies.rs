//! J03, J04 and J06: what is too large or no JSON is refused, and soon.

use std::time::{Duration, Instant};

use crate::case::{Case, Level};
use crate::http::{Exchange, HttpError, Request, Response};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const J03: Case = Case {
    id: "J03",
    level: Level::Must,
    claim: "A head that is too large is refused with 400, 414 or 431, or the connection ends; the next request is fine.",
    source: "RFC 6585 §5; RFC 9110 §15.5.15; ASVS 4.2.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: large_heads_are_refused,
};

pub(super) const J04: Case = Case {
    id: "J04",
    level: Level::Must,
    claim: "A body that is too large is refused before all of it came, whether its length is said or not.",
    source: "RFC 9110 §15.5.14; ASVS 15.2.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: large_bodies_are_refused,
};

pub(super) const J06: Case = Case {
    id: "J06",
    level: Level::Must,
    claim: "A body that is no JSON, or JSON that only some parsers read, is refused with a 4xx.",
    source: "ASVS 2.2.1, 1.5.3; RFC 8259 §4, §8.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: odd_json_is_refused,
};

/// Generous: a busy machine is no fault.
const SOON: Duration = Duration::from_secs(8);
/// So much a server may have to read of a body that it will not take.
const LARGE: usize = 8 << 20;

fn large_heads_are_refused(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let me = || held.attach(target.request(&target.routes.me));
    let long = "x".repeat(100 * 1024);
    let mut many = me();
    for at in 0..10_000 {
        many = many.header(&format!("X-{at}"), "1");
    }
    let mut query = me();
    query.path = format!("{}?{long}", query.path);
    let mut path = me();
    path.path = format!("{}/{long}", path.path);
    for (request, what) in [
        (me().header("X-Long", &long), "a header of 100 KiB"),
        (me().header(&long, "1"), "a header name of 100 KiB"),
        (many, "10,000 headers"),
        (query, "a query of 100 KiB"),
        (path, "a path of 100 KiB"),
        (
            me().header("Cookie", long.as_bytes()),
            "a Cookie header of 100 KiB",
        ),
    ] {
        refused_or_ended(target, target.try_send(&request), what)?;
        target.control_after(&held, user, what)?;
    }
    Ok(Proof::Holds)
}

/// A 4xx, or the end of the connection; never silence, never an opened resource.
fn refused_or_ended(
    target: &Target,
    answer: Result<Exchange, HttpError>,
    what: &str,
) -> Result<(), Stop> {
    match answer {
        Ok(exchange) => target.rejected(&exchange, what),
        Err(HttpError::Closed(_)) => Ok(()),
        Err(error) => Err(Stop::failed_overall(
            format!("{what} is refused"),
            error.to_string(),
        )),
    }
}

fn large_bodies_are_refused(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let mut routes = vec![(target.request(&target.routes.login), "a login")];
    if target.routes.password.is_some() {
        let request = held.attach(target.password_request("x", "y")?);
        routes.push((
            Request {
                body: None,
                ..request
            },
            "a password change",
        ));
    }
    if let Some(route) = &target.routes.refresh {
        routes.push((target.request(route), "a refresh"));
    }
    for (request, what) in routes {
        too_large(target, &request, what)?;
    }
    target.control_after(&held, user, "bodies that are too large")?;
    Ok(Proof::Holds)
}

/// All of it is sent, or it does not come to its end, its length said or not.
fn too_large(target: &Target, request: &Request, what: &str) -> Result<(), Stop> {
    let broken = |error: HttpError| Stop::broken("a connection", error.to_string());
    let host = target.base().authority();
    let head = |last: &str| {
        let request = request.clone().without("content-type");
        let request = request.header("Content-Type", "application/json");
        let bytes = request.to_kept_bytes(&host);
        let text = String::from_utf8_lossy(&bytes).replace("Content-Length: 0\r\n", last);
        text.into_bytes()
    };
    let body = "x".repeat(LARGE);
    let length = format!("Content-Length: {LARGE}\r\n");
    let whole = [head(&length), body.clone().into()].concat();
    let said = head(&format!("Content-Length: {}\r\n", 1_u64 << 40));
    let chunk = format!("{LARGE:x}\r\n{body}");
    let chunked = [head("Transfer-Encoding: chunked\r\n"), chunk.into_bytes()].concat();
    for (bytes, how) in [
        (whole, "has 8 MiB"),
        (said, "says that it has 1 TiB"),
        (chunked, "comes in chunks of 8 MiB"),
    ] {
        let started = Instant::now();
        let mut raw = target.raw().map_err(broken)?;
        raw.write(&bytes).map_err(broken)?;
        let answers = raw.answers(1, SOON);
        // A mechanism without such a route says so.
        let fine = |answer: &Response| answer.is_client_error() || answer.status == 501;
        if !answers.iter().all(fine) || answers.is_empty() && !raw.ended {
            let told = answers
                .first()
                .map_or("nothing".into(), |answer| answer.status.to_string());
            let expected = format!("{what} whose body {how} is refused before it has come");
            return Err(Stop::failed_overall(expected, told));
        }
        in_time(started, what)?;
    }
    Ok(())
}

fn in_time(started: Instant, what: &str) -> Result<(), Stop> {
    if started.elapsed() <= SOON {
        return Ok(());
    }
    let expected = format!(
        "{what} that is too large is refused within {} s",
        SOON.as_secs()
    );
    let actual = format!("{} ms", started.elapsed().as_millis());
    Err(Stop::failed_overall(expected, actual))
}

fn odd_json_is_refused(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    target.keep_secret(user.password.as_bytes());
    let (name, password) = (&target.fields.username, &target.fields.password);
    let pair = format!(
        "\"{name}\":\"{}\",\"{password}\":\"{}\"",
        user.username, user.password
    );
    let deep = "[".repeat(10_000);
    let closed = format!("{deep}{}", "]".repeat(10_000));
    let mut bodies: Vec<(Vec<u8>, &str)> = [
        (String::new(), "nothing"),
        ("{".into(), "an open brace"),
        (deep, "10,000 open brackets"),
        (closed.clone(), "10,000 lists in one another"),
        (format!("{{\"{name}\":{closed}}}"), "a name 10,000 deep"),
        (format!("{{{pair}}}{{{pair}}}"), "two objects"),
        (format!("{{{pair}}} x"), "more after its end"),
        (format!("{{{pair}}}\u{0}"), "a NUL after its end"),
        (format!("{{{pair},}}"), "a comma too many"),
        (format!("{{{pair} /* a comment */}}"), "a comment"),
        (format!("{{{pair},\"x\":NaN}}"), "NaN"),
        (format!("{{{pair},\"x\":Infinity}}"), "Infinity"),
        (
            format!("{{{pair},\"x\":01}}"),
            "a number that begins with 0",
        ),
        (format!("{{{pair},\"x\":'y'}}"), "single quotes"),
        (format!("{{{pair},x:1}}"), "a name without quotes"),
        (
            format!("{{{}}}", pair.replacen(&user.username, "\\ud800", 1)),
            "half of a surrogate pair",
        ),
        (format!("[{{{pair}}}]"), "a list"),
        (format!("\"{}\"", pair.replace('"', "\\\"")), "a text"),
        ("null".into(), "null"),
    ]
    .into_iter()
    .map(|(text, what)| (text.into_bytes(), what))
    .collect();
    let cut = pair.len();
    let invalid = [format!("{{{pair},\"x\":\"").as_bytes(), b"\xFF\xFE\"}"].concat();
    bodies.push((invalid, "bytes that are not UTF-8"));
    let wide: Vec<u8> = format!("{{{pair}}}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bodies.push((wide, "UTF-16"));
    bodies.push((
        format!("{{{pair}}}").into_bytes()[..cut].to_vec(),
        "half of it",
    ));
    for (body, what) in bodies {
        let request = target.request(&target.routes.login);
        let exchange = target.send_patiently(&request.body_of("application/json", body))?;
        target.rejected(&exchange, &format!("a login whose body is {what}"))?;
    }
    target.login(user)?;
    target.control_after(&held, user, "bodies that are no JSON")?;
    Ok(Proof::Holds)
}
