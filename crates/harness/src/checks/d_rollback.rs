//! D22: an old copy of the state is an old copy.

use serde_json::json;

use crate::case::{Case, Level};
use crate::mechanism::{Mechanism, Profile};
use crate::outcome::{Figure, Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const D22: Case = Case {
    id: "D22",
    level: Level::Must,
    claim: "A cookie from before a change of its state does not bring the old state back, once the newer one was used.",
    source: "6265bis §8.3",
    mechanisms: Mechanism::BY_CLIENT,
    seams: &[],
    check: no_rolling_back,
};

/// As a basket, or a balance, would be.
const KEY: &str = "balance";

fn no_rolling_back(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    let write = |credential, value: i32| {
        let exchange = target.write_state(Some(credential), KEY, &json!(value))?;
        if !exchange.response.is_success() {
            let expected = "state is written";
            return Err(Stop::broken_by(expected, exchange.line(), &exchange));
        }
        target.follow(credential, &exchange)
    };
    let old = write(&held, 100)?;
    if target.state_value(&old, KEY)? != Some(json!(100)) {
        return Err(Stop::broken("what was written is read", "it is not"));
    }
    let new = write(&old, 1)?;
    if target.state_value(&new, KEY)? != Some(json!(1)) {
        return Err(Stop::broken("what was written is read", "it is not"));
    }
    let exchange = target.read_state(Some(&old))?;
    let rolled_back = target.state_value(&old, KEY)? == Some(json!(100));
    let me = target.me(&old)?;
    if rolled_back && target.profile == Profile::Hardened {
        let expected = "the state of before the change is gone";
        return Err(Stop::failed(expected, "the old cookie shows it", &exchange));
    }
    if target.state_value(&new, KEY)? != Some(json!(1)) {
        let expected = "the newest cookie still holds the newest state";
        return Err(Stop::failed_overall(expected, "it does not"));
    }
    target.control_after(&new, user, "the use of an older copy")?;
    if !rolled_back {
        target.end(&new)?;
        return Ok(Proof::Holds);
    }
    let left = target.seconds_left(&old, &me).unwrap_or(f64::INFINITY);
    target.end(&new)?;
    Ok(Proof::Demonstrated(Figure {
        value: left,
        unit: "s",
        meaning: "an older cookie brings its state back until it expires".into(),
    }))
}
