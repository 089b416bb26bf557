//! G01 to G04: no page of another origin reads what a visitor is told.

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::routes::Route;
use crate::target::Target;

pub(super) const G01: Case = Case {
    id: "G01",
    level: Level::Must,
    claim: "Another site's origin is not let read an answer, with credentials or without.",
    source: "ASVS 3.4.2; Fetch §3.3.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: strangers_read_nothing,
};

pub(super) const G02: Case = Case {
    id: "G02",
    level: Level::Must,
    claim: "Nor is `null`, nor an origin that only looks like the own one: prefixes, suffixes, sub-domains, other schemes and ports.",
    source: "ASVS 3.4.2; Fetch §3.3.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: look_alikes_read_nothing,
};

pub(super) const G03: Case = Case {
    id: "G03",
    level: Level::Must,
    claim: "A preflight from another site is not answered with what would let its request through.",
    source: "ASVS 3.5.2; Fetch §4.8",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: preflights_allow_nothing,
};

pub(super) const G04: Case = Case {
    id: "G04",
    level: Level::Must,
    claim: "What a visitor is told is open to no origin by `*`, and where an answer depends on the origin it says so in `Vary`.",
    source: "ASVS 3.4.2; RFC 9110 §12.5.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: answers_say_what_they_depend_on,
};

const ALLOWED: &str = "access-control-allow-origin";
const STRANGERS: [&str; 3] = [
    "https://evil.test",
    "http://evil.test:8080",
    "https://evil.localhost",
];

fn visits<'t>(target: &'t Target, held: &Credential) -> Vec<Request> {
    let routes = &target.routes;
    let optional: [&'t Option<Route>; 3] = [&routes.state, &routes.logins, &routes.admin];
    let mut requests = vec![target.request(&routes.me)];
    requests.extend(
        optional
            .into_iter()
            .flatten()
            .map(|route| target.request(route)),
    );
    let with: Vec<Request> = requests
        .iter()
        .map(|request| held.attach(request.clone()))
        .collect();
    requests.extend(with);
    requests
}

fn from(request: Request, origin: &str) -> Request {
    let site = if origin == "null" {
        "cross-site"
    } else {
        "same-site"
    };
    request
        .without("Origin")
        .without("Sec-Fetch-Site")
        .header("Origin", origin)
        .header("Sec-Fetch-Site", site)
        .header("Sec-Fetch-Mode", "cors")
}

/// No answer to these origins may be read by them.
fn unread(target: &Target, origins: &[String]) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let mut asked = 0;
    for origin in origins {
        for request in visits(target, &held) {
            let exchange = target.send_patiently(&from(request, origin))?;
            allows_nobody(&exchange, origin)?;
            asked += 1;
        }
        let login = target.login_request(&user.username, &user.password);
        let exchange = target.send_patiently(&from(login, origin))?;
        allows_nobody(&exchange, origin)?;
    }
    target.control_after(&held, user, "visits from other origins")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!("{asked} visits")))
}

fn allows_nobody(exchange: &Exchange, origin: &str) -> Result<(), Stop> {
    let response = &exchange.response;
    let allowed: Vec<String> = response.all(ALLOWED).collect();
    if allowed
        .iter()
        .any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin))
    {
        let actual = format!("Access-Control-Allow-Origin: {}", allowed.join(", "));
        return Err(Stop::failed(
            format!("{origin} is not let read it"),
            actual,
            exchange,
        ));
    }
    Ok(())
}

fn strangers_read_nothing(target: &Target) -> Verdict {
    unread(target, &STRANGERS.map(str::to_owned))
}

fn look_alikes_read_nothing(target: &Target) -> Verdict {
    let (base, own) = (target.base(), target.base().origin());
    let (scheme, host) = (base.scheme(), base.host());
    let other_scheme = if scheme == "http" { "https" } else { "http" };
    let port = base.port();
    let origins = [
        "null".to_owned(),
        format!("{own}.evil.test"),
        format!("{scheme}://evil{host}:{port}"),
        format!("{scheme}://evil.{host}:{port}"),
        format!("{scheme}://{host}.:{port}"),
        format!("{scheme}://{host}evil:{port}"),
        format!("{scheme}://evil.test?{host}"),
        format!("{scheme}://{host}@evil.test"),
        format!("{scheme}://{host}%60.evil.test"),
        format!("{scheme}://{host}_.evil.test"),
        format!("{other_scheme}://{host}:{port}"),
        format!("{scheme}://{host}:{}", if port == 1 { 2 } else { port - 1 }),
        "file://".to_owned(),
    ];
    unread(target, &origins)
}

fn preflights_allow_nothing(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let routes = &target.routes;
    let optional = [
        &routes.write_state,
        &routes.password,
        &routes.refresh,
        &routes.flush,
    ];
    let always = [&routes.me, &routes.login, &routes.logout];
    let all: Vec<&Route> = always
        .into_iter()
        .chain(optional.into_iter().flatten())
        .collect();
    for route in &all {
        for origin in ["https://evil.test", "null"] {
            let asked = target.request_at(route, "key");
            let preflight = Request::new("OPTIONS", &asked.path)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", &route.method)
                .header(
                    "Access-Control-Request-Headers",
                    "authorization, content-type",
                )
                .header("Sec-Fetch-Site", "cross-site")
                .header("Sec-Fetch-Mode", "cors");
            let exchange = target.send_patiently(&preflight)?;
            allows_nobody(&exchange, origin)?;
        }
    }
    target.control_after(&held, user, "preflights from other sites")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!("{} preflights", 2 * all.len())))
}

fn answers_say_what_they_depend_on(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let own = target.base().origin();
    let mut depends = 0;
    for request in visits(target, &held) {
        let without = target.send_patiently(&request)?;
        let answers = [
            target.send_patiently(&from(request.clone(), &own))?,
            target.send_patiently(&from(request, STRANGERS[0]))?,
        ];
        for exchange in answers.iter().chain([&without]) {
            let allowed = exchange.response.first(ALLOWED);
            if allowed.as_deref() == Some("*") {
                let expected = "what a visitor is told is not open to `*`";
                return Err(Stop::failed(expected, exchange.line(), exchange));
            }
            // Two names are none: a browser takes neither.
            if allowed
                .as_ref()
                .is_some_and(|allowed| allowed.contains([',', ' ']))
            {
                let expected = "one origin, or none";
                return Err(Stop::failed(
                    expected,
                    allowed.unwrap_or_default(),
                    exchange,
                ));
            }
        }
        let dynamic = answers
            .iter()
            .any(|exchange| exchange.response.first(ALLOWED) != without.response.first(ALLOWED));
        if dynamic {
            depends += 1;
            for exchange in answers.iter().chain([&without]) {
                if !varies(exchange) {
                    let expected = "Vary: Origin, on each answer that depends on it";
                    return Err(Stop::failed(expected, exchange.line(), exchange));
                }
            }
        }
    }
    target.control_after(&held, user, "visits from several origins")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(match depends {
        0 => "no answer lets an origin read it".into(),
        _ => format!("{depends} answers depend on the origin"),
    }))
}

fn varies(exchange: &Exchange) -> bool {
    let lines: Vec<String> = exchange.response.all("vary").collect();
    lines
        .iter()
        .flat_map(|line| line.split(','))
        .any(|name| matches!(name.trim().to_ascii_lowercase().as_str(), "origin" | "*"))
}
