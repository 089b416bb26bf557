//! The properties that `fuzz/` fuzzes, here with random bytes, with random changes to what is good,
//! and with every seed: no panic, and nothing is accepted.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod untrusted {
    pub(crate) mod cookie;
    pub(crate) mod token;
}

use std::path::Path;

use proptest::prelude::*;
use untrusted::{cookie, token};

/// The seeds of a fuzz target, and how many there are.
fn seeds(target: &str, property: fn(&[u8])) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = std::fs::read_dir(root.join("fuzz/seeds").join(target)).unwrap();
    let files = folder.map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.map(|bytes| property(&bytes)).count()
}

#[test]
fn no_seed_is_accepted() {
    assert!(seeds("token", token::property) >= 3);
    assert!(seeds("cookie", cookie::property) >= 3);
}

/// What the changes begin with is good, or they would prove nothing.
#[test]
fn the_token_that_is_changed_is_accepted() {
    assert!(token::lets_in(&token::good()));
    token::property(&token::good());
}

/// Bytes that often make sense: pieces of JSON, numbers, separators, or anything.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\"exp\":".to_vec()),
        Just(b"\"sub\":\"3\"".to_vec()),
        Just(b"\"roles\":[\"admin\"]".to_vec()),
        Just(b"\"crit\":[\"exp\"]".to_vec()),
        Just(b"{}[],:\"\\\0".to_vec()),
        Just(b"e99".to_vec()),
        Just(b"-1".to_vec()),
        Just("\u{feff}\u{0}\u{10ffff}".as_bytes().to_vec()),
        any::<Vec<u8>>(),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

/// Two thousand cases of each property; `PROPTEST_CASES` says how many instead.
fn config() -> ProptestConfig {
    let by_default = ProptestConfig::default();
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => by_default.cases,
        None => 2000,
    };
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..by_default
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn random_bytes_are_no_token(bytes in pieces()) {
        token::property(&bytes);
    }

    #[test]
    fn random_bytes_are_no_cookie(bytes in pieces()) {
        cookie::property(&bytes);
    }

    /// Signed by our own key: whoever got it still gets in with nothing that we would not make.
    #[test]
    fn a_changed_token_is_accepted_only_as_one_of_ours(
        at in any::<prop::sample::Index>(), gone in 0..20_usize, instead in pieces(),
    ) {
        let mut bytes = token::good();
        let start = at.index(bytes.len());
        let end = (start + gone).min(bytes.len());
        bytes.splice(start..end, instead);
        token::property(&bytes);
    }
}
