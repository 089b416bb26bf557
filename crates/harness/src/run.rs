//! Runs cases, one after the other: they share the target's accounts.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::case::{Case, Level};
use crate::http::HttpError;
use crate::mechanism::{Mechanism, Profile};
use crate::outcome::{Failure, Outcome};
use crate::purpose::Step;
use crate::seams::Seam;
use crate::target::Target;

/// What came of one case.
#[derive(Debug)]
pub struct Finding {
    /// The case.
    pub case: &'static Case,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
    /// The exchange that shows a failure, credentials masked.
    pub exchange: Option<String>,
    /// A command that sends that request again.
    pub curl: Option<String>,
    /// The last exchanges of the case, the oldest first.
    pub trail: Vec<Step>,
}

/// What came of all of them.
#[derive(Debug)]
pub struct Report {
    /// The target's origin.
    pub target: String,
    /// Its mechanism.
    pub mechanism: Mechanism,
    /// What it promises.
    pub profile: Profile,
    /// In the order in which they ran.
    pub findings: Vec<Finding>,
    /// Were there logins, and did each of them break? Then one cause broke most
    /// checks, and it is more likely in the command line than in the server.
    pub no_login_worked: bool,
}

impl Report {
    /// Did nothing fail? `strict` also counts what should be, and what could not
    /// be tested.
    #[must_use]
    pub fn is_green(&self, strict: bool) -> bool {
        self.findings
            .iter()
            .all(|finding| match (&finding.outcome, finding.case.level) {
                (Outcome::Broken(_) | Outcome::Fail(_), Level::Must) => false,
                (Outcome::Broken(_) | Outcome::Fail(_), Level::Should) => !strict,
                (Outcome::Untestable(_), _) => !strict,
                _ => true,
            })
    }

    /// How many of each outcome there are; what could not be tested names what
    /// was missing.
    #[must_use]
    pub fn headline(&self) -> String {
        let count = |name: &str| {
            self.findings
                .iter()
                .filter(|f| f.outcome.name() == name)
                .count()
        };
        let mut missing: Vec<String> = Vec::new();
        for finding in &self.findings {
            if let Outcome::Untestable(seam) = &finding.outcome {
                let seam = seam.to_string();
                if !missing.contains(&seam) {
                    missing.push(seam);
                }
            }
        }
        let why = if missing.is_empty() {
            String::new()
        } else {
            format!(" ({})", missing.join(", "))
        };
        format!(
            "{} passed, {} failed, {} demonstrated, {} untestable{why}, {} not applicable, {} broken",
            count("pass"),
            count("fail"),
            count("demonstrated"),
            count("untestable"),
            count("not applicable"),
            count("broken"),
        )
    }
}

/// Runs these cases; `seen` is told of each as it ends.
///
/// # Errors
/// When nobody listens at the target.
pub fn run(
    target: &Target,
    cases: &[&'static Case],
    mut seen: impl FnMut(&Finding),
) -> Result<Report, HttpError> {
    target.probe()?;
    let mut findings = Vec::with_capacity(cases.len());
    for case in cases {
        let finding = run_one(target, case);
        seen(&finding);
        findings.push(finding);
    }
    let (mechanism, profile) = (target.mechanism, target.profile);
    Ok(Report {
        target: target.base().origin(),
        mechanism,
        profile,
        findings,
        no_login_worked: target.no_login_worked(),
    })
}

/// Runs one case.
#[must_use]
pub fn run_one(target: &Target, case: &'static Case) -> Finding {
    let started = Instant::now();
    target.take_server_error();
    target.take_latest();
    let outcome = outcome(target, case);
    let outcome = match (outcome, target.take_server_error()) {
        // A server that answers 500 now and then is not sound, whatever a case
        // made of that answer.
        (other, Some(exchange)) if !matches!(other, Outcome::Fail(_)) => {
            let (expected, actual) = ("no server error".into(), exchange.line());
            Outcome::Fail(Box::new(Failure {
                expected,
                actual,
                exchange: Some(exchange),
            }))
        }
        (outcome, _) => outcome,
    };
    let failure = match &outcome {
        Outcome::Fail(failure) | Outcome::Broken(failure) => Some(failure),
        _ => None,
    };
    let shown = failure.and_then(|failure| failure.exchange.as_ref());
    let secrets = target.secrets();
    let trail = target.take_latest().into_iter();
    let trail = trail.map(|(exchange, purpose)| Step {
        text: exchange.masked(&secrets),
        purpose,
    });
    Finding {
        trail: trail.collect(),
        case,
        took: started.elapsed(),
        exchange: shown.map(|exchange| exchange.masked(&secrets)),
        curl: shown.map(|exchange| exchange.request.curl(&target.base().origin(), &secrets)),
        outcome,
    }
}

fn outcome(target: &Target, case: &Case) -> Outcome {
    if !case.mechanisms.contains(&target.mechanism) {
        let names: Vec<&str> = case
            .mechanisms
            .iter()
            .map(|mechanism| mechanism.name())
            .collect();
        return Outcome::NotApplicable(format!(
            "says something about {} only",
            names.join(" and ")
        ));
    }
    if let Some(missing) = case.seams.iter().find(|seam| !offers(target, **seam)) {
        return Outcome::Untestable(*missing);
    }
    // A case that panics is a fault of the suite; it must not look like a pass,
    // nor take the rest down.
    catch_unwind(AssertUnwindSafe(|| (case.check)(target))).map_or_else(
        |_| {
            let (expected, actual) = ("a case that runs".into(), "it panicked".into());
            Outcome::Broken(Box::new(Failure {
                expected,
                actual,
                exchange: None,
            }))
        },
        Outcome::from,
    )
}

fn offers(target: &Target, seam: Seam) -> bool {
    let seams = &target.seams;
    match seam {
        Seam::SigningKey => seams.signing_key.is_some(),
        Seam::SecondInstance => seams.second_instance.is_some(),
        Seam::Restart => seams.restart.is_some(),
        Seam::ShortLived => seams.short_lived.is_some(),
        Seam::RoleControl => seams.set_role.is_some(),
        Seam::AccountControl => seams.set_disabled.is_some(),
        Seam::IdleInstance => seams.idle.is_some(),
        Seam::CappedInstance => seams.capped.is_some(),
        Seam::OtherEnvironment => seams.other_environment.is_some(),
        Seam::RotatedKey => seams.rotated.is_some(),
        Seam::AheadOfTime => seams.ahead.is_some(),
        Seam::StoreHang => seams.store_hang.is_some(),
        Seam::StoreDelay => seams.store_delay.is_some(),
        Seam::StoreReadOnly => seams.store_read_only.is_some(),
        Seam::StoreFlush => seams.store_flush.is_some(),
        Seam::StoreControl => seams.store_down.is_some() && seams.store_up.is_some(),
        Seam::SecondAccount => target.second.is_some(),
        Seam::AdminAccount => target.admin.is_some(),
        // Known only once the case asks for it.
        Seam::Route(_) | Seam::Asymmetric => true,
        Seam::LoginLimit => target.promises.login_failures.is_some(),
    }
}
