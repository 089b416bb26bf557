//! The seal.

mod remembering;

use std::time::Duration;

use contract::accounts::Role;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::cookies::tests::mutations;

const BOTH: [Protection; 2] = [Protection::Private, Protection::Signed];

const LIFETIMES: Lifetimes = Lifetimes {
    idle: Duration::from_secs(60),
    absolute: Duration::from_secs(600),
};

fn seal(protection: Protection) -> Seal {
    Seal::new(MasterKey::random(), vec![], protection)
}

fn sealed(seal: &Seal, contents: &Contents) -> String {
    let line = seal.set_cookie(contents).unwrap();
    let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
    pair.strip_prefix("__Host-login=").unwrap().to_owned()
}

fn contents() -> Contents {
    let mut contents = Contents::new(LIFETIMES);
    let user = contract::wire::User {
        id: 1,
        username: "alice".to_owned(),
        email: "alice@example.test".to_owned(),
        roles: vec![Role::User],
    };
    contents.login = Some(Login::new(user, 0));
    contents
}

#[test]
fn what_is_sealed_opens_with_the_same_key_only() {
    for protection in BOTH {
        let mine = seal(protection);
        let value = sealed(&mine, &contents());
        assert!(mine.open(&value).is_some());
        assert!(seal(protection).open(&value).is_none());
    }
}

