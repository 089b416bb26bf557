//! B07: who asks without logging in leaves nothing behind.

use crate::case::{Case, Level};
use crate::http::Request;
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
        // Who brings a cookie of nobody may be told to drop it.
        let brought = request.headers.iter().any(|(name, _)| name == "Cookie");
        let told = SetCookie::all(&exchange.response)
            .iter()
            .all(SetCookie::deletes);
        if let Some(cookie) = exchange
            .response
            .first("set-cookie")
            .filter(|_| !(brought && told))
        {
            let name = cookie.split('=').next().unwrap_or_default().to_owned();
            return Err(Stop::failed(
                "no Set-Cookie for a stranger",
                format!("{} sets {name}", exchange.line()),
                &exchange,
            ));
        }
    }
    for nobody in 0..WRONG_LOGINS {
        let request = target.login_request(&format!("nobody-{nobody}"), "not-a-password");
        let exchange = target.send_patiently(&request)?;
        target.rejected(&exchange, "a wrong login")?;
        if exchange.response.first("set-cookie").is_some() {
            return Err(Stop::failed(
                "no Set-Cookie for a wrong login",
                exchange.line(),
                &exchange,
            ));
        }
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
