//! Which attacks there are, and by which check of the suite each is tried.

use harness::Case;

use crate::column::Column;
use crate::variants::Variants;
use crate::verdict::Word;

/// An attack on the login of somebody else.
#[derive(Debug)]
pub struct Attack {
    /// Its name on the command line and in the page's catalogues.
    pub name: &'static str,
    /// What the attacker does, in a few words.
    pub title: &'static str,
    /// What keeps him out where he is kept out, and what to change where he is not.
    pub defence: &'static str,
    /// The ids of the checks for cookie, session and token.
    checks: [Option<&'static str>; 3],
    /// What he is called who gets in.
    pub(super) let_in: Word,
    /// Where a switch of the column decides: the choice that keeps him out, and one that does not.
    decided_by: &'static [(Column, [&'static str; 2])],
}

/// What most of them have in common.
const ATTACK: Attack = Attack {
    name: "",
    title: "",
    defence: "",
    checks: [None; 3],
    let_in: Word::Allowed,
    decided_by: &[],
};

const BY_PROFILE: &[(Column, [&str; 2])] = &[
    (Column::Cookie, ["hardened", "stateless"]),
    (Column::Jwt, ["hardened", "stateless"]),
];
const BY_SEAL: &[(Column, [&str; 2])] = &[(Column::Cookie, ["private", "plain"])];
const BY_DELIVERY: &[(Column, [&str; 2])] = &[(Column::Jwt, ["storage", "cookie"])];
const BY_ROTATION: &[(Column, [&str; 2])] = &[(Column::Jwt, ["rotating", "reusable"])];

/// In the order in which a lesson would take them.
pub static ATTACKS: &[Attack] = &[
    Attack {
        name: "edit",
        title: "Change what the credential says",
        defence: "A seal or a signature over every byte, checked before anything is read.",
        checks: [Some("D19"), Some("D19"), Some("E02")],
        let_in: Word::Forged,
        decided_by: BY_SEAL,
    },
    Attack {
        name: "invent",
        title: "Invent an id and hope that it is adopted",
        defence: "Only ids that the server has made are sessions.",
        checks: [Some("D02"), Some("D02"), None],
        let_in: Word::Forged,
        ..ATTACK
    },
    Attack {
        name: "fixation",
        title: "Plant a credential before the victim logs in",
        defence: "A login makes a new credential and ends the old one.",
        checks: [Some("D01"), Some("D01"), Some("D01")],
        ..ATTACK
    },
    Attack {
        name: "replay",
        title: "Send a stolen copy after the logout",
        defence: "Something on the server that remembers the logout: profile hardened.",
        checks: [Some("D04"), Some("D04"), Some("D04")],
        decided_by: BY_PROFILE,
        ..ATTACK
    },
    Attack {
        name: "everywhere",
        title: "Stay in after “log out everywhere”",
        defence: "An epoch in the account that each request is compared with: profile hardened.",
        checks: [Some("D06"), Some("D06"), Some("D06")],
        decided_by: BY_PROFILE,
        ..ATTACK
    },
    Attack {
        name: "password",
        title: "Stay in after the password was changed",
        defence: "The same epoch goes up with the password: profile hardened.",
        checks: [Some("D09"), Some("D09"), Some("D09")],
        decided_by: BY_PROFILE,
        ..ATTACK
    },
    Attack {
        name: "demotion",
        title: "Use a role that was taken away",
        defence: "Roles are looked up and not believed from the credential: profile hardened.",
        checks: [Some("D11"), Some("D11"), Some("D11")],
        decided_by: BY_PROFILE,
        ..ATTACK
    },
    Attack {
        name: "expired",
        title: "Send a credential whose time is over",
        defence: "The end is inside the seal, in the store, in the signed token; not in Max-Age.",
        checks: [Some("D15"), Some("D15"), Some("E11")],
        ..ATTACK
    },
    Attack {
        name: "race",
        title: "Log out in the middle of a write",
        defence: "A write goes through only where the session still is what was read.",
        checks: [Some("D07"), Some("D07"), Some("D07")],
        ..ATTACK
    },
    Attack {
        name: "cross-site",
        title: "Have another site post with the victim’s cookie",
        defence: "SameSite, and a check of Origin and Sec-Fetch-Site. A header that script sets needs none.",
        checks: [Some("F01"), Some("F01"), Some("F01")],
        decided_by: BY_DELIVERY,
        ..ATTACK
    },
    Attack {
        name: "sibling",
        title: "Have a sibling host post with the victim’s cookie",
        defence: "The own origin and no other: a sibling is same-site, so SameSite does not help.",
        checks: [Some("F03"), Some("F03"), Some("F03")],
        decided_by: BY_DELIVERY,
        ..ATTACK
    },
    Attack {
        name: "form",
        title: "Post a plain HTML form",
        defence: "JSON and nothing else: that needs a preflight, which nobody answers.",
        checks: [Some("F04"), Some("F04"), Some("F04")],
        decided_by: BY_DELIVERY,
        ..ATTACK
    },
    Attack {
        name: "tossing",
        title: "Plant a second cookie of the same name",
        defence: "The prefix __Host-, and two different values are refused.",
        checks: [Some("I01"), Some("I01"), None],
        ..ATTACK
    },
    Attack {
        name: "escaped-name",
        title: "Spell the cookie’s name with %48",
        defence: "Names are compared byte for byte, never decoded.",
        checks: [Some("I03"), Some("I03"), None],
        ..ATTACK
    },
    Attack {
        name: "alg-none",
        title: "Say that the token needs no signature",
        defence: "The server knows its algorithm; the token is not asked.",
        checks: [None, None, Some("E01")],
        let_in: Word::Forged,
        ..ATTACK
    },
    Attack {
        name: "algorithm",
        title: "Say that another algorithm signed the token",
        defence: "Each key is bound to exactly one algorithm.",
        checks: [None, None, Some("E04")],
        let_in: Word::Forged,
        ..ATTACK
    },
    Attack {
        name: "weak-secret",
        title: "Guess the secret that signs the tokens",
        defence: "A secret of at least as many random bits as the hash.",
        checks: [None, None, Some("E05")],
        let_in: Word::Forged,
        ..ATTACK
    },
    Attack {
        name: "embedded-key",
        title: "Bring the key along in the token",
        defence: "Keys come from the configuration, never from the token.",
        checks: [None, None, Some("E07")],
        let_in: Word::Forged,
        ..ATTACK
    },
    Attack {
        name: "refresh-reuse",
        title: "Use a refresh token a second time",
        defence: "Rotation, and a second use ends the whole login.",
        checks: [None, None, Some("E24")],
        decided_by: BY_ROTATION,
        ..ATTACK
    },
    Attack {
        name: "refresh-race",
        title: "Refresh sixteen times at once",
        defence: "The exchange is one step in the store: one winner, one live branch.",
        checks: [None, None, Some("E25")],
        decided_by: BY_ROTATION,
        ..ATTACK
    },
    Attack {
        name: "refresh-as-access",
        title: "Send the refresh token where the access token belongs",
        defence: "Each token says what it is for, and is refused elsewhere.",
        checks: [None, None, Some("E16")],
        ..ATTACK
    },
];

