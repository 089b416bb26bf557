//! C10: whoever logs in next gets nothing of who was there before.

use serde_json::json;

use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;
use crate::verify::proof;

pub(super) const C10: Case = Case {
    id: "C10",
    level: Level::Must,
    claim: "Logging in as another over a live login ends the first, and none of its data is kept.",
    source: "ASVS 7.2.4; WSTG-SESS-08",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondAccount],
    check: the_next_one_gets_nothing,
};

fn the_next_one_gets_nothing(target: &Target) -> Verdict {
    let (first, next) = (&target.user, target.second()?);
    let mut held = target.login(first)?.credential;
    let has_state = target.mechanism != Mechanism::Jwt && target.routes.write_state.is_some();
    if has_state {
        let exchange = target.write_state(Some(&held), "private", &json!("of the first"))?;
        if !exchange.response.is_success() {
            return Err(Stop::broken_by(
                "the first puts a value in",
                exchange.line(),
                &exchange,
            ));
        }
        held = target.follow(&held, &exchange)?;
    }
    target.control_before(&held, first)?;
    let request = held.attach(target.login_request(&next.username, &next.password));
    let login = target.login_by(&request)?;
    target.control_after(&login.credential, next, "logging in over another login")?;
    if login.credential.value == held.value {
        return Err(Stop::failed(
            "a new credential",
            "the same as before",
            &login.exchange,
        ));
    }
    if has_state {
        let exchange = target.read_state(Some(&login.credential))?;
        let kept = String::from_utf8_lossy(&exchange.response.body).contains("of the first");
        if kept || !exchange.response.is_success() {
            let actual = format!(
                "{}, {}",
                exchange.line(),
                if kept {
                    "with the first one's value"
                } else {
                    "unreadable"
                }
            );
            return Err(Stop::failed(
                "the next one's state has nothing of the first",
                actual,
                &exchange,
            ));
        }
    }
    let figure = target.dead(
        &held,
        "the first one's credential, after another logged in over it",
    )?;
    target.refresh_dead(
        &held,
        "the first one's refresh token, after another logged in over it",
    )?;
    target.control_after(&login.credential, next, "using the first one's credential")?;
    target.end(&login.credential)?;
    proof([figure])
}
