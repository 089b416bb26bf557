//! B07: who asks without logging in leaves nothing behind.

use crate::case::{Case, Level};
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;

pub(super) const B07: Case = Case {
    id: "B07",
    level: Level::Must,
    claim: "1,000 anonymous visits, wrong logins and logouts set no cookie and leave nothing in the store.",
    source: "CVE-2015-5963; CVE-2015-5964",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: strangers_leave_nothing,
};

const VISITS: usize = 1000;
/// The login limit counts these; it may keep a counter for each name and address.
const WRONG_LOGINS: u64 = 3;

fn strangers_leave_nothing(target: &Target) -> Verdict {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let count = |what| match &target.seams.store_keys {
        None => Ok(None),
        Some(count) => count().map(Some).map_err(|why| Stop::broken(what, why)),
    };
    let before = count("a count of the store's keys")?;
    let mut requests = strangers(target);
    let junk = held.with_value("A".repeat(held.value.len()));
    let with_junk: Vec<Request> = requests
        .iter()
        .map(|request| junk.attach(request.clone()))
        .collect();
    requests.extend(with_junk);
    for visit in 0..VISITS {
        let request = &requests[visit % requests.len()];
        let exchange = target.send(request)?;
        leaves_nothing(&exchange, "a stranger")?;
    }
    for nobody in 0..WRONG_LOGINS {
        let request = target.login_request(&format!("nobody-{nobody}"), "not-a-password");
        let exchange = target.send_patiently(&request)?;
        target.rejected(&exchange, "a wrong login")?;
        leaves_nothing(&exchange, "a wrong login")?;
    }
    let after = count("a count of the store's keys")?;
    target.control_after(&held, &target.user, "1,000 visits of strangers")?;
    target.end(&held)?;
    match (before, after) {
        (Some(before), Some(after)) if after > before + WRONG_LOGINS + 1 => {
            let actual = format!("{before} keys before, {after} after");
            Err(Stop::failed_overall("a store that does not grow", actual))
        }
        (Some(before), Some(after)) => Ok(Proof::HoldsAnd(format!(
            "{before} keys in the store before, {after} after"
        ))),
        _ => Ok(Proof::HoldsAnd(
            "the store's keys were not counted: no such seam".into(),
        )),
    }
}

/// A deletion sets nothing: some servers send one with each logout, whoever asks.
fn leaves_nothing(exchange: &Exchange, whom: &str) -> Result<(), Stop> {
    let Some(cookie) = SetCookie::first_kept(&exchange.response) else {
        return Ok(());
    };
    Err(Stop::failed(
        format!("no cookie that {whom} would keep"),
        format!("{} sets {}", exchange.line(), cookie.name),
        exchange,
    ))
}

fn strangers(target: &Target) -> Vec<Request> {
    let routes = &target.routes;
    let optional = [&routes.admin, &routes.state, &routes.logins];
    let mut requests = vec![target.request(&routes.me), target.request(&routes.logout)];
    requests.extend(
        optional
            .into_iter()
            .flatten()
            .map(|route| target.request(route)),
    );
    for path in ["/healthz", "/readyz", "/nothing-here", "/"] {
        requests.push(Request::new(
            "GET",
            &format!("{}{path}", target.base().prefix()),
        ));
    }
    requests
}
