//! B05 and B06: each `Set-Cookie` is well-formed, and a deletion deletes.

use time::OffsetDateTime;
use url::Url;

use crate::case::{Case, Level};
use crate::http::Exchange;
use crate::jar::{Jar, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::routes::Route;
use crate::set_cookie::SetCookie;
use crate::target::Target;
use crate::tour::Tour;

pub(super) const B05: Case = Case {
    id: "B05",
    level: Level::Must,
    claim: "Each Set-Cookie keeps to the grammar, and no answer sets one name twice.",
    source: "6265bis §4.1.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: cookies_are_well_formed,
};

pub(super) const B06: Case = Case {
    id: "B06",
    level: Level::Must,
    claim: "After a logout a conformant browser holds no credential any more.",
    source: "6265bis §5.7; ASVS 7.4.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: deletion_deletes,
};

fn cookies_are_well_formed(target: &Target) -> Verdict {
    let tour = Tour::of(target)?;
    let mut seen = 0;
    for step in &tour.steps {
        let cookies = SetCookie::all(&step.exchange.response);
        seen += cookies.len();
        for (at, cookie) in cookies.iter().enumerate() {
            if let Some(fault) = cookie.fault() {
                let actual = format!("{}: {fault}", step.name);
                return Err(Stop::failed(
                    "a Set-Cookie by the grammar",
                    actual,
                    &step.exchange,
                ));
            }
            if cookies[..at]
                .iter()
                .any(|earlier| earlier.name == cookie.name)
            {
                let actual = format!("{}: {} is set twice", step.name, cookie.name);
                return Err(Stop::failed(
                    "one Set-Cookie for a name",
                    actual,
                    &step.exchange,
                ));
            }
        }
    }
    if seen == 0 {
        return Err(Stop::NotApplicable("the target sets no cookie".into()));
    }
    Ok(Proof::HoldsAnd(format!(
        "{seen} Set-Cookie lines on {} answers",
        tour.steps.len()
    )))
}

fn deletion_deletes(target: &Target) -> Verdict {
    let ends = [
        ("logout", Some(&target.routes.logout)),
        (
            "logout everywhere",
            target.routes.logout_everywhere.as_ref(),
        ),
        ("flush", target.routes.flush.as_ref()),
    ];
    for (name, route) in ends {
        if let Some(route) = route {
            empties_the_jar(target, name, route)?;
        }
    }
    Ok(Proof::Holds)
}

fn empties_the_jar(target: &Target, name: &str, route: &Route) -> Result<(), Stop> {
    let login = target.login(&target.user)?;
    let mut jar = Jar::default();
    receive(&mut jar, target, &login.exchange);
    let held = &login.credential;
    let refresh = target
        .refresh_cookie
        .as_deref()
        .filter(|_| held.refresh.is_some());
    let names: Vec<&str> = held.cookie_name().into_iter().chain(refresh).collect();
    if names.is_empty() {
        return Err(Stop::NotApplicable("the target sets no cookie".into()));
    }
    if let Some(cookie) = names.iter().find(|name| !holds(&jar, name)) {
        let actual = format!("{cookie} is refused by its own prefix rules");
        return Err(Stop::failed(
            "a cookie that a browser keeps",
            actual,
            &login.exchange,
        ));
    }
    let request = target.as_browser(held, target.request(route));
    // A page whose access token is in its memory puts it on itself.
    let request = match held.cookie_name() {
        Some(_) => request,
        None => held.attach(request),
    };
    let exchange = target.send_patiently(&request)?;
    if exchange.response.status == 501 {
        return Ok(());
    }
    if !route.succeeded(exchange.response.status) {
        return Err(Stop::broken_by(
            format!("{name} with a live credential"),
            exchange.line(),
            &exchange,
        ));
    }
    receive(&mut jar, target, &exchange);
    if let Some(cookie) = names.iter().find(|name| holds(&jar, name)) {
        let expected = "a deletion with the name, Path and prefix attributes of the cookie";
        let actual = format!("after {name} a browser still holds {cookie}");
        return Err(Stop::failed(expected, actual, &exchange));
    }
    let kept = SetCookie::all(&exchange.response).into_iter();
    if kept
        .into_iter()
        .any(|set| Some(set.name.as_str()) == held.cookie_name() && set.value == held.value)
    {
        let actual = format!("{name} sends the credential once more");
        return Err(Stop::failed(
            "a deletion with an empty value",
            actual,
            &exchange,
        ));
    }
    Ok(())
}

/// Takes in what an answer sets, as over https: what is asked here is what becomes of the
/// cookie where people use it, not whether this address is a secure one.
fn receive(jar: &mut Jar, target: &Target, exchange: &Exchange) {
    let path = &exchange.request.path;
    let url = Url::parse(&format!("https://{}{path}", target.base().authority()));
    for cookie in SetCookie::all(&exchange.response) {
        // A line that a browser refuses changes nothing.
        if let Ok(url) = &url {
            let _ = jar.set(&cookie.raw, &Request::to(url), OffsetDateTime::now_utc());
        }
    }
}

fn holds(jar: &Jar, name: &str) -> bool {
    jar.cookies(OffsetDateTime::now_utc())
        .any(|cookie| cookie.name == name.as_bytes())
}
