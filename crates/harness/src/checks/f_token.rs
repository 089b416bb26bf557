//! F05: a token that is not the victim's own opens nothing.

use super::f_victim::{Victim, cross_site, silent};
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::csrf::Handed;
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const F05: Case = Case {
    id: "F05",
    level: Level::Must,
    claim: "A token against forged requests counts only if it was handed to this very login: none, an empty one, another's, one of before and one that came with a planted cookie are refused.",
    source: "OWASP CSRF Prevention, Token-Based Mitigation; ASVS 3.5.1; PortSwigger, Bypassing CSRF token validation",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: only_the_own_token_counts,
};

/// What the attacker's page puts on a request.
type Forgery = Box<dyn Fn(Request) -> Request>;

fn only_the_own_token_counts(target: &Target) -> Verdict {
    let Some(tokens) = &target.csrf else {
        let why = "the target hands out no tokens: F01 to F04 ask how it knows its own pages";
        return Err(Stop::NotApplicable(why.into()));
    };
    let earlier = token_of(target, Some(&target.login(&target.user)?.credential))?;
    let mut victim = Victim::of(target)?;
    let own = token_of(target, Some(&victim.held))?;
    // Its own guard may ask for the origin too. What the token is worth is seen beside a true one.
    let needs_origin = {
        let spare = target.login(&target.user)?.credential;
        let logout = target.as_browser(&spare, target.request(&target.routes.logout));
        !target
            .send_patiently(&silent(logout))?
            .response
            .is_success()
    };
    let mut forgeries = no_tokens(&own, &tokens.header);
    forgeries.extend(tokens_of_others(target, &earlier, &tokens.header)?);
    // A sibling host can plant cookies (RFC 6265bis section 8.6), though not the login's own.
    let planted = token_of(target, None)?.beside(victim.held.cookie_name());
    let origin = target.base().origin();
    for (request, what) in victim.unsafe_requests()? {
        let mut bare = cross_site(request);
        if needs_origin {
            bare = bare.header("Origin", &origin);
        }
        // The victim's browser sends what came with his own token.
        let carried = own.planted(bare.clone());
        for (forge, how) in &forgeries {
            victim.unmoved(&forge(carried.clone()), &format!("{what} with {how}"))?;
        }
        if let Some(planted) = &planted {
            let attack = planted.on(bare, &tokens.header);
            let how = format!("{what} with a token and its cookie, planted by a sibling");
            victim.unmoved(&attack, &how)?;
        }
    }
    victim.acts_himself()?;
    target.end(&victim.held)?;
    Ok(Proof::Holds)
}

fn no_tokens(own: &Handed, header: &str) -> Vec<(Forgery, &'static str)> {
    let with = |token: Vec<u8>| -> Forgery {
        let header = header.to_owned();
        Box::new(move |request| request.header(&header, &token))
    };
    let mut changed = own.token.clone();
    if let Some(last) = changed.last_mut() {
        *last = if *last == b'A' { b'B' } else { b'A' };
    }
    vec![
        (Box::new(|request| request), "no token"),
        (with(Vec::new()), "an empty token"),
        (with(b"null".to_vec()), "the word null for a token"),
        (with(vec![b'A'; own.token.len()]), "an invented token"),
        (with(changed), "a token with its last letter changed"),
    ]
}

fn tokens_of_others(
    target: &Target,
    earlier: &Handed,
    header: &str,
) -> Result<Vec<(Forgery, &'static str)>, Stop> {
    let mut others = vec![
        (earlier.clone(), "the token of another login of his"),
        (token_of(target, None)?, "a token of before the login"),
    ];
    if let Some(second) = &target.second {
        let attacker = target.login(second)?.credential;
        others.push((token_of(target, Some(&attacker))?, "the attacker's token"));
    }
    let mut forgeries: Vec<(Forgery, &str)> = Vec::new();
    for (handed, how) in others {
        let header = header.to_owned();
        let forge = move |request: Request| request.header(&header, &handed.token);
        forgeries.push((Box::new(forge), how));
    }
    Ok(forgeries)
}

fn token_of(target: &Target, credential: Option<&Credential>) -> Result<Handed, Stop> {
    let pair = credential.map(Credential::pair);
    let lines: Vec<&[u8]> = pair.iter().map(Vec::as_slice).collect();
    let handed = target.csrf_token(&lines).ok().flatten();
    handed.ok_or_else(|| {
        Stop::broken(
            "a token from the route that hands them out",
            "there is none",
        )
    })
}
