//! F01 to F03: an unsafe request that another page sent is refused, though the
//! browser put the victim's cookie on it.

use super::f_victim::{Victim, cross_site};
use crate::case::{Case, Level};
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Verdict};
use crate::target::Target;

pub(super) const F01: Case = Case {
    id: "F01",
    level: Level::Must,
    claim: "Unsafe requests from another site are refused without an effect, on every route.",
    source: "ASVS 3.5.1; 6265bis §8.2; OWASP CSRF Prevention, Fetch Metadata",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: other_sites_are_refused,
};

pub(super) const F02: Case = Case {
    id: "F02",
    level: Level::Must,
    claim: "`Origin: null`, origins that only look like the own one, and a foreign Referer are refused.",
    source: "ASVS 3.5.1; PortSwigger, Referer validation depends on header being present, broken Referer validation",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: look_alikes_are_refused,
};

pub(super) const F03: Case = Case {
    id: "F03",
    level: Level::Must,
    claim: "Unsafe requests from a sibling or parent domain are refused: same-site is not same-origin.",
    source: "ASVS 3.5.4; 6265bis §8.6",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: siblings_are_refused,
};

fn other_sites_are_refused(target: &Target) -> Verdict {
    let mut victim = Victim::of(target)?;
    for (request, what) in victim.unsafe_requests()? {
        let bare = cross_site(request.clone());
        let evil = |site: Option<&str>, origin: Option<&str>| {
            let mut request = bare.clone();
            if let Some(origin) = origin {
                request = request.header("Origin", origin);
            }
            if let Some(site) = site {
                request = request.header("Sec-Fetch-Site", site);
            }
            request
        };
        let own = target.base().origin();
        let mut attacks = vec![
            evil(Some("cross-site"), Some("https://evil.test")),
            evil(None, Some("https://evil.test")),
            evil(Some("cross-site"), None),
        ];
        // Only one of the two says so; a proxy or an old browser dropped the rest.
        attacks.push(evil(Some("cross-site"), Some(&own)));
        attacks.push(evil(Some("same-origin"), Some("https://evil.test")));
        for attack in attacks {
            victim.unmoved(&attack, &format!("{what}, from another site"))?;
        }
    }
    victim.acts_himself()?;
    Ok(Proof::Holds)
}

fn look_alikes_are_refused(target: &Target) -> Verdict {
    let mut victim = Victim::of(target)?;
    // A guard may stand before one method only.
    let logout = victim.sent(target.request(&target.routes.logout));
    for request in [victim.write()?, logout].map(cross_site) {
        for origin in look_alikes(target) {
            let attack = request.clone().header("Origin", &origin);
            victim.unmoved(&attack, &format!("a request with Origin: {origin}"))?;
        }
        let own = target.base().origin();
        let twice = request
            .clone()
            .header("Origin", &own)
            .header("Origin", "https://evil.test");
        victim.unmoved(&twice, "a request with two origins")?;
        for referer in foreign_referers(target) {
            let attack = request.clone().header("Referer", &referer);
            victim.unmoved(&attack, &format!("a request with only Referer: {referer}"))?;
        }
    }
    victim.acts_himself()?;
    Ok(Proof::Holds)
}

fn look_alikes(target: &Target) -> Vec<String> {
    let base = target.base();
    let (scheme, host, port, own) = (base.scheme(), base.host(), base.port(), base.origin());
    let other_scheme = if scheme == "http" { "https" } else { "http" };
    let other_port = if port == 65535 { 1 } else { port + 1 };
    let mut origins = vec![
        "null".to_owned(),
        format!("{scheme}://{host}.evil.test"),
        format!("{scheme}://{host}.evil.test:{port}"),
        format!("{own}.evil.test"),
        format!("{scheme}://evil{host}"),
        format!("{scheme}://evil{host}:{port}"),
        format!("{scheme}://evil-{host}:{port}"),
        format!("{other_scheme}://{host}"),
        format!("{other_scheme}://{host}:{port}"),
        format!("{scheme}://{host}:{other_port}"),
        format!("{scheme}://{host}:{port}0"),
        format!("{scheme}://{host}.:{port}"),
        format!("{own}@evil.test"),
        format!("{scheme}://evil.test/{own}"),
        format!("{scheme}://evil.test?{own}"),
        format!("{scheme}://evil.test#{own}"),
        format!("{own} https://evil.test"),
        format!("https://evil.test {own}"),
        format!("{own},https://evil.test"),
        format!("{own}/"),
        host.to_owned(),
        format!("//{}", base.authority()),
    ];
    if base.authority() != host {
        origins.push(format!("{scheme}://{host}"));
    }
    // An unescaped dot in a pattern matches any letter.
    if host.contains('.') {
        origins.push(format!("{scheme}://{}:{port}", host.replacen('.', "x", 1)));
    }
    origins.retain(|origin| *origin != own);
    origins
}

fn foreign_referers(target: &Target) -> Vec<String> {
    let own = target.base().origin();
    let host = target.base().host();
    vec![
        "https://evil.test/".to_owned(),
        format!("https://evil.test/{own}/"),
        format!("https://evil.test/?{own}/"),
        format!("https://evil.test/#{own}/"),
        format!("{own}.evil.test/"),
        format!("{own}@evil.test/"),
        format!("https://{host}.evil.test/"),
        format!("https://evil{host}/"),
        "not a URL".to_owned(),
        "about:blank".to_owned(),
    ]
}

fn siblings_are_refused(target: &Target) -> Verdict {
    let mut victim = Victim::of(target)?;
    let base = target.base();
    let (scheme, authority) = (base.scheme(), base.authority());
    let mut siblings = vec![
        format!("{scheme}://evil.{authority}"),
        format!("{scheme}://a.b.{authority}"),
        format!("{scheme}://www.{authority}"),
    ];
    // A numeric address has no parent.
    let numeric = base.host().parse::<std::net::IpAddr>().is_ok() || base.host().starts_with('[');
    if let Some((_, parent)) = authority.split_once('.').filter(|_| !numeric) {
        siblings.push(format!("{scheme}://{parent}"));
        siblings.push(format!("{scheme}://evil.{parent}"));
    }
    let request = cross_site(victim.write()?);
    let with = |request: &Request, site: &str| request.clone().header("Sec-Fetch-Site", site);
    for sibling in siblings {
        let attack = request.clone().header("Origin", &sibling);
        victim.unmoved(&attack, &format!("a request with Origin: {sibling}"))?;
        victim.unmoved(
            &with(&attack, "same-site"),
            &format!("a request of the sibling {sibling}"),
        )?;
    }
    for site in [
        "same-site",
        "none",
        "SAME-SITE",
        "unknown",
        "same-origin, same-site",
    ] {
        victim.unmoved(
            &with(&request, site),
            &format!("a request with Sec-Fetch-Site: {site}"),
        )?;
    }
    for (request, what) in victim.unsafe_requests()? {
        let attack = cross_site(request).header("Origin", format!("{scheme}://evil.{authority}"));
        victim.unmoved(
            &with(&attack, "same-site"),
            &format!("{what}, from a sibling"),
        )?;
    }
    victim.acts_himself()?;
    Ok(Proof::Holds)
}
