//! Which settings each column has. Each choice is a flag of the server itself: what the page
//! switches, a command line could have set.

use crate::column::Column;

/// One thing that can be set in one column.
#[derive(Debug)]
pub struct Setting {
    /// Whose.
    pub column: Column,
    /// Its name in the view and in the page's catalogues.
    pub name: &'static str,
    /// What it can be; the first is the usual one.
    pub choices: &'static [Choice],
    /// What becomes of the logins that are out.
    pub(crate) logins: Logins,
}

/// What a switch does to logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Logins {
    /// They go on.
    Stay,
    /// The server does not believe them as it runs now; why, in a sentence.
    End(&'static str),
    /// The browser has to drop what it holds: script and server change together, and two carriers
    /// that contradict each other are refused.
    Dropped,
}

/// One way to run.
#[derive(Debug)]
pub struct Choice {
    /// Its name on the command line and in addresses; no other choice of the column has it.
    pub word: &'static str,
    /// What the server is started with.
    pub(crate) arguments: &'static [&'static str],
    /// What has changed with it, and what became of the logins unless they end.
    pub said: &'static str,
}

const fn choice(
    word: &'static str,
    arguments: &'static [&'static str],
    said: &'static str,
) -> Choice {
    Choice {
        word,
        arguments,
        said,
    }
}

const HARDENED: Choice = choice(
    "hardened",
    &["--profile", "hardened"],
    "Now hardened: each credential is looked up before it is believed. Logins stay: the keys are the same.",
);
const STATELESS: Choice = choice(
    "stateless",
    &["--profile", "stateless"],
    "Now stateless: the credential is believed until it expires, and nobody looks it up. Logins stay: the keys are the same.",
);
const PROTECTED_OTHERWISE: Logins = Logins::End(
    "The logins of before do not count now: a cookie that is protected otherwise is not believed. Switched back, they count again.",
);
const IN_ANOTHER_STORE: Logins = Logins::End(
    "The logins of before do not count now: they are in the other store. Switched back, they count again.",
);
const SIGNED_OTHERWISE: Logins = Logins::End(
    "The logins of before do not count now: a token that another key has signed is refused. Switched back, they count again.",
);
/// Of a login that was made with the settings that are on again.
pub(crate) const COUNTS_AGAIN: &str = "The login of before was made so, and the browser still holds it: it counts again, unless its time is up, or its key or its store is gone. Visit shows it.";
const NO_DIFFERENCE: &str = "The profile changes nothing here: a session is looked up in either, that is the mechanism. Logins stay.";

