//! What each check must say of each server: the table, written down.

use harness::{Case, Finding, Mechanism, Outcome, Profile, Seam, cases};

/// The outcome that a trial expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The claim holds.
    Pass,
    /// It cannot, by design; the suite shows the window.
    Demonstrated,
    /// It says nothing about this mechanism.
    NotApplicable,
    /// Nobody can do that to this server, or to its store.
    Untestable,
}

/// What the server under test keeps its state in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// In its own memory: nobody can take that away.
    Embedded,
    /// In something that the trial can stop, start and hinder.
    Controlled,
    /// In several nodes, which are left alone.
    Cluster,
}

/// P: passes. D: demonstrated. n: not applicable. u: untestable.
/// Columns: cookie, session, jwt; of each first hardened, then stateless.
const TABLE: &str = "
    A01  P P  P P  P P
    A02  P P  P P  P P
    A03  P D  P P  P D
    A04  P P  P P  P P
    A05  P P  P P  P P
    A06  P P  P P  P P
    A07  P P  P P  P P
    A08  P P  P P  P P
    A09  P P  P P  P P
    A10  P P  P P  P P
    A11  P P  P P  P P
    B01  P P  P P  n n
    B02  P P  P P  P P
    B03  P P  P P  n n
    B04  P P  P P  n n
    B05  P P  P P  n n
    B06  P P  P P  n n
    B07  P P  P P  P P
    B08  P P  P P  P P
    B09  P P  P P  P P
    C01  P P  P P  P P
    C02  P P  P P  P P
    C03  P P  P P  P P
    C04  P P  P P  P P
    C05  P P  P P  P P
    C06  P P  P P  P P
    C07  P P  P P  P P
    C08  P P  P P  P P
    C09  P P  P P  P P
    C10  P D  P P  P D
    D01  P P  P P  P P
    D02  P P  P P  P P
    D03  P D  P P  P D
    D04  P D  P P  P D
    D05  P P  P P  P P
    D06  P D  P P  P D
    D07  P D  P P  P D
    D08  P D  P P  P D
    D09  P D  P P  P D
    D10  P D  P P  P D
    D11  P D  P P  P D
    D12  P P  P P  P P
    D13  P P  P P  P P
    D14  P P  P P  P P
    D15  P P  P P  P P
    D16  n n  P P  u u
    D17  n n  P P  P D
    D18  P P  P P  P P
    D19  P P  P P  P P
    D20  P P  P P  P P
    D21  P P  P P  P P
    D22  P D  n n  n n
    E01  n n  n n  P P
    E02  n n  n n  P P
    E03  n n  n n  P P
    E04  n n  n n  P P
    E05  n n  n n  P P
    E06  n n  n n  P P
    E07  n n  n n  P P
    E08  n n  n n  P P
    E09  n n  n n  P P
    E10  n n  n n  P P
    E11  n n  n n  P P
    E12  n n  n n  P P
    E13  n n  n n  P P
    E14  n n  n n  P P
    E15  n n  n n  P P
    E16  n n  n n  P P
    E17  n n  n n  P P
    E18  n n  n n  P P
    E19  n n  n n  P P
    E20  n n  n n  P P
    E21  n n  n n  P P
    E22  n n  n n  P P
    E23  n n  n n  P P
    E24  n n  n n  P P
    E25  n n  n n  P P
    E26  n n  n n  P P
    E27  n n  n n  P D
    E28  n n  n n  P D
    E29  n n  n n  P D
    E30  n n  n n  P P
    E31  n n  n n  P P
    E32  n n  n n  P P
    F01  P P  P P  n n
    F02  P P  P P  n n
    F03  P P  P P  n n
    F04  P P  P P  n n
    F05  n n  n n  n n
    F06  P P  P P  n n
    F07  P P  P P  n n
    F08  P P  P P  n n
    F09  P P  P P  n n
    G01  P P  P P  P P
    G02  P P  P P  P P
    G03  P P  P P  P P
    G04  P P  P P  P P
    H01  P P  P P  P P
    H02  P P  P P  P P
    H03  P P  P P  P P
    H04  P P  P P  P P
    H05  P P  P P  P P
    H06  P P  P P  P P
    I01  P P  P P  n n
    I02  P P  P P  n n
    I03  P P  P P  n n
    I04  P P  P P  n n
    I05  P P  P P  n n
    I06  P P  P P  n n
    J01  P P  P P  P P
    J02  P P  P P  P P
    J03  P P  P P  P P
    J04  P P  P P  P P
    J06  P P  P P  P P
    J07  P P  P P  P P
    J09  P P  P P  P P
    J10  P P  P P  P P
    K01  P P  P P  P P
    K02  P D  P P  P D
    K03  P P  P P  P P
    K04  P P  P P  P P
    K05  P P  P P  P P
    K07  D D  P P  P D
    K09  P D  P P  P D
    K10  P D  P P  P D
    K11  P D  n n  P D
    K12  u u  u u  u u
";

/// What the table says.
///
/// # Panics
/// When a check has no row: a new check needs one.
#[must_use]
pub fn expected(id: &str, mechanism: Mechanism, profile: Profile, store: StoreKind) -> Expected {
    let column = match mechanism {
        Mechanism::Cookie => 0,
        Mechanism::Session => 2,
        Mechanism::Jwt => 4,
    } + usize::from(profile == Profile::Stateless);
    let row = TABLE.lines().find_map(|line| line.trim().strip_prefix(id));
    let cell = row.and_then(|row| row.split_whitespace().nth(column));
    match cell {
        Some("P" | "D") if store != StoreKind::Controlled && is_broken(id) => Expected::Untestable,
        Some("P") => Expected::Pass,
        Some("u") => Expected::Untestable,
        Some("D") => Expected::Demonstrated,
        Some("n") => Expected::NotApplicable,
        other => {
            panic!("{id} has {other:?} in the table of expectations; give it a row of P, D and n")
        }
    }
}

fn is_broken(id: &str) -> bool {
    let case = cases().iter().find(|case| case.id == id);
    case.is_some_and(needs_a_broken_store)
}

/// Does the case do something to the store?
#[must_use]
pub fn needs_a_broken_store(case: &Case) -> bool {
    let broken = [
        Seam::StoreControl,
        Seam::StoreHang,
        Seam::StoreDelay,
        Seam::StoreReadOnly,
        Seam::StoreFlush,
    ];
    case.seams.iter().any(|seam| broken.contains(seam))
}

/// Is the outcome the expected one?
///
/// # Errors
/// A text that shows what came instead, with the exchange.
pub fn fits(finding: &Finding, expected: Expected) -> Result<(), String> {
    let came = match &finding.outcome {
        Outcome::Pass(_) => Some(Expected::Pass),
        Outcome::Demonstrated(figure) if figure.value.is_finite() && figure.value > 0.0 => {
            Some(Expected::Demonstrated)
        }
        Outcome::NotApplicable(_) => Some(Expected::NotApplicable),
        Outcome::Untestable(_) => Some(Expected::Untestable),
        Outcome::Demonstrated(_) | Outcome::Fail(_) | Outcome::Broken(_) => None,
    };
    if came == Some(expected) {
        return Ok(());
    }
    let why = match &finding.outcome {
        Outcome::Fail(failure) | Outcome::Broken(failure) => {
            format!("expected: {}\nactual: {}", failure.expected, failure.actual)
        }
        other => format!("{other:?}"),
    };
    let name = finding.outcome.name();
    let shown = finding.exchange.as_deref().unwrap_or_default();
    Err(format!(
        "{} should be {expected:?}, is {name}\n{why}\n{shown}",
        finding.case.id
    ))
}
