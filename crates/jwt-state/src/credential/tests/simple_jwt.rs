//! Tokens that Django's Simple JWT has made, and claims under other names.

use super::*;

fn signer_with(arguments: &[&str]) -> Signer {
    use clap::Parser;
    let settings = Settings::parse_from([&["jwt-state"], arguments].concat());
    let key = MasterKey::from_base64(&"A".repeat(64)).unwrap();
    Signer::new(&key, &settings).unwrap()
}

/// As Simple JWT 5.5 writes it.
fn theirs() -> Value {
    let now = Timestamp::now().unix();
    json!({ "token_type": "access", "exp": now + 300, "iat": now, "jti": "0f".repeat(16), "user_id": "1" })
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const ACCEPTED: [&str; 3] = ["--profile", "stateless", "--accept-simple-jwt"];

#[test]
fn a_token_of_simple_jwt_is_taken_only_where_that_is_set() {
    let signer = signer_with(&ACCEPTED);
    let token = forge(&signer, HEADER, &theirs().to_string());
    let read = signer.read(Kind::Access, &token).unwrap();
    assert_eq!((read.account(), read.user().is_none()), (Some(1), true));
    assert_eq!(
        signer.read(Kind::Refresh, &token).err(),
        Some(TokenFault::WrongType)
    );
    let usual = signer_with(&[]);
    assert!(usual.read(Kind::Access, &token).is_err());
    let own = super::token(&signer, Kind::Access);
    assert!(signer.read(Kind::Access, &own).is_ok());
}

#[test]
fn nothing_else_may_be_wrong_with_it() {
    let signer = signer_with(&ACCEPTED);
    let now = Timestamp::now().unix();
    for (name, value) in [
        ("token_type", json!("refresh")),
        ("token_type", json!(null)),
        ("exp", json!(now)),
        ("exp", json!(now + 301)),
        ("exp", json!("9999999999")),
        ("iat", json!(now + 60)),
        ("jti", json!(null)),
        ("user_id", json!(1)),
        ("user_id", json!("01")),
        ("user_id", json!(null)),
        ("iss", json!("urn:other")),
        ("aud", json!(["urn:statelab:api"])),
        ("nbf", json!(now)),
    ] {
        let mut claims = theirs();
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        let token = forge(&signer, HEADER, &claims.to_string());
        assert!(signer.read(Kind::Access, &token).is_err(), "{name} {value}");
    }
    let twice = theirs().to_string().replacen('{', r#"{"user_id":"3","#, 1);
    let claims = theirs().to_string();
    for (header, claims) in [
        (HEADER, &twice),
        (r#"{"alg":"HS256"}"#, &claims),
        (r#"{"alg":"HS512","typ":"JWT"}"#, &claims),
        (r#"{"alg":"none","typ":"JWT"}"#, &claims),
        (r#"{"alg":"HS256","typ":"JWT","kid":"x"}"#, &claims),
        (r#"{"alg":"HS256","typ":"at+jwt"}"#, &claims),
    ] {
        let token = forge(&signer, header, claims);
        assert!(signer.read(Kind::Access, &token).is_err(), "{header}");
    }
    let other = Signer::new(&MasterKey::random(), &signer.0.settings).unwrap();
    let token = forge(&other, HEADER, &claims);
    assert!(signer.read(Kind::Access, &token).is_err());
}

#[test]
fn a_claim_is_read_under_the_name_that_is_set_and_no_other() {
    let renamed = signer_with(&["--jti-claim", "token_id", "--token-type-claim", "kind"]);
    let usual = signer_with(&[]);
    for kind in [Kind::Access, Kind::Refresh] {
        for (from, to, is_read) in [
            (&renamed, &renamed, true),
            (&usual, &renamed, false),
            (&renamed, &usual, false),
        ] {
            let token = super::token(from, kind);
            assert_eq!(to.read(kind, &token).is_ok(), is_read);
        }
    }
}