/// In the order of the columns, and within a column as the page shows them.
pub static SETTINGS: &[Setting] = &[
    Setting {
        column: Column::Cookie,
        name: "profile",
        choices: &[HARDENED, STATELESS],
        logins: Logins::Stay,
    },
    Setting {
        column: Column::Cookie,
        name: "protection",
        choices: &[
            choice(
                "private",
                &["--protection", "private"],
                "The login cookie is private now: sealed, so that its holder can neither read nor change it.",
            ),
            choice(
                "signed",
                &["--protection", "signed"],
                "The login cookie is signed now: its holder can read it, and not change it.",
            ),
            choice(
                "plain",
                &["--protection", "plain"],
                "The login cookie is plain now: its holder can read it, and write whatever he likes.",
            ),
        ],
        logins: PROTECTED_OTHERWISE,
    },
    Setting {
        column: Column::Session,
        name: "profile",
        choices: &[
            choice("hardened", &["--profile", "hardened"], NO_DIFFERENCE),
            choice("stateless", &["--profile", "stateless"], NO_DIFFERENCE),
        ],
        logins: Logins::Stay,
    },
    Setting {
        column: Column::Session,
        name: "expiry",
        choices: &[
            choice(
                "sliding",
                &[],
                "A session ends 14 days after its last use now. Logins stay.",
            ),
            choice(
                "fixed",
                &["--lifetime", "10m", "--absolute-lifetime", "10m"],
                "A session ends 10 minutes after its login now, however much it is used. Logins stay, unless they are older.",
            ),
        ],
        logins: Logins::Stay,
    },
    Setting {
        column: Column::Session,
        name: "store",
        choices: &[
            choice("redis", &[], "Sessions are in Redis now."),
            choice(
                "embedded",
                &[],
                "Sessions are embedded now: in the server's own process, and no Redis is asked.",
            ),
        ],
        logins: IN_ANOTHER_STORE,
    },
    Setting {
        column: Column::Jwt,
        name: "profile",
        choices: &[HARDENED, STATELESS],
        logins: Logins::Stay,
    },
    Setting {
        column: Column::Jwt,
        name: "delivery",
        choices: &[
            choice(
                "storage",
                &["--delivery", "body"],
                "Script gets the tokens now, and keeps them in storage, where all script of the page can read them. The browser has dropped what it held: page and server change together.",
            ),
            choice(
                "cookie",
                &["--delivery", "cookies"],
                "The tokens come in HttpOnly cookies now: script never sees them, and the browser sends them by itself. The browser has dropped what it held: page and server change together.",
            ),
        ],
        logins: Logins::Dropped,
    },
    Setting {
        column: Column::Jwt,
        name: "rotation",
        choices: &[
            choice(
                "rotating",
                &["--rotation", "on"],
                "A refresh token works once now, and a second use ends the login. Logins stay.",
            ),
            choice(
                "reusable",
                &["--rotation", "off"],
                "A refresh token works until it expires now, and a stolen copy is not noticed. Logins stay.",
            ),
        ],
        logins: Logins::Stay,
    },
    Setting {
        column: Column::Jwt,
        name: "algorithm",
        choices: &[
            choice(
                "hs256",
                &["--algorithm", "HS256"],
                "Tokens are signed with a secret now (HS256): whoever can check them can make them.",
            ),
            choice(
                "eddsa",
                &["--algorithm", "EdDSA"],
                "Tokens are signed with a private key now (EdDSA): its public half checks them and makes none.",
            ),
            choice(
                "es256",
                &["--algorithm", "ES256"],
                "Tokens are signed with a private key now (ES256): its public half checks them and makes none.",
            ),
        ],
        logins: SIGNED_OTHERWISE,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_word_names_one_choice_of_its_column() {
        for column in Column::ALL {
            let settings = SETTINGS.iter().filter(|one| one.column == column);
            let words: Vec<&str> = settings
                .flat_map(|one| one.choices.iter().map(|choice| choice.word))
                .collect();
            let different: HashSet<&&str> = words.iter().collect();
            assert_eq!(different.len(), words.len(), "{words:?}");
        }
    }

    #[test]
    fn each_sentence_and_each_name_is_there_in_both_languages() {
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let lab = read(include_str!("../../../../demo-client/i18n/lab.zh.json"));
        let page = [
            read(include_str!("../../../../demo-client/i18n/en.json")),
            read(include_str!("../../../../demo-client/i18n/zh.json")),
        ];
        assert!(lab[COUNTS_AGAIN].is_string());
        for setting in SETTINGS {
            if let Logins::End(why) = setting.logins {
                assert!(lab[why].is_string(), "{why}");
            }
            let name = format!("variant.{}", setting.name);
            for catalogue in &page {
                assert!(catalogue[&name].is_string(), "{name}");
            }
            for choice in setting.choices {
                assert!(lab[choice.said].is_string(), "{}", choice.said);
                let name = format!("variant.{}.{}", setting.name, choice.word);
                for catalogue in &page {
                    // One word for one thing: who reads it on the page can write it in an address.
                    let label = catalogue[&name].as_str().unwrap_or_default().to_lowercase();
                    assert!(label.contains(choice.word), "{name}: {label}");
                    assert!(catalogue[format!("{name}.long")].is_string(), "{name}.long");
                }
            }
        }
    }
}
