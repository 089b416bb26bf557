//! Cookies that were opened a moment ago.

use super::*;

fn remembering(most: usize) -> Seal {
    seal(Protection::Private).remembering(most)
}

#[test]
fn what_was_remembered_is_what_was_opened() {
    let (current, before) = (MasterKey::random(), MasterKey::random());
    let old = Seal::new(before.clone(), vec![], Protection::Private);
    let seal = Seal::new(current, vec![before], Protection::Private).remembering(4);
    for (value, with_old_key) in [
        (sealed(&seal, &contents()), false),
        (sealed(&old, &contents()), true),
    ] {
        let first = seal.open(&value).unwrap();
        assert!(seal.remembered.find(&value).is_some());
        let second = seal.open(&value).unwrap();
        assert_eq!((first.1, second.1), (with_old_key, with_old_key));
        let json = |contents| serde_json::to_string(contents).unwrap();
        assert_eq!(json(&first.0), json(&second.0));
    }
}

/// The tag is that of a cookie that is known; the rest is not.
#[test]
fn no_mutation_of_a_remembered_cookie_opens() {
    let seal = remembering(4);
    let value = sealed(&seal, &contents());
    assert!(seal.open(&value).is_some());
    for (how, mutated) in mutations::of(&value) {
        assert!(seal.open(&mutated).is_none(), "{how}");
    }
    let longer = format!("AAAA{value}");
    assert!(seal.open(&longer).is_none());
    assert!(seal.open(&value[4..]).is_none());
}

#[test]
fn a_remembered_cookie_ends_all_the_same() {
    let seal = remembering(4);
    let value = sealed(&seal, &contents());
    let (mut known, _) = seal.open(&value).unwrap();
    known.expires_at = Timestamp::now().unix();
    seal.remembered.learn(&value, &known, false);
    assert!(seal.open(&value).is_none());
    // What has ended is not worth a place.
    let seal = remembering(4);
    assert!(seal.open(&sealed(&seal, &known)).is_none());
    assert_eq!(seal.remembered.count(), 0);
}

#[test]
fn what_is_remembered_is_bounded() {
    let seal = remembering(6);
    for _ in 0..50 {
        assert!(seal.open(&sealed(&seal, &contents())).is_some());
        assert!(seal.remembered.count() <= 6);
    }
    assert!(seal.remembered.count() >= 3);
    let mut large = contents();
    large.state.insert("a".to_owned(), "x".repeat(1024).into());
    let none = [remembering(0), seal.remembering(6)];
    let values = [sealed(&none[0], &contents()), sealed(&none[1], &large)];
    for (seal, value) in none.iter().zip(values) {
        assert!(seal.open(&value).is_some());
        assert_eq!(seal.remembered.count(), 0);
    }
}
