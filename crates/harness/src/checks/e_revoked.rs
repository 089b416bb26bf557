//! E27 to E29: what was ended stays ended, in every spelling, at every instance.

use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::e_spelling::with_spare_bits;
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::forge::{Token, encode, twin};
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Figure, Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;
use crate::verify::proof;

pub(super) const E27: Case = Case {
    id: "E27",
    level: Level::Must,
    claim: "A logout with either token ends both: the access token alone kills the refresh family, the refresh token alone the access token.",
    source: "ASVS 7.4.1, 10.4.9; RFC 7009 §2.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: either_token_ends_both,
};

pub(super) const E28: Case = Case {
    id: "E28",
    level: Level::Must,
    claim: "A token that was revoked stays so in every other spelling of it.",
    source: "OWASP JSON Web Token Cheat Sheet (token denylist by `jti` and `iss`); RFC 8725 §3.2",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: spellings_are_revoked_too,
};

pub(super) const E29: Case = Case {
    id: "E29",
    level: Level::Must,
    claim: "A revocation is seen by a second instance within a second, survives a restart, and lasts.",
    source: "ASVS 7.4.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SecondInstance],
    check: revocation_lasts,
};

/// How soon another instance must know. A busy machine may take a request longer.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// An entry that is forgotten early shows within this.
const WATCHED: Duration = Duration::from_secs(2);

/// A logout with this refresh token and nothing else.
fn logout_by_refresh(target: &Target, held: &Credential) -> Result<Exchange, Stop> {
    let mut body = json!({});
    body[&target.fields.refresh_token] = target.refresh_of(held)?.into();
    target.send(&target.request(&target.routes.logout).json(&body))
}

fn either_token_ends_both(target: &Target) -> Verdict {
    let user = &target.user;
    let bystander = target.login(user)?.credential;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    target.refresh_of(&held)?;
    target.end(&held)?;
    target.refresh_dead(
        &held,
        "the refresh token, after a logout with the access token",
    )?;
    let by_access = target.dead(&held, "the access token, after a logout with it")?;

    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let exchange = logout_by_refresh(target, &held)?;
    let mut note = None;
    let mut by_refresh = None;
    if target.routes.logout.succeeded(exchange.response.status) {
        target.refresh_dead(&held, "the refresh token, after a logout with it")?;
        by_refresh = target.dead(
            &held,
            "the access token, after a logout with the refresh token",
        )?;
    } else {
        // A server that wants the access token says so, and then nothing has ended.
        target.rejected(&exchange, "a logout with the refresh token only")?;
        target.control_after(&held, user, "a refused logout")?;
        note = Some(exchange.line());
    }
    target.control_after(&bystander, user, "the end of two other logins")?;
    target.end(&bystander)?;
    match (proof([by_access, by_refresh])?, note) {
        (Proof::Holds, Some(line)) => Ok(Proof::HoldsAnd(format!(
            "a logout with the refresh token only is refused: {line}"
        ))),
        (proof, _) => Ok(proof),
    }
}

fn spellings_are_revoked_too(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let Some(access) = Token::parse(&held.text()) else {
        return Err(Stop::NotApplicable("the access token is no JWT".into()));
    };
    let refresh = held.refresh.as_deref().and_then(Token::parse);
    target.end(&held)?;
    let figure = target.dead(&held, "an access token after the logout")?;
    // Where a copy works by design, another spelling of it says nothing.
    if figure.is_none() {
        for (forged, what) in spellings(target, &access) {
            let exchange = target.me(&held.with_value(forged))?;
            target.rejected(&exchange, &format!("a revoked access token with {what}"))?;
        }
    }
    target.refresh_dead(&held, "a refresh token after the logout")?;
    for (forged, what) in refresh.iter().flat_map(|token| spellings(target, token)) {
        let exchange = target.send_patiently(&target.refresh_request(&forged)?)?;
        target.rejected(&exchange, &format!("a revoked refresh token with {what}"))?;
    }
    let fresh = target.login(user)?.credential;
    target.control_after(&fresh, user, "revoked tokens in other spellings")?;
    if target.seams.signing_key.is_some() || figure.is_some() {
        return proof([figure]);
    }
    Ok(Proof::HoldsAnd(
        "without the signing key no header was written anew".into(),
    ))
}

