//! B04: what no longer fits is refused, not sent.

use serde_json::Value;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::set_cookie::SetCookie;
use crate::target::Target;

pub(super) const B04: Case = Case {
    id: "B04",
    level: Level::Must,
    claim: "No cookie passes 4096 octets: what no longer fits is refused, and nothing is lost.",
    source: "ASVS 3.3.5; 6265bis §5.6",
    mechanisms: Mechanism::BY_COOKIE,
    seams: &[],
    check: cookies_stay_small,
};

/// Name and value, without the `=` (6265bis, section 5.6).
const LIMIT: usize = 4096;
/// Steps of filling up: coarse first, then to the last byte that fits.
const STEPS: [usize; 5] = [700, 150, 30, 6, 1];

fn cookies_stay_small(target: &Target) -> Verdict {
    if target.routes.write_state.is_none() {
        return Err(Stop::Untestable(Seam::Route("write_state")));
    }
    let login = target.login(&target.user)?;
    small(&login.exchange)?;
    let mut filling = Filling {
        target,
        held: Some(login.credential),
        keys: 0,
    };
    filling.up()?;
    let held = filling
        .held
        .ok_or_else(|| Stop::broken("a held credential", "none"))?;
    target.control_after(&held, &target.user, "filling the state up")?;
    if filling.keys > 0 && target.state_value(&held, "k0")?.is_none() {
        return Err(Stop::failed_overall(
            "what was accepted is kept",
            "the first value is gone",
        ));
    }
    target.end(&held)?;
    one_jump(target)?;
    full_before_login(target)?;
    Ok(Proof::Holds)
}

/// The state of one visitor, being filled up.
struct Filling<'t> {
    target: &'t Target,
    held: Option<Credential>,
    keys: usize,
}

impl Filling<'_> {
    fn up(&mut self) -> Result<(), Stop> {
        for size in STEPS {
            // A session has no such limit; some hundred steps show that.
            for _ in 0..24 {
                if !self.add(size)? {
                    break;
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, size: usize) -> Result<bool, Stop> {
        let key = format!("k{}", self.keys);
        let exchange = self
            .target
            .write_state(self.held.as_ref(), &key, &noise(size))?;
        small(&exchange)?;
        if exchange.response.is_success() {
            self.keys += 1;
            if let Some(given) = cookie_given(self.target, self.held.as_ref(), &exchange) {
                self.held = Some(given);
            }
            return Ok(true);
        }
        self.target
            .rejected(&exchange, "a value that no longer fits")?;
        Ok(false)
    }
}

/// The cookie after an answer; an anonymous visitor's opens no resource, so it
/// goes by name, or by being the only one.
fn cookie_given(
    target: &Target,
    held: Option<&Credential>,
    exchange: &Exchange,
) -> Option<Credential> {
    let cookies = SetCookie::all(&exchange.response);
    let known = target.cookie.as_ref().or(target.found_cookie.get());
    let set = cookies
        .iter()
        .rev()
        .find(|set| !set.deletes() && known.is_none_or(|name| *name == set.name))?;
    let carrier = crate::credential::Carrier::Cookie(set.name.clone());
    let fresh = Credential {
        carrier,
        value: set.value.clone(),
        refresh: None,
    };
    target.keep_secret(&fresh.value);
    Some(held.map_or(fresh.clone(), |held| held.with_value(fresh.value)))
}

/// From small to far too large in one step, in characters that grow on the way.
fn one_jump(target: &Target) -> Result<(), Stop> {
    let held = target.login(&target.user)?.credential;
    let values = [
        "\u{1}".repeat(1500),
        "é".repeat(3000),
        "\"".repeat(3500),
        random(8000),
    ];
    for value in values {
        let exchange = target.write_state(Some(&held), "jump", &Value::String(value))?;
        small(&exchange)?;
        if !exchange.response.is_success() {
            target.rejected(&exchange, "a value that does not fit")?;
        }
        target.control_after(&held, &target.user, "a value that does not fit")?;
    }
    target.end(&held).map(drop)
}

/// The login itself adds to a cookie that is full already.
fn full_before_login(target: &Target) -> Result<(), Stop> {
    let mut filling = Filling {
        target,
        held: None,
        keys: 0,
    };
    filling.up()?;
    let Some(anonymous) = filling.held else {
        return Ok(());
    };
    let login = target.login_request(&target.user.username, &target.user.password);
    let exchange = target.send_patiently(&anonymous.attach(login))?;
    small(&exchange)?;
    if target.routes.login.succeeded(exchange.response.status) {
        let held = target.follow(&anonymous, &exchange)?;
        target.control_after(&held, &target.user, "a login with a full state")?;
        return target.end(&held).map(drop);
    }
    target.rejected(&exchange, "a login that no longer fits")
}

fn small(exchange: &Exchange) -> Result<(), Stop> {
    for cookie in SetCookie::all(&exchange.response) {
        let octets = cookie.name.len() + cookie.value.len();
        if octets > LIMIT {
            let expected = format!("no cookie over {LIMIT} octets");
            let actual = format!("{} has {octets}", cookie.name);
            return Err(Stop::failed(expected, actual, exchange));
        }
    }
    Ok(())
}

/// Text that does not compress.
fn noise(size: usize) -> Value {
    Value::String(random(size))
}

fn random(size: usize) -> String {
    let mut bytes = vec![0; size];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
        .iter()
        .map(|byte| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"[usize::from(byte % 32)]))
        .collect()
}
