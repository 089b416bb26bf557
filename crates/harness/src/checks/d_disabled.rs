//! D10: who was locked out is out.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::restore::Undone;
use crate::seams::Seam;
use crate::target::Target;

pub(super) const D10: Case = Case {
    id: "D10",
    level: Level::Must,
    claim: "A disabled account's logins end with the next request, it gets no new one, and nobody else is touched.",
    source: "ASVS 7.4.2",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::AccountControl, Seam::SecondAccount],
    check: disabling_bites,
};

/// A change "at once" may take this long on its way into the server.
const AT_ONCE: Duration = Duration::from_secs(1);

fn disabling_bites(target: &Target) -> Verdict {
    let (user, victim) = (&target.user, target.second()?);
    let set = target.seams.set_disabled.as_ref();
    let set = set.ok_or(Stop::Untestable(Seam::AccountControl))?;
    let bystander = target.login(user)?.credential;
    let held = [
        target.login(victim)?.credential,
        target.login(victim)?.credential,
    ];
    for credential in &held {
        target.control_before(credential, victim)?;
    }
    let name = victim.username.as_str();
    let enabled = Undone::by(target, format!("enable {name} again"), || set(name, false));
    set(name, true).map_err(|why| Stop::broken("an account that is disabled from outside", why))?;
    let since = Instant::now();
    let mut figure = None;
    for credential in &held {
        while target.visitor(&target.me(credential)?).is_some()
            && !target.replays_by_design()
            && since.elapsed() < AT_ONCE
        {
            sleep(Duration::from_millis(50));
        }
        let what = "the credential of an account that was disabled";
        figure = target.dead(credential, what)?.or(figure);
        target.refresh_dead(
            credential,
            "the refresh token of an account that was disabled",
        )?;
    }
    let bit = since.elapsed().as_millis();
    let login = target.send_patiently(&target.login_request(name, &victim.password))?;
    target.rejected(&login, "the right password of an account that was disabled")?;
    target.control_after(&bystander, user, "another account's disabling")?;
    enabled.now()?;
    let again = target.login(victim)?.credential;
    target.control_after(&again, victim, "being enabled again")?;
    target.end(&again)?;
    target.end(&bystander)?;
    Ok(figure.map_or_else(
        || Proof::HoldsAnd(format!("it bit after {bit} ms")),
        Proof::Demonstrated,
    ))
}
