//! B09: nobody guesses a credential, nor the next one from the last.

mod letters;

use std::collections::HashSet;

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::forge::Token;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;
use letters::{Position, varying};

pub(super) const B09: Case = Case {
    id: "B09",
    level: Level::Must,
    claim: "Of 500 credentials (50, where each takes a login) no two are alike, in no part of 16 letters either; they hold 128 bits that differ, and do not grow with time.",
    source: "ASVS 7.2.3, 11.5.1, 11.3.4; OWASP Session Management, session id entropy",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: nobody_guesses,
};

const SAMPLE: usize = 500;
const BITS: f64 = 128.0;
/// Twelve bytes in base64: a nonce, or the first half of an id.
const PART: usize = 16;
/// Of random neighbours half are in order; of 500, hardly ever more than six in ten.
const IN_ORDER: f64 = 0.65;

fn nobody_guesses(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let samples = match target.mechanism {
        Mechanism::Jwt => by_refreshing(target, held.clone())?,
        Mechanism::Cookie | Mechanism::Session => by_visiting(target, &held)?,
    };
    let mut said = Vec::new();
    for (what, values) in samples {
        let bits = judged(what, &values)?;
        said.push(format!("{what}: {bits:.0} bits"));
    }
    let fresh = target.login(user)?.credential;
    target.control_after(&fresh, user, "many credentials")?;
    target.end(&fresh)?;
    Ok(Proof::HoldsAnd(format!("at least, {}", said.join(", "))))
}

type Samples = Vec<(&'static str, Vec<Vec<u8>>)>;

/// Anonymous visitors who all keep the same: their cookies cost no password.
fn by_visiting(target: &Target, held: &Credential) -> Result<Samples, Stop> {
    let mut values = Vec::new();
    for number in 0..SAMPLE {
        let given = if target.routes.write_state.is_some() {
            let exchange = target.write_state(None, "same", &json!("for all"))?;
            target.credential_in(&exchange)?
        } else if number < SAMPLE / 10 {
            Some(target.login(&target.user)?.credential)
        } else {
            break;
        };
        let given = given.filter(|given| given.cookie_name() == held.cookie_name());
        let given = given.ok_or_else(|| {
            Stop::NotApplicable("the target gives a visitor without a login no credential".into())
        })?;
        values.push(given.value);
    }
    Ok(vec![("the cookies", values)])
}

/// Each refresh gives a pair. Of a token, what must be random is its signature, or
/// what it is named by; its head is the same in all.
fn by_refreshing(target: &Target, mut held: Credential) -> Result<Samples, Stop> {
    let (mut access, mut refresh) = (Vec::new(), Vec::new());
    let mut names: HashSet<String> = HashSet::new();
    for _ in 0..SAMPLE {
        access.push(tail(&held.text()));
        let token = target.refresh_of(&held)?.to_owned();
        refresh.push(tail(&token));
        for token in [Token::parse(&held.text()), Token::parse(&token)]
            .into_iter()
            .flatten()
        {
            let jti = token.payload.get("jti").and_then(|jti| jti.as_str());
            if let Some(jti) = jti.filter(|jti| !names.insert((*jti).to_owned())) {
                let actual = format!("`{jti}` names two tokens");
                return Err(Stop::failed_overall("each jti names one token", actual));
            }
        }
        held = target.refreshed(&held)?;
    }
    target.end(&held)?;
    Ok(vec![("access tokens", access), ("refresh tokens", refresh)])
}

fn tail(token: &str) -> Vec<u8> {
    let tail = token.rsplit('.').next().unwrap_or(token);
    tail.as_bytes().to_vec()
}

/// The bits that differ, or why it is no random sample.
fn judged(what: &str, values: &[Vec<u8>]) -> Result<f64, Stop> {
    let wrong = |expected: &str, actual: String| {
        Err(Stop::failed_overall(format!("{what}: {expected}"), actual))
    };
    let distinct: HashSet<&Vec<u8>> = values.iter().collect();
    if distinct.len() < values.len() {
        let twice = values.len() - distinct.len();
        return wrong(
            "no two are alike",
            format!("{twice} of {} came before", values.len()),
        );
    }
    let varying = varying(values);
    if let Some(start) = repeated_part(values, &varying) {
        let actual = format!("two share {PART} letters from letter {start} on");
        return wrong("no two share a nonce, or a half", actual);
    }
    let bits: f64 = varying.iter().map(|position| position.bits).sum();
    if bits < BITS {
        return wrong(
            &format!("{BITS} bits that differ"),
            format!("{bits:.0} at most"),
        );
    }
    let in_order = values.windows(2).filter(|pair| pair[0] < pair[1]).count();
    let share = in_order as f64 / (values.len().max(2) - 1) as f64;
    if values.len() >= SAMPLE / 2 && !(1.0 - IN_ORDER..=IN_ORDER).contains(&share) {
        let actual = format!(
            "{in_order} of {} are larger than the one before",
            values.len()
        );
        return wrong("they do not grow with time", actual);
    }
    Ok(bits)
}

/// A run of letters that two values have in the same place, where letters vary.
fn repeated_part(values: &[Vec<u8>], varying: &[Position]) -> Option<usize> {
    // A letter with less than two bits is part of something that counts or is fixed.
    let random: Vec<usize> = varying
        .iter()
        .filter(|position| position.bits > 2.0)
        .map(|position| position.at)
        .collect();
    let starts = random
        .windows(PART)
        .filter(|run| run[PART - 1] - run[0] == PART - 1)
        .map(|run| run[0]);
    let runs: Vec<usize> = starts.step_by(PART).collect();
    runs.into_iter().find(|&start| {
        let parts: HashSet<&[u8]> = values
            .iter()
            .map(|value| &value[start..start + PART])
            .collect();
        parts.len() < values.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(count: usize, make: impl Fn(usize) -> Vec<u8>) -> Vec<Vec<u8>> {
        (0..count).map(make).collect()
    }

    fn digest(number: usize) -> [u8; 32] {
        use sha2::Digest as _;
        sha2::Sha256::digest(number.to_be_bytes()).into()
    }

    fn hash(number: usize) -> Vec<u8> {
        use base64::Engine as _;
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        engine.encode(digest(number)).into_bytes()
    }

    fn hex(number: usize) -> Vec<u8> {
        let pairs = digest(number).map(|byte| format!("{byte:02x}"));
        pairs.concat().into_bytes()
    }

    #[test]
    fn random_letters_pass_and_counted_ones_do_not() {
        assert!(judged("ids", &letters(SAMPLE, hash)).is_ok_and(|bits| bits > 180.0));
        // 16 bytes in hex are 128 bits, also where fifty logins are all that there is.
        for (count, bytes) in [(50, 16), (SAMPLE, 16), (50, 20)] {
            let made = judged("hex", &letters(count, |n| hex(n)[..2 * bytes].to_vec()));
            assert!(
                made.as_ref()
                    .is_ok_and(|bits| bits.round() as usize == 8 * bytes),
                "{count} of {bytes}: {made:?}"
            );
            let fewer = letters(count, |n| hex(n)[..2 * bytes.min(15)].to_vec());
            assert!(judged("short hex", &fewer).is_err());
        }
        let short = letters(SAMPLE, |n| hash(n)[..16].to_vec());
        assert!(judged("short ids", &short).is_err());
        let counted = letters(SAMPLE, |n| format!("{:08}{:?}", n, hash(n)).into_bytes());
        assert!(judged("counted ids", &counted).is_err());
        let repeated = letters(SAMPLE, |n| [hash(n % 400), hash(n)].concat());
        assert!(judged("nonces that come again", &repeated).is_err());
    }
}
