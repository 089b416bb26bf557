//! I06: a jar that somebody else has filled.

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;

pub(super) const I06: Case = Case {
    id: "I06",
    level: Level::Must,
    claim: "Very many or very large cookies beside the credential get the visitor served or refused with 400, 413 or 431; the next request is served.",
    source: "RFC 6585 §5; ASVS 4.2.5",
    mechanisms: Mechanism::BY_COOKIE,
    seams: &[],
    check: bombs_do_not_spread,
};

fn bombs_do_not_spread(target: &Target) -> Verdict {
    let user = &target.user;
    let own = target.login(user)?.credential;
    target.control_before(&own, user)?;
    let mut said = Vec::new();
    for (what, lines) in bombs(&own) {
        let mut request = target.request(&target.routes.me);
        for line in &lines {
            request = request.header("Cookie", line);
        }
        let exchange = match target.try_send(&request) {
            Ok(exchange) => exchange,
            // So much that the connection is closed on it: no answer is none to misread.
            Err(error) if lines.iter().map(Vec::len).sum::<usize>() > CLOSED_ABOVE => {
                said.push(format!("{what}: {error}"));
                target.control_after(&own, user, what)?;
                continue;
            }
            Err(error) => {
                let expected = format!("an answer to {what}");
                return Err(Stop::failed_overall(expected, error.to_string()));
            }
        };
        let name = own.cookie_name().unwrap_or_default();
        let set = SetCookie::all(&exchange.response);
        if set.iter().any(|cookie| cookie.name == name) {
            let expected = format!("{what} does not change the credential's cookie");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
        let served = target.visitor(&exchange).as_deref() == Some(&user.username);
        let status = exchange.response.status;
        if !served && !matches!(status, 400 | 413 | 431) {
            let expected = format!("{} or 400, 413, 431 for {what}", user.username);
            return Err(Stop::failed(expected, target.told(&exchange), &exchange));
        }
        said.push(format!("{what}: {status}"));
        target.control_after(&own, user, what)?;
    }
    target.end(&own)?;
    Ok(Proof::HoldsAnd(said.join(", ")))
}

/// A server may stop reading here, and close before its answer is read.
const CLOSED_ABOVE: usize = 64 * 1024;

fn bombs(own: &Credential) -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let many = |count: usize, size: usize| -> Vec<u8> {
        let value = "v".repeat(size);
        let pairs: Vec<String> = (0..count).map(|n| format!("c{n}={value}")).collect();
        pairs.join("; ").into_bytes()
    };
    let beside = |line: Vec<u8>| vec![[line, own.pair()].join(&b"; "[..])];
    vec![
        ("200 cookies", beside(many(200, 4))),
        ("200 Cookie lines", {
            let mut lines: Vec<Vec<u8>> =
                (0..200).map(|n| format!("c{n}=v").into_bytes()).collect();
            lines.push(own.pair());
            lines
        }),
        ("9 KiB of cookies", beside(many(9, 1000))),
        ("40 KiB of cookies", beside(many(10, 4000))),
        ("720 KiB of cookies", beside(many(180, 4000))),
    ]
}
