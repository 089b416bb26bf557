//! What of a set is used, and where one is looked for.

use serde_json::{Value, json};

use super::*;
use crate::credential::remote::set;

#[test]
fn of_a_set_only_public_keys_with_one_algorithm_are_used() {
    let jwk = |algorithm: &str| {
        let set = theirs(algorithm).published();
        serde_json::to_value(&set.keys[0]).unwrap()
    };
    let with = |key: &Value, name: &str, value: Value| {
        let mut key = key.clone();
        key[name] = value;
        key
    };
    let without = |key: &Value, name: &str| {
        let mut key = key.clone();
        key.as_object_mut().unwrap().remove(name);
        key
    };
    let [ec, ed] = [jwk("ES256"), jwk("EdDSA")];
    let rsa = of_rsa();
    let secret = json!({ "kty": "oct", "alg": "HS256", "kid": "s", "k": "A".repeat(43) });
    let used = |keys: &[Value]| {
        let content = json!({ "keys": keys, "more": 1 }).to_string();
        let read = set::read(content.as_bytes()).unwrap();
        assert_eq!(read.keys.len() + read.left_out.len(), keys.len());
        read.keys.len()
    };
    assert_eq!(used(&[ec.clone(), ed.clone(), rsa.clone()]), 3);
    assert_eq!(used(&[without(&ec, "alg"), without(&ed, "alg")]), 2);
    assert_eq!(
        used(&[ec.clone(), with(&ed, "kid", ec["kid"].clone())]),
        1,
        "one name"
    );
    for unused in [
        secret.clone(),
        with(&ec, "d", json!("AA")),
        with(&rsa, "p", json!("AA")),
        with(&ed, "k", json!("AA")),
        with(&secret, "kty", json!("RSA")),
        without(&rsa, "alg"),
        with(&rsa, "alg", json!("HS256")),
        with(&rsa, "alg", json!("PS256")),
        with(&ec, "alg", json!("ES384")),
        with(&ec, "use", json!("enc")),
        without(&ec, "kid"),
        with(&ec, "kid", json!("")),
        with(&ec, "kid", json!(1)),
        with(&ec, "x", json!("AA")),
        with(&rsa, "n", json!("A".repeat(171))),
        json!({}),
    ] {
        assert_eq!(used(std::slice::from_ref(&unused)), 0, "{unused}");
    }
    for none in [
        "",
        "[]",
        "{}",
        r#"{"keys":[1]}"#,
        r#"{"keys":[],"keys":[]}"#,
    ] {
        assert!(set::read(none.as_bytes()).is_none(), "{none}");
    }
    let many = json!({ "keys": vec![ec; 65] }).to_string();
    assert!(set::read(many.as_bytes()).is_none());
}

/// The public half of a key that is there: to make one takes long.
fn of_rsa() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/rsa.pem");
    let signer = signer(&["jwt-state", "--signing-key", file]);
    serde_json::to_value(&signer.published().keys[0]).unwrap()
}

#[test]
fn only_https_is_asked_or_this_machine() {
    for good in [
        "https://issuer.example.test/keys",
        "http://127.0.0.1:8003/.well-known/jwks.json",
        "http://[::1]:8003/",
        "http://localhost/",
    ] {
        assert!(jwks_url(good).is_ok(), "{good}");
    }
    for bad in [
        "http://issuer.example.test/",
        "http://localhost.example.test/",
        "http://10.0.0.1/",
        "https://me:secret@issuer.example.test/",
        "https://issuer.example.test/#a",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "issuer.example.test",
        "",
    ] {
        assert!(jwks_url(bad).is_err(), "{bad}");
    }
    for alone in [
        &["--jwks", "https://issuer.example.test/"][..],
        &["--jwks-issuer", "urn:them"],
    ] {
        let arguments = [&["jwt-state"], alone].concat();
        assert!(Settings::try_parse_from(arguments).is_err());
    }
}