impl Attack {
    /// The one of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ATTACKS.iter().find(|attack| attack.name == name)
    }

    /// The check that tries it against this column.
    pub fn case(&self, column: Column) -> Option<&'static Case> {
        let id = self.checks[column.index()]?;
        harness::cases().iter().find(|case| case.id == id)
    }

    /// The choice of the column that would make a difference to what came of it.
    pub(super) fn switch(
        &self,
        column: Column,
        variants: Variants,
        is_in: bool,
    ) -> Option<&'static str> {
        let mut decided_by = self.decided_by.iter();
        let (_, [defence, hole]) = decided_by.find(|(one, _)| *one == column)?;
        let other = if is_in { defence } else { hole };
        (!variants.has(column, other)).then_some(*other)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::attacks::range::mechanism;

    #[test]
    fn each_names_checks_that_say_something_of_its_columns() {
        for attack in ATTACKS {
            for column in Column::ALL {
                let id = attack.checks[column.index()];
                let case = attack.case(column);
                assert_eq!(case.map(|case| case.id), id, "{}", attack.name);
                let says = case.is_none_or(|case| case.mechanisms.contains(&mechanism(column)));
                assert!(says, "{} says nothing of {}", attack.name, column.id());
            }
        }
    }

    #[test]
    fn what_decides_is_a_choice_of_the_column() {
        let usual = Variants::default();
        for (column, words) in ATTACKS.iter().flat_map(|attack| attack.decided_by) {
            for word in words {
                assert!(usual.with(*column, word).is_some(), "{word}");
            }
        }
        let edit = Attack::named("edit").unwrap();
        assert_eq!(edit.switch(Column::Cookie, usual, false), Some("plain"));
        assert_eq!(edit.switch(Column::Cookie, usual, true), None);
        assert_eq!(edit.switch(Column::Jwt, usual, false), None);
    }

    #[test]
    fn names_are_unique_and_in_both_catalogues_of_the_page() {
        let names: HashSet<&str> = ATTACKS.iter().map(|attack| attack.name).collect();
        assert_eq!(names.len(), ATTACKS.len());
        let english = include_str!("../../../../demo-client/i18n/en.json");
        let english: serde_json::Value = serde_json::from_str(english).unwrap();
        for attack in ATTACKS {
            let key = format!("attack.{}", attack.name);
            assert_eq!(english[&key], attack.title);
            assert_eq!(english[format!("{key}.defence")], attack.defence);
        }
    }
}
