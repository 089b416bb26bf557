//! H03: the profile under a name that a cache takes for a picture's.

use crate::case::{Case, Level};
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const H03: Case = Case {
    id: "H03",
    level: Level::Must,
    claim: "Paths below the resource that end like a file get a 4xx, and never what the resource says.",
    source: "ASVS 14.2.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: no_deception,
};

const ENDINGS: [&str; 18] = [
    "/x.css",
    "/x.js",
    "/a/b/x.png",
    "%2fx.js",
    "%2Fx.css",
    ";.png",
    ";x.css",
    ";/x.css",
    ".css",
    ".json",
    ".png",
    "%00.css",
    "%0a.css",
    "%3bx.css",
    "%23x.css",
    "%3fx.css",
    "/..%2fx.css",
    "/%2e%2e/static/x.css",
];
/// Into the resource from where a cache keeps everything.
const BEGINNINGS: [&str; 4] = [
    "/static/..",
    "/assets/%2e%2e",
    "/static/..%2f",
    "/static%2f..",
];

fn no_deception(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let routes = &target.routes;
    let reads = [
        Some(&routes.me),
        routes.state.as_ref(),
        routes.logins.as_ref(),
    ];
    let mut tried = 0;
    for route in reads.into_iter().flatten() {
        let path = format!("{}{}", target.base().prefix(), route.path);
        let below = ENDINGS.iter().map(|ending| format!("{path}{ending}"));
        let through = BEGINNINGS
            .iter()
            .map(|beginning| format!("{beginning}{path}"));
        for path in below.chain(through) {
            let request = Request::new("GET", &path).header("Accept", "*/*");
            let exchange = target.send_patiently(&held.attach(request))?;
            let told = String::from_utf8_lossy(&exchange.response.body);
            if !exchange.response.is_client_error() || told.contains(&user.username) {
                let expected = "a 4xx, and nothing about the visitor";
                return Err(Stop::failed(expected, exchange.line(), &exchange));
            }
            target.gives_nothing(&exchange, "a path that ends like a file")?;
            tried += 1;
        }
    }
    target.control_after(&held, user, "such paths")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!("{tried} paths")))
}
