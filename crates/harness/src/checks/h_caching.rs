//! H01: nothing that depends on the visitor is kept by a cache.

use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;
use crate::tour::Tour;

pub(super) const H01: Case = Case {
    id: "H01",
    level: Level::Must,
    claim: "Every answer that depends on the visitor says `Cache-Control: no-store`, the refusals too.",
    source: "ASVS 14.3.2; RFC 9111 §5.2.2.5",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: nothing_is_stored,
};

fn nothing_is_stored(target: &Target) -> Verdict {
    let tour = Tour::of(target)?;
    let mut looked_at = 0;
    // What is nowhere is the same for every visitor.
    for step in tour
        .steps
        .iter()
        .filter(|step| step.name != "no such route")
    {
        let controls: Vec<String> = step.exchange.response.all("cache-control").collect();
        let directives = controls.iter().flat_map(|control| control.split(','));
        if !directives
            .into_iter()
            .any(|directive| directive.trim().eq_ignore_ascii_case("no-store"))
        {
            let actual = format!(
                "{}: {}, Cache-Control: {controls:?}",
                step.name,
                step.exchange.line()
            );
            return Err(Stop::failed(
                "Cache-Control: no-store",
                actual,
                &step.exchange,
            ));
        }
        looked_at += 1;
    }
    Ok(Proof::HoldsAnd(format!("{looked_at} answers")))
}
