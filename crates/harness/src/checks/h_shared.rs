//! H02: a shared cache in front makes nobody somebody else.

use std::collections::HashMap;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request, Response};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const H02: Case = Case {
    id: "H02",
    level: Level::Must,
    claim: "A shared cache that keeps to RFC 9111, and keeps all that it may, never answers one visitor with what another was told.",
    source: "ASVS 14.2.2; RFC 9111 §3, §3.5, §4.1; RFC 9110 §12.5.5",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondAccount],
    check: caches_mix_nobody_up,
};

/// A cache between the visitors and the target: it sends on what it has not kept.
struct Cache<'t> {
    target: &'t Target,
    kept: HashMap<String, Vec<Exchange>>,
}

impl Cache<'_> {
    fn get(&mut self, request: &Request) -> Result<(Exchange, bool), Stop> {
        let kept = self.kept.get(&request.path).and_then(|kept| {
            kept.iter()
                .find(|exchange| selects(exchange, request))
                .cloned()
        });
        if let Some(exchange) = kept {
            return Ok((exchange, true));
        }
        let exchange = self.target.send_patiently(request)?;
        if may_be_kept(&exchange) {
            let kept = self.kept.entry(request.path.clone()).or_default();
            kept.push(exchange.clone());
        }
        Ok((exchange, false))
    }
}

fn directives(response: &Response) -> Vec<String> {
    let lines: Vec<String> = response.all("cache-control").collect();
    let all = lines.iter().flat_map(|line| line.split(','));
    all.map(|directive| directive.trim().to_ascii_lowercase())
        .filter(|directive| !directive.is_empty())
        .collect()
}

/// Section 3, for a shared cache, with the greediest heuristic of section 4.2.2.
fn may_be_kept(exchange: &Exchange) -> bool {
    let response = &exchange.response;
    let directives = directives(response);
    let says = |name: &str| {
        directives
            .iter()
            .any(|directive| directive.split('=').next() == Some(name))
    };
    if exchange.request.method != "GET" || says("no-store") || says("private") || says("no-cache") {
        return false;
    }
    // Section 3.5: with Authorization only where the answer allows it.
    let authorized = exchange
        .request
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    if authorized && !(says("public") || says("s-maxage") || says("must-revalidate")) {
        return false;
    }
    let zero = |name: &str| {
        directives.contains(&format!("{name}=0")) || directives.contains(&format!("{name}=\"0\""))
    };
    if zero("s-maxage") || zero("max-age") && !says("s-maxage") {
        return false;
    }
    let explicit = says("s-maxage") || says("max-age") || says("public");
    let explicit = explicit || response.first("expires").is_some();
    let by_heuristic = matches!(
        response.status,
        200 | 203 | 204 | 300 | 301 | 404 | 405 | 410
    );
    explicit || by_heuristic
}

/// Section 4.1: do the headers that `Vary` names match?
fn selects(kept: &Exchange, request: &Request) -> bool {
    let lines: Vec<String> = kept.response.all("vary").collect();
    let mut names = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
    names.all(|name| name != "*" && values(&kept.request, name) == values(request, name))
}

fn values<'r>(request: &'r Request, name: &str) -> Vec<&'r [u8]> {
    let named = |(known, _): &&(String, Vec<u8>)| known.eq_ignore_ascii_case(name);
    let found = request.headers.iter().filter(named);
    found.map(|(_, value)| value.as_slice()).collect()
}

fn caches_mix_nobody_up(target: &Target) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let own = target.login(user)?.credential;
    let own = target.act(&own)?;
    let second = target.login(other)?.credential;
    target.control_before(&own, user)?;
    target.control_before(&second, other)?;
    let routes = &target.routes;
    let optional = [&routes.state, &routes.logins, &routes.admin];
    let mut reads = vec![target.request(&routes.me)];
    reads.extend(
        optional
            .into_iter()
            .flatten()
            .map(|route| target.request(route)),
    );
    let mut looked_at = 0;
    for read in &reads {
        let visitors: [Option<&Credential>; 3] = [Some(&own), Some(&second), None];
        // Whoever is first fills the cache.
        for first in 0..visitors.len() {
            let mut cache = Cache {
                target,
                kept: HashMap::new(),
            };
            for turn in 0..visitors.len() {
                let visitor = visitors[(first + turn) % visitors.len()];
                let request =
                    visitor.map_or(read.clone(), |credential| credential.attach(read.clone()));
                let (exchange, kept) = cache.get(&request)?;
                looked_at += 1;
                if kept && differs_by_visitor(target, &exchange, &request)? {
                    let expected = "each visitor is told what is his";
                    let actual = format!("{} was told what another was", name(visitor, &own));
                    return Err(Stop::failed(expected, actual, &exchange));
                }
            }
        }
    }
    target.control_after(&own, user, "visits through a cache")?;
    target.end(&own)?;
    target.end(&second)?;
    Ok(Proof::HoldsAnd(format!("{looked_at} visits through it")))
}

/// Would the target itself have said something else?
fn differs_by_visitor(target: &Target, kept: &Exchange, request: &Request) -> Result<bool, Stop> {
    let true_one = target.send_patiently(request)?.response;
    Ok(true_one.status != kept.response.status || true_one.body != kept.response.body)
}

fn name(visitor: Option<&Credential>, own: &Credential) -> &'static str {
    match visitor {
        None => "an anonymous visitor",
        Some(credential) if credential == own => "the first visitor",
        Some(_) => "the second visitor",
    }
}
