//! I03 to I05: a `Cookie` header is read as it is, whoever else wrote in it.

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;

pub(super) const I03: Case = Case {
    id: "I03",
    level: Level::Must,
    claim: "A percent-encoded name is another name: it does not pass for the credential's cookie.",
    source: "CVE-2020-7070; CVE-2020-8184; 6265bis §4.1.3.2",
    mechanisms: Mechanism::BY_COOKIE,
    seams: &[],
    check: names_are_not_decoded,
};

pub(super) const I04: Case = Case {
    id: "I04",
    level: Level::Must,
    claim: "A broken cookie beside the credential's does not log the visitor out.",
    source: "6265bis §4.2.1, §8.6",
    mechanisms: Mechanism::BY_COOKIE,
    seams: &[],
    check: broken_neighbours_do_no_harm,
};

pub(super) const I05: Case = Case {
    id: "I05",
    level: Level::Must,
    claim: "Cookies that come on two Cookie lines are all read.",
    source: "6265bis §4.2.1; RFC 9113 §8.2.3",
    mechanisms: Mechanism::BY_COOKIE,
    seams: &[],
    check: two_lines_are_read,
};

fn names_are_not_decoded(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let attacker = target
        .second
        .as_ref()
        .map(|second| target.login(second))
        .transpose()?;
    let name = held.cookie_name().unwrap_or_default();
    for disguise in disguises(name) {
        let pair = [disguise.as_bytes(), b"=", &held.value].concat();
        let request = target.request(&target.routes.me).header("Cookie", &pair);
        target.rejected(
            &target.send(&request)?,
            &format!("the cookie under the name {disguise}"),
        )?;
        // Tossed by a sibling domain, which cannot set `__Host-` itself.
        let Some(attacker) = &attacker else { continue };
        let tossed = [disguise.as_bytes(), b"=", &attacker.credential.value].concat();
        for line in [[tossed.clone(), held.pair()], [held.pair(), tossed]] {
            let request = target
                .request(&target.routes.me)
                .header("Cookie", line.join(&b"; "[..]));
            let exchange = target.send(&request)?;
            if target.visitor(&exchange).as_deref() != Some(&user.username) {
                let expected = format!("{} stays who he is beside {disguise}", user.username);
                return Err(Stop::failed(expected, target.told(&exchange), &exchange));
            }
        }
    }
    target.control_after(&held, user, "cookies with similar names")?;
    Ok(Proof::Holds)
}

/// The name with one letter after the other percent-encoded, all of them, and
/// the separator.
fn disguises(name: &str) -> Vec<String> {
    let mut disguises: Vec<String> = name
        .char_indices()
        .map(|(at, letter)| {
            let code = u32::from(letter);
            let hex = if at % 2 == 0 {
                format!("%{code:02X}")
            } else {
                format!("%{code:02x}")
            };
            format!("{}{hex}{}", &name[..at], &name[at + letter.len_utf8()..])
        })
        .collect();
    disguises.push(name.bytes().map(|byte| format!("%{byte:02x}")).collect());
    disguises.push(format!("%20{name}"));
    disguises.push(format!("{name}%20"));
    disguises.push(format!("{name}%00"));
    disguises
}

fn broken_neighbours_do_no_harm(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let mut refused = 0;
    for neighbour in NEIGHBOURS {
        let alone = target
            .request(&target.routes.me)
            .header("Cookie", neighbour);
        target.rejected(&target.send(&alone)?, "a broken cookie alone")?;
        let own = held.pair();
        let lines: [Vec<Vec<u8>>; 4] = [
            vec![[neighbour, &b"; "[..], &own].concat()],
            vec![[&own, &b"; "[..], neighbour].concat()],
            vec![neighbour.to_vec(), own.clone()],
            vec![own, neighbour.to_vec()],
        ];
        for lines in lines {
            refused += usize::from(!beside(target, &held, &lines)?);
        }
    }
    target.control_after(&held, user, "cookies with broken neighbours")?;
    Ok(match refused {
        0 => Proof::Holds,
        _ => Proof::HoldsAnd(format!("{refused} such requests were refused with 400")),
    })
}

/// What other software on the same host leaves in a jar.
const NEIGHBOURS: &[&[u8]] = &[
    b"=x",
    b"foo",
    b"",
    b";;",
    b"; ;",
    b"=",
    b"foo=",
    b"foo=\xFF",
    b"foo=\xFF\xFE\x80bar",
    b"\xFF=foo",
    b"foo=\xC3\xA9",
    b"foo=\"",
    b"foo=\"bar",
    b"foo=a\"b",
    b"foo=a,b",
    b"foo=a b",
    b"foo=a\tb",
    b"foo=a=b=c",
    b"foo={\"a\":1}",
    b"foo=%",
    b"foo=%zz",
    b"foo=%FF",
    b"%ff=%00",
    b"$Version=1",
    b"foo=\\",
    b"a[0]=b",
    b"foo=bar; foo=baz",
    b"Path=/; Domain=evil.test",
];

/// `true`: the visitor is still there; `false`: the request was refused, which
/// he at least sees. A silent logout is a failure.
fn beside(target: &Target, held: &Credential, lines: &[Vec<u8>]) -> Result<bool, Stop> {
    let mut request = target.request(&target.routes.me);
    for line in lines {
        request = request.header("Cookie", line);
    }
    let exchange = target.send(&request)?;
    let name = held.cookie_name().unwrap_or_default();
    if SetCookie::all(&exchange.response)
        .iter()
        .any(|set| set.name == name && set.deletes())
    {
        let expected = "a broken neighbour does not delete the credential's cookie";
        return Err(Stop::failed(expected, exchange.line(), &exchange));
    }
    if target.visitor(&exchange).as_deref() == Some(&target.user.username) {
        return Ok(true);
    }
    if exchange.response.status == 400 {
        return Ok(false);
    }
    let expected = format!(
        "{} is still there, or the request is refused with 400",
        target.user.username
    );
    Err(Stop::failed(expected, target.told(&exchange), &exchange))
}

fn two_lines_are_read(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let own = held.pair();
    for lines in [
        vec![&b"theme=dark"[..], &own],
        vec![&own, b"theme=dark"],
        vec![b"theme=dark", &own, b"language=en"],
        vec![b"a=1; b=2", &own],
    ] {
        let mut request = target.request(&target.routes.me);
        for line in &lines {
            request = request.header("Cookie", line);
        }
        let exchange = target.send(&request)?;
        if target.visitor(&exchange).as_deref() != Some(&user.username) {
            let expected = format!(
                "{} is there, with his cookie on one of {} lines",
                user.username,
                lines.len()
            );
            return Err(Stop::failed(expected, target.told(&exchange), &exchange));
        }
    }
    target.control_after(&held, user, "cookies on two lines")?;
    Ok(Proof::Holds)
}
