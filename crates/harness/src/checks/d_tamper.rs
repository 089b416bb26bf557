//! D19: a credential has one spelling, and no other is accepted.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::readable::difference;
use crate::target::Target;

pub(super) const D19: Case = Case {
    id: "D19",
    level: Level::Must,
    claim: "A credential with any byte changed, cut, extended, doubled or spelt otherwise is refused.",
    source: "ASVS 9.1.1, 11.3.3; RFC 4648 §3.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: one_spelling_only,
};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// After so many broken copies the true one is tried again.
const BETWEEN_CONTROLS: usize = 100;

fn one_spelling_only(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let broken = variants(&held.value);
    for (at, value) in broken.iter().enumerate() {
        let exchange = target.me(&held.with_value(value.clone()))?;
        target.rejected(&exchange, &described(&held.value, value))?;
        if at % BETWEEN_CONTROLS == 0 {
            target.control_after(&held, user, "broken copies of it")?;
        }
    }
    target.control_after(&held, user, "broken copies of it")?;
    let refreshes = refresh_too(target, &held)?;
    Ok(Proof::HoldsAnd(format!(
        "{} broken copies refused",
        broken.len() + refreshes
    )))
}

/// The refresh token, at its own end-point. It must survive its broken copies:
/// else whoever guesses a part of it could end the login.
fn refresh_too(target: &Target, held: &Credential) -> Result<usize, Stop> {
    if held.refresh.is_none() || target.routes.refresh.is_none() {
        return Ok(0);
    }
    let mut held = held.clone();
    let mut tried = 0;
    let mut of_this_one = variants(target.refresh_of(&held)?.as_bytes());
    let count = of_this_one.len();
    while tried < count {
        let token = target.refresh_of(&held)?.to_owned();
        for value in of_this_one.iter().skip(tried).take(BETWEEN_CONTROLS) {
            let Ok(text) = std::str::from_utf8(value) else {
                continue;
            };
            let exchange = target.send(&target.refresh_request(text)?)?;
            target.rejected(&exchange, &described(token.as_bytes(), value))?;
        }
        tried += BETWEEN_CONTROLS;
        held = target.refreshed(&held).map_err(|stop| match stop {
            Stop::Broken(failure) => Stop::Failed(failure),
            other => other,
        })?;
        of_this_one = variants(target.refresh_of(&held)?.as_bytes());
    }
    Ok(count)
}

fn described(true_one: &[u8], value: &[u8]) -> String {
    let differs = true_one.iter().zip(value).position(|(one, two)| one != two);
    let how = match differs {
        Some(at) if true_one.len() == value.len() => format!("a copy with byte {at} changed"),
        _ => format!(
            "a copy of {} bytes instead of {}",
            value.len(),
            true_one.len()
        ),
    };
    match difference(true_one, value) {
        Some(says) => format!("{how}: {says}"),
        None => how,
    }
}

fn variants(value: &[u8]) -> Vec<Vec<u8>> {
    let mut broken = flips(value);
    broken.extend(resized(value));
    broken.extend(respelt(value));
    broken.retain(|copy| copy != value);
    broken
}

/// Every byte changed, one of its six bits within the alphabet after the other, so
/// that a decoder reads on. At the end of a segment every other letter: there
/// some bits belong to no byte, and a lenient decoder drops them.
fn flips(value: &[u8]) -> Vec<Vec<u8>> {
    let mut copies = Vec::new();
    for (at, byte) in value.iter().enumerate() {
        let last = value
            .get(at + 1)
            .is_none_or(|next| !next.is_ascii_alphanumeric() && !b"-_+/".contains(next));
        let others: Vec<u8> = match ALPHABET.iter().position(|letter| letter == byte) {
            Some(_) if last => ALPHABET
                .iter()
                .copied()
                .filter(|other| other != byte)
                .collect(),
            Some(place) => (0..6).map(|bit| ALPHABET[place ^ (1 << bit)]).collect(),
            None => vec![b'A', b'b'],
        };
        for other in others {
            let mut copy = value.to_vec();
            copy[at] = other;
            copies.push(copy);
        }
    }
    copies
}

fn resized(value: &[u8]) -> Vec<Vec<u8>> {
    let length = value.len();
    let mut copies: Vec<Vec<u8>> = [1, 2, 3, 4, 8, 16, length / 2, length.saturating_sub(1)]
        .into_iter()
        .filter(|cut| *cut <= length)
        .flat_map(|cut| [value[..length - cut].to_vec(), value[cut..].to_vec()])
        .collect();
    for more in [
        &b"A"[..],
        b"=",
        b"==",
        b".",
        b"%00",
        b"%20",
        b"AAAA",
        b"!",
        b"+",
        b"/",
        b"-",
    ] {
        copies.push([value, more].concat());
        copies.push([more, value].concat());
    }
    copies.push([value, value].concat());
    copies.push([value, b".", value].concat());
    // Each segment empty, and left out.
    let parts: Vec<&[u8]> = value.split(|&byte| byte == b'.').collect();
    for left_out in 0..parts.len() {
        let mut some = parts.clone();
        some.remove(left_out);
        copies.push(some.join(&b'.'));
        let mut some = parts.clone();
        some[left_out] = b"";
        copies.push(some.join(&b'.'));
    }
    copies
}

/// The same bytes in another spelling: percent-encoding, the other base64
/// alphabet, padding, hex, another case.
fn respelt(value: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(value).into_owned();
    let mut copies = vec![
        text.to_ascii_uppercase(),
        text.to_ascii_lowercase(),
        text.replace('-', "+").replace('_', "/"),
        text.replace('+', "-").replace('/', "_"),
        text.trim_end_matches('=').to_owned(),
        value.iter().map(|byte| format!("%{byte:02X}")).collect(),
        value.iter().map(|byte| format!("{byte:02x}")).collect(),
        URL_SAFE_NO_PAD.encode(value),
    ];
    for at in [0, value.len() / 2, value.len().saturating_sub(1)] {
        if let Some(byte) = value.get(at).filter(|_| text.is_ascii()) {
            copies.push(format!("{}%{byte:02x}{}", &text[..at], &text[at + 1..]));
        }
    }
    if let Ok(bytes) = URL_SAFE_NO_PAD
        .decode(value)
        .or_else(|_| STANDARD.decode(value))
    {
        copies.extend([
            STANDARD.encode(&bytes),
            URL_SAFE.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
        ]);
        copies.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    // Padded segments, as another library would write them.
    let padded = |part: &str| format!("{part}{}", "=".repeat((4 - part.len() % 4) % 4));
    copies.push(
        text.split('.')
            .map(padded)
            .collect::<Vec<String>>()
            .join("."),
    );
    copies.retain(|copy| !copy.is_empty());
    copies.into_iter().map(String::into_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_changed_and_the_true_one_is_not_among_the_copies() {
        let value = b"aGVsbG8.d29ybGQ.c2ln-_aa";
        let copies = variants(value);
        assert!(!copies.iter().any(|copy| copy == value));
        for at in 0..value.len() {
            let changed = |copy: &&Vec<u8>| {
                copy.len() == value.len()
                    && copy[at] != value[at]
                    && copy[..at] == value[..at]
                    && copy[at + 1..] == value[at + 1..]
            };
            assert!(copies.iter().filter(changed).count() >= 2, "byte {at}");
        }
    }
}
