use std::time::Duration;

use contract::{settings::MasterKey, wire::Timestamp};
use proptest::prelude::*;

use crate::cookies::{Disbelief, Keys, Protection, SHORTEST_PROTECTED, tests::mutations};

const BOTH: [Protection; 2] = [Protection::Private, Protection::Signed];

fn keys(key: &MasterKey) -> Keys {
    Keys::new("test", key.clone(), vec![])
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

fn changed(keys: &Keys, name: &'static str, protection: Protection, sent: &str) -> bool {
    keys.of(name).believe(protection, sent).err() == Some(Disbelief::Changed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// The seven mutations, at every byte.
    #[test]
    fn no_mutation_is_believed(value in "[!#-+\\--:<-\\[\\]-~]{0,40}", other in "[a-z]{1,40}") {
        let keys = keys(&MasterKey::random());
        for protection in BOTH {
            let sent = keys.of("a").protect(protection, &value, at(1));
            for (how, mutated) in mutations::of(&sent) {
                prop_assert!(changed(&keys, "a", protection, &mutated), "{protection:?}: {how}");
            }
            // Another cookie's value, and parts of it.
            let theirs = keys.of("b").protect(protection, &value, at(1));
            prop_assert!(changed(&keys, "a", protection, &theirs));
            let mine = keys.of("a").protect(protection, &other, at(2));
            for cut in 1..sent.len().min(mine.len()) {
                let spliced = format!("{}{}", &sent[..cut], &mine[cut..]);
                if spliced != sent && spliced != mine {
                    prop_assert!(changed(&keys, "a", protection, &spliced), "spliced at {cut}");
                }
            }
        }
    }

    #[test]
    fn what_was_protected_is_read_back(value in ".{0,60}", second in 0_i64..1 << 40) {
        let keys = keys(&MasterKey::random());
        let sealed = keys.of("a").protect(Protection::Private, &value, at(second));
        let read = keys.of("a").believe(Protection::Private, &sealed).unwrap();
        prop_assert_eq!((read.value, read.made_at), (value, Some(at(second.min(Timestamp::MAX.unix())))));
    }

    #[test]
    fn nothing_that_is_sent_panics(sent in ".{0,80}") {
        let keys = keys(&MasterKey::random());
        for protection in BOTH {
            prop_assert!(changed(&keys, "a", protection, &sent));
        }
    }
}

#[test]
fn name_purpose_and_key_are_part_of_it() {
    let key = MasterKey::random();
    let keys = keys(&key);
    for protection in BOTH {
        let sent = keys.of("a").protect(protection, "v", at(1));
        assert!(keys.of("a").believe(protection, &sent).is_ok());
        assert!(changed(&keys, "b", protection, &sent));
        let of_another_purpose = Keys::new("other", key.clone(), vec![]);
        assert!(changed(&of_another_purpose, "a", protection, &sent));
        assert!(changed(
            &self::keys(&MasterKey::random()),
            "a",
            protection,
            &sent
        ));
    }
    // One protection does not pass for the other.
    let sealed = keys.of("a").protect(Protection::Private, "v", at(1));
    assert!(changed(&keys, "a", Protection::Signed, &sealed));
    let signed = keys.of("a").protect(Protection::Signed, "v", at(1));
    assert!(changed(&keys, "a", Protection::Private, &signed));
}

#[test]
fn a_signed_value_is_readable_and_a_private_one_is_not_and_never_the_same() {
    let keys = keys(&MasterKey::random()).of("a");
    assert!(
        keys.protect(Protection::Signed, "dark", at(7))
            .ends_with("7.dark")
    );
    let seal = || keys.protect(Protection::Private, "dark", at(7));
    assert_ne!(seal(), seal());
    let empty = |protection| keys.protect(protection, "", at(1_700_000_000)).len();
    assert_eq!(empty(Protection::Private), SHORTEST_PROTECTED);
    assert!(empty(Protection::Signed) > SHORTEST_PROTECTED);
    // As long for the same contents, however they come out: no octet is encoded on the way.
    assert_eq!(seal().len(), seal().len());
}

#[test]
fn old_keys_read_and_do_not_write() {
    let (old, new) = (MasterKey::random(), MasterKey::random());
    let rotated = Keys::new("test", new.clone(), vec![MasterKey::random(), old.clone()]);
    for protection in BOTH {
        let sent = keys(&old).of("a").protect(protection, "v", at(1));
        let read = rotated.of("a").believe(protection, &sent).unwrap();
        assert!(read.with_old_key && read.value == "v");
        let sent = rotated.of("a").protect(protection, "v", at(1));
        assert!(
            !rotated
                .of("a")
                .believe(protection, &sent)
                .unwrap()
                .with_old_key
        );
        assert!(keys(&new).of("a").believe(protection, &sent).is_ok());
        assert!(changed(&keys(&old), "a", protection, &sent));
    }
}

#[test]
fn age_counts_in_whole_seconds() {
    let keys = keys(&MasterKey::random()).of("a");
    let ten = Duration::from_secs(10);
    for protection in BOTH {
        let read = keys.believe(protection, &keys.protect(protection, "v", at(100)));
        let read = read.unwrap();
        assert_eq!(read.is_younger_than(ten, at(110)), Ok(()));
        assert_eq!(read.is_younger_than(ten, at(111)), Err(Disbelief::TooOld));
    }
    let plain = keys.believe(Protection::Plain, "v").unwrap();
    assert_eq!(plain.is_younger_than(ten, at(0)), Err(Disbelief::Undated));
}
