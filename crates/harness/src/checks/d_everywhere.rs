//! D06: logging out everywhere means everywhere.

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::{Mechanism, Profile};
use crate::outcome::{Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;
use crate::verify::proof;

pub(super) const D06: Case = Case {
    id: "D06",
    level: Level::Must,
    claim: "Logging out everywhere ends all 20 logins of the account, and nobody else's.",
    source: "ASVS 7.5.2, 7.4.5",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondAccount],
    check: everywhere_is_everywhere,
};

const CLIENTS: usize = 20;

fn everywhere_is_everywhere(target: &Target) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let route = target.route(&target.routes.logout_everywhere, "logout_everywhere")?;
    let bystander = target.login(other)?.credential;
    target.control_before(&bystander, other)?;
    let mut copies: Vec<Credential> = Vec::new();
    let mut current = Vec::new();
    for client in 0..CLIENTS {
        let held = client_of(target, client)?;
        copies.push(held.clone());
        // Some have been used: their credential may have been given anew.
        let held = if client % 3 == 0 {
            target.act(&held)?
        } else {
            held
        };
        target.control_before(&held, user)?;
        current.push(held);
    }
    let asking = current[CLIENTS / 2].clone();
    let exchange = target.send_patiently(&asking.attach(target.request(route)))?;
    if exchange.response.status == 501 {
        return not_possible(target, &asking);
    }
    if !route.succeeded(exchange.response.status) {
        return Err(Stop::failed(
            "logging out everywhere succeeds",
            exchange.line(),
            &exchange,
        ));
    }
    let mut figures = Vec::new();
    for (client, held) in current.iter().chain(&copies).enumerate() {
        let what = format!("client {} of {CLIENTS}", client % CLIENTS + 1);
        figures.push(target.dead(held, &what)?);
    }
    for held in current.iter().chain(&copies) {
        target.refresh_dead(held, "a refresh token after logging out everywhere")?;
    }
    target.control_after(&bystander, other, "another account's logout everywhere")?;
    if bystander.refresh.is_some() {
        target.refreshed(&bystander)?;
    }
    let again = target.login(user)?.credential;
    target.control_after(&again, user, "logging out everywhere and in again")?;
    target.end(&again)?;
    proof(figures)
}

/// By name or by e-mail, to be remembered or not: each is a login of the account.
fn client_of(target: &Target, client: usize) -> Result<Credential, Stop> {
    let user = &target.user;
    let name = user
        .email
        .as_ref()
        .filter(|_| client % 4 == 1)
        .unwrap_or(&user.username);
    let mut body = target.login_body(name, &user.password);
    if client % 2 == 1 {
        body[&target.fields.remember] = true.into();
    }
    target.keep_secret(user.password.as_bytes());
    let request = target.request(&target.routes.login).json(&body);
    let request = request.header("User-Agent", format!("client {client}"));
    Ok(target.login_by(&request)?.credential)
}

/// A pure cookie cannot: then the copies' window is the answer.
fn not_possible(target: &Target, held: &Credential) -> Verdict {
    let exchange = target.me(held)?;
    if target.profile == Profile::Hardened || target.mechanism != Mechanism::Cookie {
        let expected = "logging out everywhere succeeds";
        return Err(Stop::failed(expected, "501 not-possible-here", &exchange));
    }
    proof([target.dead(held, "a copy that no logout everywhere can reach")?])
}
