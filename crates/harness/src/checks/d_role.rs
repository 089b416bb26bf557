//! D11: how long an admin who is none any more still opens the door.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Figure, Proof, Stop, Verdict};
use crate::restore::Roles;
use crate::seams::Seam;
use crate::target::Target;

pub(super) const D11: Case = Case {
    id: "D11",
    level: Level::Must,
    claim: "A role that was taken away opens nothing from the next request on.",
    source: "ASVS 8.3.2",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::RoleControl, Seam::AdminAccount],
    check: role_changes_bite,
};

/// A change "at once" may take this long on its way into the server.
const AT_ONCE: Duration = Duration::from_secs(1);

fn role_changes_bite(target: &Target) -> Verdict {
    let admin = target.admin()?;
    let route = target.route(&target.routes.admin, "admin")?;
    let held = target.login(admin)?.credential;
    let opens =
        |credential: &Credential| target.send_patiently(&credential.attach(target.request(route)));
    let before = opens(&held)?;
    if !before.response.is_success() {
        return Err(Stop::broken_by(
            "an admin opens the admin's resource",
            before.line(),
            &before,
        ));
    }
    let roles = Roles::of(target, admin);
    roles.set("user")?;
    let since = Instant::now();
    let mut exchange = opens(&held)?;
    while exchange.response.is_success() && since.elapsed() < AT_ONCE {
        sleep(Duration::from_millis(50));
        exchange = opens(&held)?;
    }
    let proof = if !exchange.response.is_success() {
        target.rejected(&exchange, "the admin's resource, without the role")?;
        Proof::HoldsAnd(format!("it bit after {} ms", since.elapsed().as_millis()))
    } else if target.replays_by_design() {
        let me = target.me(&held)?;
        let left = target.seconds_left(&held, &me).unwrap_or(f64::INFINITY);
        let meaning =
            "the old role still opens the admin's resource until the credential expires".into();
        Proof::Demonstrated(Figure {
            value: left,
            unit: "s",
            meaning,
        })
    } else {
        let expected = "the old role opens nothing any more";
        return Err(Stop::failed(
            expected,
            format!("{} a second later", exchange.line()),
            &exchange,
        ));
    };
    fresh_ones_know(target, &held)?;
    drop(roles);
    let again = target.login(admin)?.credential;
    let after = opens(&again)?;
    if !after.response.is_success() {
        let expected = "the role, given back, opens the admin's resource again";
        return Err(Stop::failed(expected, after.line(), &after));
    }
    Ok(proof)
}

/// Whatever is given out after the change must know of it.
fn fresh_ones_know(target: &Target, held: &Credential) -> Result<(), Stop> {
    let admin = target.admin()?;
    let route = target.route(&target.routes.admin, "admin")?;
    let mut fresh = vec![target.login(admin)?.credential];
    if held.refresh.is_some() && target.routes.refresh.is_some() {
        fresh.extend(target.refreshed(held).ok());
    }
    for credential in fresh {
        let exchange = target.send_patiently(&credential.attach(target.request(route)))?;
        if !exchange.response.is_client_error() {
            let expected = "a credential from after the change has no such role";
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    Ok(())
}
