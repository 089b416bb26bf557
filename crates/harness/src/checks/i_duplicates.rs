//! I01 and I02: two cookies of one name, and names that only look like it.

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::set_cookie::SetCookie;
use crate::target::Target;

pub(super) const I01: Case = Case {
    id: "I01",
    level: Level::Must,
    claim: "Two cookies of the credential's name never leave it to their order who is there: two logins are refused.",
    source: "6265bis §4.2.2, §8.6",
    mechanisms: Mechanism::BY_COOKIE,
    seams: &[Seam::SecondAccount],
    check: order_decides_nothing,
};

pub(super) const I02: Case = Case {
    id: "I02",
    level: Level::Must,
    claim: "A cookie whose name differs in case, or whose value is quoted, is not the credential's.",
    source: "6265bis §5.4, §4.1.1",
    mechanisms: Mechanism::BY_COOKIE,
    seams: &[],
    check: only_the_name_counts,
};

/// A request for the resource with these pairs, on one line or on two.
fn visit(target: &Target, pairs: &[&[u8]], one_line: bool) -> Result<Exchange, Stop> {
    let mut request = target.request(&target.routes.me);
    if one_line {
        request = request.header("Cookie", pairs.join(&b"; "[..]));
    } else {
        for pair in pairs {
            request = request.header("Cookie", pair);
        }
    }
    target.send_patiently(&request)
}

fn order_decides_nothing(target: &Target) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let own = target.login(user)?.credential;
    let tossed = target.login(other)?.credential;
    target.control_before(&own, user)?;
    target.control_before(&tossed, other)?;
    let junk = own.with_value("junk").pair();
    let long = own.with_value(b"A".repeat(own.value.len())).pair();
    let empty = own.with_value("").pair();
    let mut refused = 0;
    for one_line in [true, false] {
        for pairs in [[own.pair(), tossed.pair()], [tossed.pair(), own.pair()]] {
            let exchange = visit(target, &[&pairs[0], &pairs[1]], one_line)?;
            target.rejected(&exchange, "two logins in one request")?;
            deletes_nothing(&own, &exchange)?;
        }
        for beside in [&junk, &long, &empty] {
            let first = visit(target, &[beside, &own.pair()], one_line)?;
            let second = visit(target, &[&own.pair(), beside], one_line)?;
            let (before, after) = (target.visitor(&first), target.visitor(&second));
            if before != after {
                let expected = "the same answer in both orders";
                let actual = format!("{}, and {}", target.told(&first), target.told(&second));
                return Err(Stop::failed(expected, actual, &second));
            }
            for exchange in [&first, &second] {
                deletes_nothing(&own, exchange)?;
                if before.is_none() {
                    target.rejected(exchange, "the credential beside another of its name")?;
                }
            }
            refused += usize::from(before.is_none());
        }
        let twice = visit(target, &[&own.pair(), &own.pair()], one_line)?;
        if target.visitor(&twice).as_deref() != Some(&user.username) {
            target.rejected(&twice, "the same cookie twice")?;
        }
    }
    target.control_after(&own, user, "cookies of the same name")?;
    target.control_after(&tossed, other, "cookies of the same name")?;
    target.end(&tossed)?;
    target.end(&own)?;
    Ok(Proof::HoldsAnd(match refused {
        0 => "junk beside the credential is passed over".into(),
        _ => "junk beside the credential is refused".to_owned(),
    }))
}

/// Who can plant a cookie must not be able to log the visitor out for good.
fn deletes_nothing(own: &Credential, exchange: &Exchange) -> Result<(), Stop> {
    let name = own.cookie_name().unwrap_or_default();
    let set = SetCookie::all(&exchange.response);
    if set
        .iter()
        .any(|cookie| cookie.name == name && cookie.deletes())
    {
        let expected = "a second cookie of its name does not delete the credential's";
        return Err(Stop::failed(expected, exchange.line(), exchange));
    }
    Ok(())
}

fn only_the_name_counts(target: &Target) -> Verdict {
    let user = &target.user;
    let own = target.login(user)?.credential;
    target.control_before(&own, user)?;
    let name = own.cookie_name().unwrap_or_default().to_owned();
    let value = own.text();
    let other_case: String = name.chars().map(swapped).collect();
    let mut disguises = vec![
        format!("{}={value}", name.to_lowercase()),
        format!("{}={value}", name.to_uppercase()),
        format!("{other_case}={value}"),
        format!("\"{name}\"={value}"),
        format!("{name}=\"{value}\""),
        format!("{name}='{value}'"),
        format!("{name} x={value}"),
        format!("{name}\u{a0}={value}"),
        format!("{name}:{value}"),
        format!("{name}"),
        format!("${name}={value}"),
        format!("x={name}={value}"),
        format!("x, {name}={value}"),
    ];
    disguises.retain(|pair| *pair != format!("{name}={value}"));
    for pair in &disguises {
        let exchange = visit(target, &[pair.as_bytes()], true)?;
        target.rejected(&exchange, "a cookie that only looks like the credential's")?;
        // Beside the true one it is somebody else's affair.
        for pairs in [
            [pair.as_bytes(), &own.pair()],
            [&own.pair(), pair.as_bytes()],
        ] {
            let exchange = visit(target, &pairs, true)?;
            deletes_nothing(&own, &exchange)?;
        }
    }
    target.control_after(&own, user, "cookies that look like it")?;
    target.end(&own)?;
    Ok(Proof::HoldsAnd(format!("{} spellings", disguises.len())))
}

fn swapped(letter: char) -> char {
    if letter.is_ascii_lowercase() {
        letter.to_ascii_uppercase()
    } else {
        letter.to_ascii_lowercase()
    }
}
