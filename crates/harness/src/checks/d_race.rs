//! D07: a logout wins against whatever is under way.

use std::thread::{scope, sleep};
use std::time::Duration;

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Figure, Stop, Verdict};
use crate::restore::Password;
use crate::routes::Route;
use crate::target::Target;
use crate::verify::proof;

pub(super) const D07: Case = Case {
    id: "D07",
    level: Level::Must,
    claim: "A request that is under way when the visitor logs out brings nothing back: the login stays dead, and the answer holds no usable credential.",
    source: "ASVS 7.4.1, 15.4.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: the_logout_wins,
};

/// By then a server has read the head and looked the credential up.
const LOOKED_UP: Duration = Duration::from_millis(40);
/// By how many milliseconds a whole request is ahead of the logout.
const AHEAD: [u64; 5] = [0, 0, 1, 2, 5];
const NEW: &str = "a-password-that-comes-too-late";

fn the_logout_wins(target: &Target) -> Verdict {
    let user = &target.user;
    let bystander = target.second.as_ref();
    let beside = bystander.map(|second| target.login(second)).transpose()?;
    let mut figures = Vec::new();
    for end in ends(target) {
        for &writer in writers(target) {
            figures.extend(slow_body(target, writer, end)?);
        }
    }
    for ahead in AHEAD {
        for &writer in writers(target) {
            figures.extend(side_by_side(target, writer, ahead)?);
        }
    }
    figures.extend(late_password(target)?);
    if let (Some(login), Some(second)) = (beside, bystander) {
        target.control_after(&login.credential, second, "another account's logouts")?;
    }
    let fresh = target.login(user)?.credential;
    target.control_after(&fresh, user, "logouts with requests under way")?;
    target.end(&fresh)?;
    proof(figures)
}

pub(super) fn ends(target: &Target) -> Vec<&Route> {
    let routes = &target.routes;
    let others = [&routes.logout_everywhere, &routes.flush];
    [&routes.logout]
        .into_iter()
        .chain(others.into_iter().flatten())
        .collect()
}

/// Makes a request that writes.
type Writer = fn(&Target, &Credential) -> Result<Option<Request>, Stop>;

fn writers(target: &Target) -> &'static [Writer] {
    match target.mechanism {
        Mechanism::Jwt => &[refresh],
        Mechanism::Cookie | Mechanism::Session => &[write_state, set_expiry],
    }
}

fn write_state(target: &Target, held: &Credential) -> Result<Option<Request>, Stop> {
    let Some(route) = &target.routes.write_state else {
        return Ok(None);
    };
    let request = target.request_at(route, "late").json(&json!({"value": 1}));
    Ok(Some(held.attach(request)))
}

fn set_expiry(target: &Target, held: &Credential) -> Result<Option<Request>, Stop> {
    let Some(route) = &target.routes.expiry else {
        return Ok(None);
    };
    let request = target.request(route).json(&json!({"after": 600}));
    Ok(Some(held.attach(request)))
}

fn refresh(target: &Target, held: &Credential) -> Result<Option<Request>, Stop> {
    match (&held.refresh, &target.routes.refresh) {
        (Some(token), Some(_)) => target.refresh_request(token).map(Some),
        _ => Ok(None),
    }
}

/// The head is with the server, the body is not whole; then the logout; then the rest.
fn slow_body(target: &Target, writer: Writer, end: &Route) -> Result<Vec<Option<Figure>>, Stop> {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let Some(request) = writer(target, &held)? else {
        return Ok(vec![]);
    };
    let slow = target
        .hold(&request)
        .map_err(|error| Stop::broken("a request that is sent slowly", error.to_string()))?;
    sleep(LOOKED_UP);
    let ended = target.send_patiently(&held.attach(target.request(end)))?;
    let late = target.noted(&request, slow.finish())?;
    if ended.response.status == 501 {
        return Ok(vec![]);
    }
    if !end.succeeded(ended.response.status) {
        return Err(Stop::broken_by(
            "a way out that works",
            ended.line(),
            &ended,
        ));
    }
    nothing_came_back(target, &held, &late)
}

/// Both at the same time, the other one ahead by a moment.
fn side_by_side(target: &Target, writer: Writer, ahead: u64) -> Result<Vec<Option<Figure>>, Stop> {
    let held = target.login(&target.user)?.credential;
    let Some(request) = writer(target, &held)? else {
        return Ok(vec![]);
    };
    let logout = held.attach(target.request(&target.routes.logout));
    let (late, ended) = scope(|threads| {
        let writing = threads.spawn(|| target.send_patiently(&request));
        sleep(Duration::from_millis(ahead));
        let ended = target.send_patiently(&logout);
        (writing.join(), ended)
    });
    let late = late.map_err(|_| Stop::broken("a thread that runs", "it panicked"))??;
    let ended = ended?;
    if !target.routes.logout.succeeded(ended.response.status) {
        return Err(Stop::broken_by("a logout", ended.line(), &ended));
    }
    // With a refresh, the login goes on in the pair that it gave, unless it came
    // too late: logging out with the old access token has to end that as well.
    nothing_came_back(target, &held, &late)
}

fn nothing_came_back(
    target: &Target,
    held: &Credential,
    late: &Exchange,
) -> Result<Vec<Option<Figure>>, Stop> {
    let mut figures = Vec::new();
    let what = format!("the login, after a logout during {}", late.said());
    figures.push(target.dead(held, &what)?);
    if let Some(given) = target.credential_in(late)? {
        let what = format!("the credential that {} after the logout", late.said());
        figures.push(target.dead(&given, &what)?);
        target.refresh_dead(&given, &what)?;
    }
    target.refresh_dead(held, &what)?;
    figures.push(target.dead(held, &what)?);
    Ok(figures)
}

/// A password change gives its own login a new credential, but not one that is over.
fn late_password(target: &Target) -> Result<Vec<Option<Figure>>, Stop> {
    if target.routes.password.is_none() {
        return Ok(vec![]);
    }
    let password = Password::of(target);
    let held = target.login(&target.user)?.credential;
    let request = held.attach(target.password_request(&password.current(), NEW)?);
    let slow = target
        .hold(&request)
        .map_err(|error| Stop::broken("a request that is sent slowly", error.to_string()))?;
    sleep(LOOKED_UP);
    target.end(&held)?;
    let late = target.noted(&request, slow.finish())?;
    if late.response.is_success() {
        password.is_now(NEW);
    }
    nothing_came_back(target, &held, &late)
}
