use std::time::Duration;

use contract::wire::Timestamp;

use crate::cookies::{Disbelief, django::Signer, tests::mutations};

const VECTOR: &str = "v:1r31eq:PZVrXzChBBtvxjOjpOCaDdnRhfiljfpBFkOmT8VwhBY";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(1_700_000_000 + seconds)
}

#[test]
fn the_vector_is_written_and_read() {
    let signer = Signer::new("test-secret-key", &[]);
    assert_eq!(signer.sign("k", "v", "", at(0)), VECTOR);
    assert_eq!(
        signer.verify("k", VECTOR, "", None, at(99)),
        Ok("v".to_owned())
    );
}

#[test]
fn ten_seconds_pass_and_eleven_do_not() {
    let signer = Signer::new("test-secret-key", &[]);
    let read = |after| signer.verify("k", VECTOR, "", Some(Duration::from_secs(10)), at(after));
    assert_eq!(read(10), Ok("v".to_owned()));
    assert_eq!(read(11), Err(Disbelief::TooOld));
}

#[test]
fn name_salt_and_key_are_part_of_it() {
    let signer = Signer::new("test-secret-key", &[]);
    let signed = signer.sign("ab", "v:w", "c", at(0));
    let read = |signer: &Signer, name, salt| signer.verify(name, &signed, salt, None, at(0));
    assert_eq!(read(&signer, "ab", "c"), Ok("v:w".to_owned()));
    for (name, salt) in [
        ("ab", ""),
        ("b", "ca"),
        ("abc", ""),
        ("a", "bc"),
        ("", "cab"),
    ] {
        assert_eq!(
            read(&signer, name, salt),
            Err(Disbelief::Changed),
            "{name} {salt}"
        );
    }
    assert_eq!(
        read(&Signer::new("other", &[]), "ab", "c"),
        Err(Disbelief::Changed)
    );
}

#[test]
fn fallbacks_read_and_do_not_sign() {
    let old = Signer::new("old", &[]);
    let new = Signer::new("new", &["older", "old"]);
    let signed = old.sign("k", "v", "", at(0));
    assert_eq!(
        new.verify("k", &signed, "", None, at(0)),
        Ok("v".to_owned())
    );
    let signed = new.sign("k", "v", "", at(0));
    assert_eq!(
        old.verify("k", &signed, "", None, at(0)),
        Err(Disbelief::Changed)
    );
}

#[test]
fn no_mutation_is_believed() {
    let signer = Signer::new("test-secret-key", &[]);
    for (how, changed) in mutations::of(VECTOR) {
        let read = signer.verify("k", &changed, "", None, at(0));
        assert_eq!(read, Err(Disbelief::Changed), "{how}");
    }
    for odd in [
        "",
        ":",
        "::",
        ":::",
        "v",
        "v:1r31eq",
        "v:1r31eq:",
        ":1r31eq:A",
    ] {
        assert!(signer.verify("k", odd, "", None, at(0)).is_err(), "{odd}");
    }
}
