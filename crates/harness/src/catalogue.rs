//! The cases as a page and as data.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::case::Case;
use crate::checks::cases;

const GROUPS: [(char, &str); 11] = [
    ('A', "Contract and flow"),
    ('B', "Cookie attributes and content"),
    ('C', "Credentials and enumeration"),
    ('D', "Life cycle of a login"),
    ('E', "Tokens"),
    ('F', "Requests from other sites"),
    ('G', "Answers to other origins"),
    ('H', "Caching and headers"),
    ('I', "Cookie header"),
    ('J', "Malformed requests"),
    ('K', "Faults of the store"),
];

/// The page `docs/src/checks.md`.
#[must_use]
pub fn catalogue_markdown() -> String {
    let mut page = String::from(
        "# The checks\n\n\
         What the suite asks of a server, over HTTP alone. Each check has an id that is never\n\
         reused; run one with `conform URL --mechanism session --only D04`. What a check needs\n\
         beyond HTTP stands under *needs*: without it the check is reported as untestable.\n\n\
         ASVS is OWASP ASVS 5.0; 6265bis is the successor draft of RFC 6265.\n",
    );
    for (letter, title) in GROUPS {
        let _ = write!(page, "\n## {letter}. {title}\n\n");
        page.push_str(
            "| id | level | mechanisms | claim | source | needs |\n|---|---|---|---|---|---|\n",
        );
        for case in cases().iter().filter(|case| case.id.starts_with(letter)) {
            let (level, claim, source) = (case.level.name(), case.claim, case.source);
            let mechanisms = mechanisms(case).join(", ");
            let _ = writeln!(
                page,
                "| {} | {level} | {mechanisms} | {} | {source} | {} |",
                case.id,
                claim.replace('|', "\\|"),
                needs(case).join(", "),
            );
        }
    }
    page
}

/// The cases as lines of text, for `--list`.
#[must_use]
pub fn catalogue_text(cases: &[&'static Case]) -> String {
    let mut text = String::new();
    for case in cases {
        let (level, mechanisms) = (case.level.name(), mechanisms(case).join(","));
        let _ = writeln!(
            text,
            "{}  {level:<7}  {mechanisms:<18}  {}  [{}]",
            case.id, case.claim, case.source
        );
    }
    text
}

/// The cases as JSON, for `--list --format json`.
#[must_use]
pub fn catalogue_json(cases: &[&'static Case]) -> Value {
    let entry = |case: &&Case| {
        json!({
            "id": case.id,
            "level": case.level.name(),
            "mechanisms": mechanisms(case),
            "claim": case.claim,
            "source": case.source,
            "needs": needs(case),
        })
    };
    json!({ "version": 1, "cases": cases.iter().map(entry).collect::<Vec<_>>() })
}

fn mechanisms(case: &Case) -> Vec<&'static str> {
    case.mechanisms
        .iter()
        .map(|mechanism| mechanism.name())
        .collect()
}

fn needs(case: &Case) -> Vec<String> {
    case.seams.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An id that stands in a report from last year must mean the same today.
    #[test]
    fn the_ids_are_these() {
        let ids: Vec<&str> = cases().iter().map(|case| case.id).collect();
        // A line for each group.
        let expected = [
            "A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11",
            "B01 B02 B03 B04 B05 B06 B07 B08 B09",
            "C01 C02 C03 C04 C05 C06 C07 C08 C09 C10",
            "D01 D02 D03 D04 D05 D06 D07 D08 D09 D10 D11 D12 D13 D14 D15 D16 D17 D18 D19 D20 D21 D22",
            "E01 E02 E03 E04 E05 E06 E07 E08 E09 E10 E11 E12 E13 E14 E15 E16 E17 E18 E19 E20 E21 E22 E23 E24 E25 E26 E27 E28 E29 E30 E31 E32",
            "F01 F02 F03 F04 F05 F06 F07 F08 F09",
            "G01 G02 G03 G04",
            "H01 H02 H03 H04 H05 H06",
            "I01 I02 I03 I04 I05 I06",
            "J01 J02 J03 J04 J06 J07 J09 J10",
            "K01 K02 K03 K04 K05 K07 K09 K10 K11 K12",
        ]
        .join(" ");
        assert_eq!(ids, expected.split_whitespace().collect::<Vec<&str>>());
    }

    #[test]
    fn each_case_stands_in_the_catalogue() {
        let page = catalogue_markdown();
        for case in cases() {
            assert!(page.contains(&format!("| {} |", case.id)), "{}", case.id);
        }
    }
}
