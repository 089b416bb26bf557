//! Each attack runs against the column as it is switched: what comes of it differs where the
//! variant makes a difference, and nowhere else; and what has nothing to aim at says why.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use futures_util::StreamExt;
use futures_util::stream::iter;
use lab::Profile;
use lab::attacks::{ATTACKS, Attack, Tried};
use lab::column::Column;
use lab::variants::Variants;
use lab::verdict::Word;

/// Servers that run at once.
const AT_ONCE: usize = 4;

fn all(column: Column, words: &[&str]) -> Vec<Tried> {
    let variants = Variants::usual(Profile::Hardened);
    let variants = variants.with_all(column, words.iter().copied()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let attacks = iter(ATTACKS).map(|attack| attack.run(column, variants));
    let tried = attacks.buffered(AT_ONCE).map(Result::unwrap);
    let tried = tried.filter_map(|tried| async { tried });
    runtime.block_on(tried.collect())
}

/// All of them as the column runs: what did not come out as it usually does, and how it did.
fn otherwise(column: Column, words: &[&str]) -> Vec<(&'static str, &'static str, Option<Word>)> {
    let tried = all(column, words);
    assert!(tried.len() > 10);
    for one in &tried {
        let runs = words.iter().all(|word| one.variants.contains(word));
        assert!(runs, "{} ran as {:?}", one.attack, one.variants);
        // Never passed over in silence.
        assert!(one.word.is_some() || one.remark.is_some(), "{one:?}");
    }
    let unusual = tried.iter().filter(|one| one.outcome != "pass");
    unusual
        .map(|one| (one.attack, one.outcome, one.word))
        .collect()
}

const NO_COOKIE: [(&str, &str, Option<Word>); 3] = [
    ("cross-site", "not applicable", None),
    ("sibling", "not applicable", None),
    ("form", "not applicable", None),
];

#[test]
fn a_plain_cookie_can_be_forged() {
    let expected = [("edit", "fail", Some(Word::Forged))];
    assert_eq!(otherwise(Column::Cookie, &["plain"]), expected);
}

#[test]
fn a_session_of_fixed_length_holds_too() {
    assert_eq!(otherwise(Column::Session, &["fixed"]), []);
}

#[test]
fn tokens_in_cookies_are_attacked_by_other_sites_too_and_a_private_key_changes_nothing() {
    assert_eq!(otherwise(Column::Jwt, &["cookie", "eddsa"]), []);
}

#[test]
fn without_rotation_a_refresh_token_works_often() {
    let in_again = ["refresh-reuse", "refresh-race"];
    let in_again = in_again.map(|attack| (attack, "fail", Some(Word::Allowed)));
    let expected: Vec<_> = NO_COOKIE.into_iter().chain(in_again).collect();
    assert_eq!(otherwise(Column::Jwt, &["reusable", "es256"]), expected);
}

/// The evidence opens at the attack and calls the control one.
#[test]
fn the_evidence_shows_the_attack_and_names_the_control() {
    let edit = Attack::named("edit").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (words, status) in [(&[][..], " 401 "), (&["plain"][..], " 200 ")] {
        let variants = Variants::usual(Profile::Hardened);
        let variants = variants
            .with_all(Column::Cookie, words.iter().copied())
            .unwrap();
        let tried = runtime.block_on(edit.run(Column::Cookie, variants));
        let tried = tried.unwrap().unwrap();
        assert_eq!(tried.purposes.len(), tried.exchanges.len());
        let shown = &tried.purposes[tried.shown];
        let what = shown.tried.as_deref().unwrap();
        assert!(what.starts_with("a copy"), "{what}");
        // What can be read is told: which member the forger changed, and to what.
        let is_told = what.contains(" changed: ") && what.contains(" says ");
        assert_eq!(is_told, !words.is_empty(), "{what}");
        let exchange = &tried.exchanges[tried.shown];
        assert!(exchange.contains(status), "{exchange}");
        let controls = tried.purposes.iter().zip(&tried.exchanges);
        let mut controls = controls.filter(|(purpose, _)| purpose.control);
        assert!(controls.all(|(_, exchange)| exchange.contains(" 200 ")));
        // The one before a thousand copies is among the last exchanges no more.
        let has_control = tried.purposes.iter().any(|purpose| purpose.control);
        assert_eq!(has_control, words.is_empty());
    }
}
