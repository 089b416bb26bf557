//! D15: the server enforces the end of a login, whatever the client sends.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::forge::Token;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const D15: Case = Case {
    id: "D15",
    level: Level::Must,
    claim: "A credential that is sent after its end is refused: the client's clock and Max-Age count for nothing.",
    source: "OWASP Session Management, expiration must be enforced server-side; ASVS 7.3.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: the_server_ends_it,
};

/// The shortest lifetime that leaves time for the control before.
const LIFETIME: u64 = 2;
/// A login that lasts longer than this is not waited for.
const LONGEST_WAIT: u64 = 60;

fn the_server_ends_it(target: &Target) -> Verdict {
    let by_the_contract = by_the_contract(target)?;
    if let Some(held) = &by_the_contract {
        ended(target, held, LIFETIME)?;
    }
    let seam = match (&target.seams.short_lived, by_the_contract) {
        (Some(seam), _) => seam,
        (None, Some(_)) => return Ok(Proof::Holds),
        (None, None) => return Err(Stop::Untestable(Seam::ShortLived)),
    };
    if seam.seconds > LONGEST_WAIT {
        return Err(Stop::Untestable(Seam::ShortLived));
    }
    let short = target.elsewhere(&seam.url)?;
    let held = short.login(&short.user)?.credential;
    ended(&short, &held, seam.seconds)
}

/// A login whose end was set by `PUT /expiry`; `None` where there is no such thing.
fn by_the_contract(target: &Target) -> Result<Option<Credential>, Stop> {
    let Some(route) = &target.routes.expiry else {
        return Ok(None);
    };
    if target.mechanism == Mechanism::Jwt {
        return Ok(None);
    }
    let user = &target.user;
    let mut body = target.login_body(&user.username, &user.password);
    body[&target.fields.remember] = true.into();
    target.keep_secret(user.password.as_bytes());
    let held = target
        .login_by(&target.request(&target.routes.login).json(&body))?
        .credential;
    let request = held.attach(target.request(route).json(&json!({ "after": LIFETIME })));
    let exchange = target.send_patiently(&request)?;
    match exchange.response.status {
        501 | 404 => Ok(None),
        _ if route.succeeded(exchange.response.status) => {
            Ok(Some(target.follow(&held, &exchange)?))
        }
        _ => Err(Stop::broken_by(
            "a lifetime of 2 s",
            exchange.line(),
            &exchange,
        )),
    }
}

fn ended(target: &Target, held: &Credential, lifetime: u64) -> Verdict {
    target.control_before(held, &target.user)?;
    sleep(Duration::from_millis(lifetime * 1000 + 1300));
    target.rejected(&target.me(held)?, "a credential after its end")?;
    for edited in edited(held) {
        target.rejected(
            &target.me(&edited)?,
            "a credential whose end the client moved",
        )?;
    }
    // Being used must not have brought it back.
    target.rejected(&target.me(held)?, "a credential after its end, once more")?;
    let fresh = target.login(&target.user)?.credential;
    target.control_after(&fresh, &target.user, "the end of another login")?;
    target.end(&fresh)?;
    Ok(Proof::Holds)
}

/// The token with its own time claims moved, the signature kept; a cookie with
/// every number in it made larger.
fn edited(held: &Credential) -> Vec<Credential> {
    let Some(token) = Token::parse(&held.text()) else {
        let later = held.text().replace('1', "9");
        return if later == held.text() {
            vec![]
        } else {
            vec![held.with_value(later)]
        };
    };
    let later = token.expires().unwrap_or_default() + 3600;
    let moved = token.payload_with("exp", Some(later.into()));
    let without = token.payload_with("exp", None);
    [moved, without]
        .map(|payload| {
            held.with_value(format!(
                "{}.{payload}.{}",
                token.header_part, token.signature
            ))
        })
        .to_vec()
}