/// The same token to a verifier that is lenient, or whose key signs it anew.
fn spellings(target: &Target, token: &Token) -> Vec<(String, &'static str)> {
    let parts = [
        token.header_part.as_str(),
        &token.payload_part,
        &token.signature,
    ];
    let [header, payload, signature] = parts;
    let mut spelt = vec![
        (format!("{header}.{payload}.{signature}="), "padding"),
        (format!("{header}.{payload}.{signature}=="), "more padding"),
        (
            format!("{header}=.{payload}.{signature}"),
            "padding in its header",
        ),
        (
            format!("{header}.{payload}=.{signature}"),
            "padding in its payload",
        ),
    ];
    for at in 0..3 {
        let mut changed = parts;
        let Some(spare) = with_spare_bits(parts[at]) else {
            continue;
        };
        changed[at] = &spare;
        spelt.push((changed.join("."), "spare bits"));
    }
    let swapped = signature.replace('-', "+").replace('_', "/");
    if swapped != signature {
        spelt.push((
            format!("{header}.{payload}.{swapped}"),
            "the other alphabet",
        ));
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if let Some(twin) = twin(token.alg(), &signature) {
        spelt.push((
            format!("{header}.{payload}.{}", encode(&twin)),
            "n - s instead of s",
        ));
    }
    if let Some(key) = &target.seams.signing_key {
        let text = Value::Object(token.header.clone()).to_string();
        let claims = Value::Object(token.payload.clone()).to_string();
        for (header, payload, what) in [
            (
                text.replacen('{', "{ ", 1),
                claims.clone(),
                "white space in its header",
            ),
            (
                text.replacen("\"alg\"", "\"\\u0061lg\"", 1),
                claims.clone(),
                "an escape in its header",
            ),
            (
                text.clone(),
                claims.replacen('{', "{ ", 1),
                "white space in its payload",
            ),
            (
                text.clone(),
                format!("{claims}\n"),
                "a line end after its payload",
            ),
            (text, claims, "all of it written anew"),
        ] {
            let (header, payload) = (encode(header.as_bytes()), encode(payload.as_bytes()));
            spelt.push((token.signed(key, &header, &payload), what));
        }
    }
    spelt.retain(|(spelt, _)| *spelt != parts.join("."));
    spelt
}

fn revocation_lasts(target: &Target) -> Verdict {
    let user = &target.user;
    let seam = target.seams.second_instance.as_ref();
    let second = target.elsewhere(seam.ok_or(Stop::Untestable(Seam::SecondInstance))?)?;
    let held = target.login(user)?.credential;
    let bystander = target.login(user)?.credential;
    target.control_before(&held, user)?;
    second.control_before(&held, user)?;
    target.end(&held)?;
    let ended = Instant::now();
    let figure = soon_dead(&second, &held, ended)?;
    second.refresh_dead(
        &held,
        "a refresh token at the second instance, after the logout",
    )?;
    while ended.elapsed() < WATCHED {
        for instance in [target, &second] {
            instance.dead(&held, "an access token, some time after its logout")?;
        }
        sleep(Duration::from_millis(200));
    }
    let Some(restart) = &target.seams.restart else {
        second.control_after(&bystander, user, "the logout of another login")?;
        return match proof([figure])? {
            Proof::Holds => Ok(Proof::HoldsAnd(
                "there is no way to restart the target".into(),
            )),
            other => Ok(other),
        };
    };
    restart().map_err(|why| Stop::broken("a restart of the target", why))?;
    let after = target.dead(&held, "an access token, after its logout and a restart")?;
    target.refresh_dead(&held, "a refresh token, after its logout and a restart")?;
    target.control_after(&bystander, user, "a restart")?;
    proof([figure, after])
}

/// Dead within a second; a request that began before that may be answered later.
fn soon_dead(second: &Target, held: &Credential, ended: Instant) -> Result<Option<Figure>, Stop> {
    let what = "an access token at the second instance, a second after the logout";
    while ended.elapsed() < SEEN_WITHIN {
        if second.visitor(&second.me(held)?).is_none() {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    second.dead(held, what)
}
