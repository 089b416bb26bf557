//! C04 and C09: a password is taken as it is, and changing it asks for it.

use std::time::Duration;

use serde_json::json;

use crate::case::{Case, Level};
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::restore::Password;
use crate::target::Target;

pub(super) const C04: Case = Case {
    id: "C04",
    level: Level::Must,
    claim: "A password counts exactly as received: no cutting, trimming or folding; 64 to 128 characters are allowed.",
    source: "ASVS 6.2.8, 6.2.9, 15.2.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: passwords_count_as_they_are,
};

pub(super) const C09: Case = Case {
    id: "C09",
    level: Level::Must,
    claim: "The password does not change without the right current one, nor without a login.",
    source: "ASVS 6.2.3, 7.5.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: changing_asks_for_the_current_one,
};

/// bcrypt reads 72 bytes; this one goes on.
const LONG: &str =
    "Correct Horse Battery Staple, 72 bytes are not the end: 0123456789 abcdefghi-The-Tail";
const COMPOSED: &str = "Zo\u{eb}-\u{c5}ngstr\u{f6}m-o\u{fb03}ce";
const DECOMPOSED: &str = "Zoe\u{308}-A\u{30a}ngstro\u{308}m-o\u{fb03}ce";
const COMPATIBLE: &str = "Zo\u{eb}-\u{c5}ngstr\u{f6}m-office";
const WITH_NUL: &str = "before-the-nul\u{0}after-the-nul";
const REFUSED_FAST: Duration = Duration::from_secs(2);

fn passwords_count_as_they_are(target: &Target) -> Verdict {
    let password = Password::of(target);
    let must = |length: usize, new: &str| match password.change(new)? {
        Some(_) => Ok(()),
        None => {
            let expected = format!("a password of {length} characters is allowed");
            Err(Stop::failed_overall(expected, "the change was refused"))
        }
    };
    must(LONG.len(), LONG)?;
    let mut swapped: String = LONG.to_owned();
    swapped.replace_range(0..1, "c");
    let mut other_tail = LONG.as_bytes().to_vec();
    other_tail[72] ^= 1;
    let other_tail = String::from_utf8(other_tail).expect("one ASCII letter stays ASCII");
    for (variant, what) in [
        (swapped, "another case"),
        (LONG.to_lowercase(), "lower case"),
        (LONG.to_uppercase(), "upper case"),
        (format!("{LONG} "), "a space after it"),
        (format!(" {LONG}"), "a space before it"),
        (format!("{LONG}\n"), "a line end after it"),
        (LONG.replace(' ', ""), "its spaces taken out"),
        (other_tail, "its 73rd byte changed"),
        (LONG[..72].to_owned(), "all after 72 bytes cut"),
        (LONG[..64].to_owned(), "all after 64 bytes cut"),
        (LONG[..LONG.len() - 1].to_owned(), "its last byte cut"),
        (format!("{LONG}\u{0}"), "a NUL after it"),
        (format!("{LONG}\u{0}more"), "a NUL and more after it"),
        (format!("{LONG}x"), "a letter more"),
    ] {
        refused(target, &password, &variant, what)?;
    }
    if password.change(COMPOSED)?.is_some() {
        refused(
            target,
            &password,
            DECOMPOSED,
            "its letters decomposed (NFD)",
        )?;
        refused(
            target,
            &password,
            COMPATIBLE,
            "its ligature taken apart (NFKC)",
        )?;
        refused(
            target,
            &password,
            "Zoe-Angstrom-o\u{fb03}ce",
            "its accents dropped",
        )?;
        refused(
            target,
            &password,
            "Zo?-?ngstr?m-o?ce",
            "its accents as question marks",
        )?;
    }
    if password.change(WITH_NUL)?.is_some() {
        refused(target, &password, "before-the-nul", "all after the NUL cut")?;
        refused(
            target,
            &password,
            "before-the-nul\u{0}another-tail",
            "another tail after the NUL",
        )?;
    }
    for length in [64, 128] {
        let new: String = "0123456789 Abcdefghij "
            .chars()
            .cycle()
            .take(length)
            .collect();
        must(length, &new)?;
        for cut in [length - 1, length / 2] {
            refused(
                target,
                &password,
                &new[..cut],
                &format!("all after {cut} bytes cut"),
            )?;
        }
        let mut other = new.clone();
        other.replace_range(length - 1..length, "#");
        refused(target, &password, &other, "its last byte changed")?;
    }
    huge_is_refused_fast(target)?;
    Ok(Proof::Holds)
}

