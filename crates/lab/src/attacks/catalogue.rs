//! Which attacks there are, and by which check of the suite each is tried.

use harness::Case;

use crate::column::Column;

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
}

/// In the order in which a lesson would take them.
pub static ATTACKS: &[Attack] = &[
    Attack {
        name: "edit",
        title: "Change what the credential says",
        defence: "A seal or a signature over every byte, checked before anything is read.",
        checks: [Some("D19"), Some("D19"), Some("E02")],
    },
    Attack {
        name: "invent",
        title: "Invent an id and hope that it is adopted",
        defence: "Only ids that the server has made are sessions.",
        checks: [Some("D02"), Some("D02"), None],
    },
    Attack {
        name: "fixation",
        title: "Plant a credential before the victim logs in",
        defence: "A login makes a new credential and ends the old one.",
        checks: [Some("D01"), Some("D01"), Some("D01")],
    },
    Attack {
        name: "replay",
        title: "Send a stolen copy after the logout",
        defence: "Something on the server that remembers the logout: profile hardened.",
        checks: [Some("D04"), Some("D04"), Some("D04")],
    },
    Attack {
        name: "everywhere",
        title: "Stay in after “log out everywhere”",
        defence: "An epoch in the account that each request is compared with: profile hardened.",
        checks: [Some("D06"), Some("D06"), Some("D06")],
    },
    Attack {
        name: "password",
        title: "Stay in after the password was changed",
        defence: "The same epoch goes up with the password: profile hardened.",
        checks: [Some("D09"), Some("D09"), Some("D09")],
    },
    Attack {
        name: "demotion",
        title: "Use a role that was taken away",
        defence: "Roles are looked up and not believed from the credential: profile hardened.",
        checks: [Some("D11"), Some("D11"), Some("D11")],
    },
    Attack {
        name: "expired",
        title: "Send a credential whose time is over",
        defence: "The end is inside the seal, in the store, in the signed token; not in Max-Age.",
        checks: [Some("D15"), Some("D15"), Some("E11")],
    },
    Attack {
        name: "race",
        title: "Log out in the middle of a write",
        defence: "A write goes through only where the session still is what was read.",
        checks: [Some("D07"), Some("D07"), Some("D07")],
    },
    Attack {
        name: "cross-site",
        title: "Have another site post with the victim’s cookie",
        defence: "SameSite, and a check of Origin and Sec-Fetch-Site. A header that script sets needs none.",
        checks: [Some("F01"), Some("F01"), None],
    },
    Attack {
        name: "sibling",
        title: "Have a sibling host post with the victim’s cookie",
        defence: "The own origin and no other: a sibling is same-site, so SameSite does not help.",
        checks: [Some("F03"), Some("F03"), None],
    },
    Attack {
        name: "form",
        title: "Post a plain HTML form",
        defence: "JSON and nothing else: that needs a preflight, which nobody answers.",
        checks: [Some("F04"), Some("F04"), None],
    },
    Attack {
        name: "tossing",
        title: "Plant a second cookie of the same name",
        defence: "The prefix __Host-, and two different values are refused.",
        checks: [Some("I01"), Some("I01"), None],
    },
    Attack {
        name: "escaped-name",
        title: "Spell the cookie’s name with %48",
        defence: "Names are compared byte for byte, never decoded.",
        checks: [Some("I03"), Some("I03"), None],
    },
    Attack {
        name: "alg-none",
        title: "Say that the token needs no signature",
        defence: "The server knows its algorithm; the token is not asked.",
        checks: [None, None, Some("E01")],
    },
    Attack {
        name: "algorithm",
        title: "Say that another algorithm signed the token",
        defence: "Each key is bound to exactly one algorithm.",
        checks: [None, None, Some("E04")],
    },
    Attack {
        name: "weak-secret",
        title: "Guess the secret that signs the tokens",
        defence: "A secret of at least as many random bits as the hash.",
        checks: [None, None, Some("E05")],
    },
    Attack {
        name: "embedded-key",
        title: "Bring the key along in the token",
        defence: "Keys come from the configuration, never from the token.",
        checks: [None, None, Some("E07")],
    },
    Attack {
        name: "refresh-reuse",
        title: "Use a refresh token a second time",
        defence: "Rotation, and a second use ends the whole login.",
        checks: [None, None, Some("E24")],
    },
    Attack {
        name: "refresh-race",
        title: "Refresh sixteen times at once",
        defence: "The exchange is one step in the store: one winner, one live branch.",
        checks: [None, None, Some("E25")],
    },
    Attack {
        name: "refresh-as-access",
        title: "Send the refresh token where the access token belongs",
        defence: "Each token says what it is for, and is refused elsewhere.",
        checks: [None, None, Some("E16")],
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