#[test]
fn the_same_contents_never_look_the_same_and_are_as_long() {
    let seal = seal(Protection::Private);
    let contents = contents();
    let (one, other) = (sealed(&seal, &contents), sealed(&seal, &contents));
    assert_ne!(one, other);
    for _ in 0..50 {
        assert_eq!(sealed(&seal, &contents).len(), one.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    /// The seven mutations at every byte: none opens, whatever is inside.
    #[test]
    fn no_mutation_opens(state in "[a-z]{0,30}") {
        let key = MasterKey::random();
        for protection in BOTH {
            let seal = Seal::new(key.clone(), vec![], protection);
            let mut contents = contents();
            contents.state.insert("a".to_owned(), state.clone().into());
            let value = sealed(&seal, &contents);
            prop_assert!(seal.open(&value).is_some());
            for (how, mutated) in mutations::of(&value) {
                prop_assert!(seal.open(&mutated).is_none(), "{protection:?}: {how}");
            }
        }
    }
}

#[test]
fn the_value_of_another_cookie_does_not_open() {
    let key = MasterKey::random();
    let json = serde_json::to_string(&contents()).unwrap();
    for protection in BOTH {
        let seal = Seal::new(key.clone(), vec![], protection);
        let text = match protection {
            Protection::Private => json.clone(),
            _ => BASE64_URL_SAFE_NO_PAD.encode(&json),
        };
        let purpose = "cookie-state: seal of the login cookie";
        let of_login = Keys::new(purpose, key.clone(), vec![]);
        assert!(
            seal.open(&of_login.of(COOKIE).lock(protection, text.clone()))
                .is_some()
        );
        // Another name, and another purpose with the same name.
        let elsewhere = of_login.of("__Host-cookies").lock(protection, text.clone());
        assert!(seal.open(&elsewhere).is_none());
        let purpose = "cookie-state: cookies of visitors";
        let of_visitors = Keys::new(purpose, key.clone(), vec![]).of(COOKIE);
        assert!(seal.open(&of_visitors.lock(protection, text)).is_none());
        // A value that the API has dated is no login either.
        let dated = of_visitors.protect(protection, "{}", Timestamp::now());
        assert!(seal.open(&dated).is_none());
    }
}

#[test]
fn old_keys_open_and_do_not_seal() {
    let (old, new) = (MasterKey::random(), MasterKey::random());
    let before = Seal::new(old.clone(), vec![], Protection::Private);
    let rotated = Seal::new(new.clone(), vec![old], Protection::Private);
    let value = sealed(&before, &contents());
    assert!(
        rotated
            .open(&value)
            .is_some_and(|(_, with_old_key)| with_old_key)
    );
    let value = sealed(&rotated, &contents());
    assert!(
        rotated
            .open(&value)
            .is_some_and(|(_, with_old_key)| !with_old_key)
    );
    assert!(before.open(&value).is_none());
    assert!(
        Seal::new(new, vec![], Protection::Private)
            .open(&value)
            .is_some()
    );
}

#[test]
fn signed_can_be_read_and_plain_can_be_written() {
    let json = |value: &str| -> serde_json::Value {
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(value).unwrap()).unwrap()
    };
    let signed = sealed(&seal(Protection::Signed), &contents());
    // Behind the signature, which has 44 letters.
    assert_eq!(json(&signed[44..])["l"]["u"]["username"], "alice");

    let plain = seal(Protection::Plain);
    let mut forged = json(&sealed(&plain, &contents()));
    forged["l"]["u"]["roles"] = json!(["admin"]);
    let forged = BASE64_URL_SAFE_NO_PAD.encode(forged.to_string());
    let (opened, _) = plain.open(&forged).unwrap();
    assert!(opened.login.unwrap().user.roles.contains(&Role::Admin));
    assert!(seal(Protection::Signed).open(&forged).is_none());
    assert!(seal(Protection::Private).open(&forged).is_none());
}

#[test]
fn both_ends_inside_the_seal_count() {
    for protection in [Protection::Private, Protection::Signed, Protection::Plain] {
        let seal = seal(protection);
        let now = Timestamp::now().unix();
        for (idle_end, last, opens) in [
            (now + 60, now + 60, true),
            (now, now + 60, false),
            (now + 60, now, false),
        ] {
            let mut contents = contents();
            (contents.expires_at, contents.last) = (idle_end, last);
            assert_eq!(seal.open(&sealed(&seal, &contents)).is_some(), opens);
        }
    }
}

#[test]
fn use_moves_the_end_up_to_the_last_one() {
    let mut contents = contents();
    let idle = LIFETIMES.idle;
    assert!(!contents.use_now(idle), "just made");
    let end = contents.expires_at;
    // A tenth of the idle time ago is worth telling the browser, a second less is not.
    contents.expires_at = end - 5;
    assert!(!contents.use_now(idle));
    assert!(contents.expires_at >= end);
    contents.expires_at = end - 6;
    assert!(contents.use_now(idle));
    contents.last = contents.expires_at;
    assert!(!contents.use_now(idle * 10));
    assert_eq!(contents.expires_at, contents.last);
    contents.last += 100;
    contents.end_at(Timestamp::from_unix(contents.last + 100));
    assert_eq!((contents.expires_at, contents.kept), (contents.last, true));
    contents.end_at(Timestamp::from_unix(end - 10));
    assert!(!contents.use_now(idle), "the visitor has set the end");
    assert_eq!(contents.expires_at, end - 10);
    contents.end_with_browser(idle);
    assert!(contents.expires_at >= end && !contents.kept);
}

#[test]
fn a_cookie_that_a_browser_would_drop_is_not_made() {
    let seal = seal(Protection::Private);
    let mut contents = contents();
    let mut at = |octets: usize| {
        contents
            .state
            .insert("long".to_owned(), "x".repeat(octets).into());
        seal.set_cookie(&contents)
    };
    let (mut fits, mut does_not) = (0, 4096);
    while does_not - fits > 1 {
        let half = usize::midpoint(fits, does_not);
        match at(half) {
            Ok(_) => fits = half,
            Err(Problem::StateTooLarge { would_be, limit }) => {
                assert!(would_be > limit && limit == 4096, "{would_be}");
                does_not = half;
            }
            Err(other) => panic!("{other}"),
        }
    }
    // Base64 grows by fours: the largest that fits is no further than that from the limit.
    let line = at(fits).unwrap();
    let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!((4093..=4097).contains(&pair.len()), "{}", pair.len());
}