/// The variant does not log in, the password itself does.
fn refused(
    target: &Target,
    password: &Password<'_>,
    variant: &str,
    what: &str,
) -> Result<(), Stop> {
    let name = &target.user.username;
    let exchange = target.send_patiently(&target.login_request(name, variant))?;
    target.rejected(&exchange, &format!("the password with {what}"))?;
    let login = target.login_by(&target.login_request(name, &password.current()))?;
    target.control_after(
        &login.credential,
        &target.user,
        "a login with a similar password",
    )
}

fn huge_is_refused_fast(target: &Target) -> Result<(), Stop> {
    let request = target.login_request(&target.user.username, "");
    let body = target.login_body(&target.user.username, &"x".repeat(1 << 20));
    // A server may close the door on a body that it will not read.
    let Ok(exchange) = target.try_send(
        &Request {
            body: None,
            ..request
        }
        .json(&body),
    ) else {
        return Ok(());
    };
    target.rejected(&exchange, "a password of 1 MiB")?;
    if exchange.took > REFUSED_FAST {
        let actual = format!("{} after {} ms", exchange.line(), exchange.took.as_millis());
        return Err(Stop::failed("a refusal within 2 s", actual, &exchange));
    }
    Ok(())
}

fn changing_asks_for_the_current_one(target: &Target) -> Verdict {
    let password = Password::of(target);
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let new = "a-password-that-must-not-be";
    let route = target.route(&target.routes.password, "password")?;
    let (old_field, new_field) = (&target.fields.current_password, &target.fields.new_password);
    let right = target.password_request(&user.password, new)?;
    let mut attempts = vec![(right.clone(), "a password change without a login")];
    attempts.push((
        held.with_value("junk").attach(right),
        "a password change with a junk credential",
    ));
    let mut wrong: Vec<serde_json::Value> = ["not-the-password", "", new].map(Into::into).to_vec();
    wrong.push(format!("{} ", user.password).into());
    wrong.push(user.password.to_uppercase().into());
    wrong.extend(
        target
            .second
            .as_ref()
            .map(|second| second.password.clone().into()),
    );
    wrong.extend([
        json!(null),
        json!(true),
        json!([user.password]),
        json!({"$ne": ""}),
    ]);
    for value in wrong {
        let mut body = json!({});
        body[old_field] = value;
        body[new_field] = new.into();
        let request = held.attach(target.request(route).json(&body));
        attempts.push((request, "a password change with a wrong current one"));
    }
    let mut without = json!({});
    without[new_field] = new.into();
    let request = held.attach(target.request(route).json(&without));
    attempts.push((request, "a password change without the current one"));
    for (request, what) in attempts {
        let exchange = target.send_patiently(&request)?;
        if exchange.response.is_success() {
            // Should it be true, it is taken back when `password` goes.
            password.is_now(new);
        }
        target.rejected(&exchange, what)?;
        // No effect: the old one still logs in. That also ends a row of wrong tries.
        let login = target.send_patiently(&target.login_request(&user.username, &user.password))?;
        if !login.response.is_success() {
            password.is_now(new);
            return Err(Stop::failed(
                format!("no effect of {what}"),
                "the old password is refused",
                &exchange,
            ));
        }
    }
    target.control_after(&held, user, "refused password changes")?;
    Ok(Proof::Holds)
}
