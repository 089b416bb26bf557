//! J07: two requests on one connection stay two.

use super::j_framing::PATIENT;
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::HttpError;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const J07: Case = Case {
    id: "J07",
    level: Level::Must,
    claim: "Requests of two users on one connection are answered in their order, each as its own; one that ends early harms no other.",
    source: "RFC 9112 §9.3.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: pipelines_do_not_cross,
};

fn pipelines_do_not_cross(target: &Target) -> Verdict {
    let (one, two) = (&target.user, target.second()?);
    let first = target.login(one)?.credential;
    let second = target.login(two)?.credential;
    target.control_before(&first, one)?;
    target.control_before(&second, two)?;
    let host = target.base().authority();
    let ask = |credential: Option<&Credential>| {
        let request = target.request(&target.routes.me);
        let request = credential.map_or(request.clone(), |held| held.attach(request));
        request.to_kept_bytes(&host)
    };
    let order = [
        Some(&first),
        Some(&second),
        None,
        Some(&second),
        Some(&first),
        None,
    ];
    let asked: Vec<u8> = order.iter().flat_map(|held| ask(*held)).collect();
    let answers = target.raw_answers(&asked, order.len(), PATIENT)?;
    if answers.is_empty() {
        return Err(Stop::broken(
            "answers to requests one behind the other",
            "none",
        ));
    }
    for (at, answer) in answers.iter().enumerate() {
        let expected = match order[at] {
            Some(held) if held == &first => Some(one.username.as_str()),
            Some(_) => Some(two.username.as_str()),
            None => None,
        };
        let body = answer.json();
        let who = body
            .as_ref()
            .and_then(|body| body.pointer(&target.fields.who)?.as_str());
        let who = who.filter(|_| answer.is_success());
        if who != expected {
            let asked = format!("request {} is answered as {expected:?}", at + 1);
            return Err(Stop::failed_overall(
                asked,
                format!("{}, {who:?}", answer.status),
            ));
        }
    }
    early_ends(target, &ask(Some(&first)))?;
    target.control_after(&first, one, "requests that ended early")?;
    target.control_after(&second, two, "requests that ended early")?;
    Ok(Proof::HoldsAnd(format!(
        "{} of {} were answered",
        answers.len(),
        order.len()
    )))
}

/// A client that hangs up in the middle, and one that has said all it will say.
fn early_ends(target: &Target, asked: &[u8]) -> Result<(), Stop> {
    let broken = |error: HttpError| Stop::broken("a connection", error.to_string());
    for cut in [1, asked.len() / 2, asked.len() - 1] {
        let mut raw = target.raw().map_err(broken)?;
        raw.write(&asked[..cut]).map_err(broken)?;
    }
    let mut raw = target.raw().map_err(broken)?;
    raw.write(asked).map_err(broken)?;
    raw.half_close();
    let failed = raw
        .answers(1, PATIENT)
        .into_iter()
        .find(|answer| answer.status >= 500);
    let Some(answer) = failed else {
        return Ok(());
    };
    Err(Stop::failed_overall(
        "no server error after a half close",
        answer.status.to_string(),
    ))
}
