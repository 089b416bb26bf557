//! Signed cookies: Django's are read here, and ours by Django.

use std::time::Duration;

use contract::wire::Timestamp;
use cookie_state::cookies::django::Signer;
use serde_json::{Value, json};

use super::library::{KeySet, Library};

static DJANGO: Library = Library::new("django", "python/with_django_cookies.py", KeySet::Unknown);

const SECRET: &str = "a key that is for these tests alone";
const BEFORE: &str = "the key before that one, which still verifies";
const NOW: i64 = 1_700_000_000;

/// Name, value and salt. All values can stand in a cookie as they are.
const COOKIES: [(&str, &str, &str); 9] = [
    ("k", "v", ""),
    ("k", "v", "a salt"),
    ("__Host-theme", "dark", ""),
    ("k", "", ""),
    ("k", "with:colons:in:it", ""),
    ("k", ":", ":"),
    ("k", "v:1r31eq", "x"),
    (
        "a-long-one",
        "0123456789abcdefghijklmnopqrstuvwxyz0123456789",
        "salt",
    ),
    ("k", "!#$%&'()*+-./<=>?@[]^_`{|}~", ""),
];

fn stamp(at: i64) -> Timestamp {
    Timestamp::from_unix(at)
}

/// What Django reads out of each of these values, under a name.
fn django_reads(
    secrets: &[&str],
    now: i64,
    (name, salt): (&str, &str),
    max_age: Option<u64>,
    signed: &[String],
) -> Result<Vec<Option<String>>, String> {
    let lines: Vec<String> = signed.iter().map(|text| format!("{name}={text}")).collect();
    let said = DJANGO.ask(&json!({
        "do": "read", "secrets": secrets, "now": now, "name": name, "salt": salt,
        "max_age": max_age, "lines": lines,
    }))?;
    let values = said["values"].as_array().ok_or_else(|| said.to_string())?;
    Ok(values
        .iter()
        .map(|value| value.as_str().map(str::to_owned))
        .collect())
}

fn django_signs(name: &str, value: &str, salt: &str, at: i64) -> Result<Value, String> {
    django_makes("sign", name, value, salt, at)
}

fn django_makes(how: &str, name: &str, value: &str, salt: &str, at: i64) -> Result<Value, String> {
    DJANGO.ask(&json!({
        "do": how, "secrets": [SECRET], "now": at, "name": name, "value": value, "salt": salt,
    }))
}

/// The same text is made on both sides, at any time, and read on both.
pub(crate) fn both_ways() -> Result<(), String> {
    let signer = Signer::new(SECRET, &[]);
    for (name, value, salt) in COOKIES {
        for at in [0, 1, 61, 62, NOW, 4_000_000_000] {
            let ours = signer.sign(name, value, salt, stamp(at));
            let said = django_signs(name, value, salt, at)?;
            let theirs = said["signed"].as_str().unwrap_or_default();
            if ours != theirs {
                return Err(format!("{name}={value} is there {said}, here {ours}"));
            }
            let read_here = signer.verify(name, theirs, salt, None, stamp(at));
            let read_there = django_reads(&[SECRET], at, (name, salt), None, &[ours])?;
            if read_here.as_deref() != Ok(value) || read_there != [Some(value.to_owned())] {
                return Err(format!("{name}={value}: {read_here:?}, {read_there:?}"));
            }
        }
    }
    Ok(())
}

/// A key of before still verifies, and an unknown one does not; ten seconds are ten seconds.
pub(crate) fn keys_and_ages() -> Result<(), String> {
    let old = Signer::new(BEFORE, &[]).sign("k", "v", "", stamp(NOW));
    let cases: [(&[&str], Option<u64>, i64, bool); 8] = [
        (&[BEFORE], None, NOW, true),
        (&[SECRET, BEFORE], None, NOW, true),
        (&[SECRET], None, NOW, false),
        (&[BEFORE], Some(10), NOW + 10, true),
        (&[BEFORE], Some(10), NOW + 11, false),
        (&[SECRET, BEFORE], Some(10), NOW + 11, false),
        (&[BEFORE], None, NOW + 1_000_000, true),
        (&[BEFORE], Some(0), NOW, true),
    ];
    for (secrets, max_age, now, is_read) in cases {
        let signer = Signer::new(secrets[0], &secrets[1..]);
        let age = max_age.map(Duration::from_secs);
        let here = signer.verify("k", &old, "", age, stamp(now)).is_ok();
        let there = django_reads(secrets, now, ("k", ""), max_age, std::slice::from_ref(&old))?;
        if (here, there[0].is_some()) != (is_read, is_read) {
            return Err(format!(
                "{secrets:?}, {max_age:?}, {now}: here {here}, there {there:?}"
            ));
        }
    }
    Ok(())
}

/// Every byte changed, cut or doubled; another name, another salt: neither side believes it.
pub(crate) fn changed() -> Result<(), String> {
    let signer = Signer::new(SECRET, &[]);
    let good = signer.sign("k", "value", "salt", stamp(NOW));
    let mut bad = vec![String::new(), ":".to_owned(), "value".to_owned()];
    for (at, byte) in good.char_indices() {
        let (before, after) = (&good[..at], &good[at + 1..]);
        for other in ["A", "B", ":", "=", ""] {
            if !other.starts_with(byte) {
                bad.push(format!("{before}{other}{after}"));
            }
        }
        bad.push(before.to_owned());
        bad.push(format!("{before}{byte}{byte}{after}"));
    }
    bad.push(signer.sign("other", "value", "salt", stamp(NOW)));
    bad.push(signer.sign("k", "value", "other", stamp(NOW)));
    // Name and salt that join to the same text (CVE-2026-6873).
    bad.push(signer.sign("ks", "value", "alt", stamp(NOW)));
    let there = django_reads(&[SECRET], NOW, ("k", "salt"), None, &bad)?;
    let read_there = there.iter().position(Option::is_some);
    let read_here = bad
        .iter()
        .position(|text| signer.verify("k", text, "salt", None, stamp(NOW)).is_ok());
    if let Some(index) = read_here.or(read_there) {
        return Err(format!("{:?} is believed for {good:?}", bad[index]));
    }
    match signer
        .verify("k", &good, "salt", None, stamp(NOW))
        .as_deref()
    {
        Ok("value") => Ok(()),
        other => Err(format!("the good one is {other:?}")),
    }
}

/// The salt of a Django before CVE-2026-6873 is name and salt joined, so a value can be moved to
/// where these join to the same text. Django still reads it, on demand of who upgrades; we do not.
pub(crate) fn salt_of_before() -> Result<(), String> {
    let made = django_makes("sign_as_before", "k", "value", "salt", NOW)?;
    let old = made["signed"].as_str().unwrap_or_default().to_owned();
    let here = Signer::new(SECRET, &[]).verify("k", &old, "salt", None, stamp(NOW));
    let there = django_reads(&[SECRET], NOW, ("k", "salt"), None, &[old])?;
    if here.is_err() && there == [Some("value".to_owned())] {
        return Ok(());
    }
    Err(format!("here {here:?}, there {there:?}"))
}
