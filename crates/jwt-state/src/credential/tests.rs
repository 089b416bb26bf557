use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::accounts::Role;
use jsonwebtoken::{Algorithm, EncodingKey, crypto::sign};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

mod forged;
mod keys;
mod remembering;
mod rings;
mod simple_jwt;

fn settings() -> Settings {
    use clap::Parser;
    Settings::parse_from(["jwt-state"])
}

fn signer() -> Signer {
    Signer::new(
        &MasterKey::from_base64(&"A".repeat(64)).unwrap(),
        &settings(),
    )
    .unwrap()
}

fn token(signer: &Signer, kind: Kind) -> String {
    let account = Account {
        id: 1,
        username: "alice".to_owned(),
        email: "alice@example.test".to_owned(),
        roles: vec![Role::User],
        epoch: 1,
        disabled: false,
    };
    let now = Timestamp::now();
    let login = Login {
        account: &account,
        family: "a-family",
        remember: false,
        authenticated_at: now,
        ends_at: Timestamp::MAX,
    };
    signer.sign(kind, &login).unwrap().0.0
}

fn part(text: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

/// A token with any header and any claims, signed with the real key.
fn forge(signer: &Signer, header: &str, claims: &(impl AsRef<[u8]> + ?Sized)) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = sign(
        message.as_bytes(),
        &signer.0.ring().signing,
        Algorithm::HS256,
    )
    .unwrap();
    format!("{message}.{signature}")
}

fn header(signer: &Signer) -> Value {
    json!({ "alg": "HS256", "typ": "at+jwt", "kid": signer.0.ring().kid })
}

fn claims() -> Value {
    let now = Timestamp::now().unix();
    json!({
        "iss": "urn:statelab:jwt-state", "aud": "urn:statelab:api", "sub": "1", "jti": "x",
        "iat": now, "exp": now + 60, "auth_time": now, "token_type": "access", "sid": "a-family",
        "username": "alice", "email": "alice@example.test", "roles": ["user"],
    })
}

#[test]
fn a_token_of_ours_reads_back_and_is_of_its_kind_only() {
    let signer = signer();
    let access = token(&signer, Kind::Access);
    let read = signer.read(Kind::Access, &access).unwrap();
    assert_eq!((read.account(), read.sid.as_str()), (Some(1), "a-family"));
    assert_eq!(read.user().unwrap().email, "alice@example.test");
    assert!(signer.read(Kind::Refresh, &access).is_err());
    let refresh = token(&signer, Kind::Refresh);
    assert!(
        signer
            .read(Kind::Refresh, &refresh)
            .unwrap()
            .user()
            .is_none(),
        "no copy in there"
    );
    assert!(signer.read(Kind::Access, &refresh).is_err());
    assert_ne!(access, token(&signer, Kind::Access));
}

#[test]
fn a_token_of_another_key_issuer_or_audience_is_refused() {
    let token = token(&signer(), Kind::Access);
    assert!(
        Signer::new(&MasterKey::random(), &settings())
            .unwrap()
            .read(Kind::Access, &token)
            .is_err()
    );
    for other in [
        Settings {
            issuer: "urn:other".to_owned(),
            ..settings()
        },
        Settings {
            audience: "urn:other".to_owned(),
            ..settings()
        },
    ] {
        let key = MasterKey::from_base64(&"A".repeat(64)).unwrap();
        assert!(
            Signer::new(&key, &other)
                .unwrap()
                .read(Kind::Access, &token)
                .is_err()
        );
    }
}

#[test]
fn clocks_may_be_apart_by_the_leeway_and_no_more() {
    let key = MasterKey::from_base64(&"A".repeat(64)).unwrap();
    let span = |seconds| Some(std::time::Duration::from_secs(seconds));
    for leeway in [0, 10, 60] {
        let settings = Settings {
            leeway: (leeway > 0).then(|| span(leeway)).flatten(),
            ..settings()
        };
        let signer = Signer::new(&key, &settings).unwrap();
        let leeway = i64::try_from(leeway).unwrap();
        let now = Timestamp::now().unix();
        let is_read = |changes: &[(&str, i64)]| {
            let mut claims = claims();
            for (name, instant) in changes {
                claims[*name] = (*instant).into();
            }
            let token = forge(&signer, &header(&signer).to_string(), &claims.to_string());
            signer.read(Kind::Access, &token).is_ok()
        };
        let made = |iat, exp| [("auth_time", now - 200), ("iat", iat), ("exp", exp)];
        // Two seconds in between: the test takes some time, too.
        assert!(!is_read(&made(now - 100, now - leeway)), "over");
        assert!(!is_read(&[("nbf", now + leeway + 3)]), "too early");
        assert!(
            !is_read(&made(now + leeway + 3, now + leeway + 60)),
            "from the future"
        );
        if leeway > 0 {
            assert!(is_read(&made(now - 100, now - leeway + 3)));
            assert!(is_read(&[("nbf", now + leeway)]));
            assert!(is_read(&made(now + leeway, now + leeway + 60)));
        }
    }
    for (leeway, fits) in [(60, true), (61, false)] {
        assert_eq!(
            Settings {
                leeway: span(leeway),
                ..settings()
            }
            .check()
            .is_ok(),
            fits
        );
    }
}

#[test]
fn a_token_whose_time_is_over_says_whose_it_was_and_nothing_else_may_be_wrong() {
    let signer = signer();
    let then = Timestamp::now().unix() - 100;
    let mut claims = claims();
    for (name, instant) in [("iat", then), ("auth_time", then), ("exp", then + 60)] {
        claims[name] = instant.into();
    }
    let over = forge(&signer, &header(&signer).to_string(), &claims.to_string());
    assert!(signer.read(Kind::Access, &over).is_err());
    let read = signer.read_expired(Kind::Access, &over).unwrap();
    assert_eq!(read.sid, "a-family");
    assert!(signer.read_expired(Kind::Refresh, &over).is_none());
    assert!(
        signer
            .read_expired(Kind::Access, &over[..over.len() - 1])
            .is_none()
    );
    claims["iss"] = "urn:other".into();
    let others = forge(&signer, &header(&signer).to_string(), &claims.to_string());
    assert!(signer.read_expired(Kind::Access, &others).is_none());
}

#[test]
fn a_token_does_not_print_itself() {
    let token = Token("a.b.c".to_owned());
    assert_eq!(format!("{token:?}"), "Token([redacted])");
    assert_eq!(serde_json::to_string(&token).unwrap(), r#""a.b.c""#);
}

proptest! {
    #[test]
    fn no_mutation_is_accepted(
        position in any::<prop::sample::Index>(),
        replacement in prop_oneof!["", "[A-Za-z0-9_.=+/ -]", "[A-Za-z0-9_-]{2}", "\\PC"],
        cut in any::<bool>(),
    ) {
        let signer = signer();
        let good = token(&signer, Kind::Access);
        let at = position.index(good.len());
        let rest = if cut { "" } else { &good[at + 1..] };
        let mutated = format!("{}{replacement}{rest}", &good[..at]);
        prop_assume!(mutated != good);
        prop_assert!(signer.read(Kind::Access, &mutated).is_err());
    }

    #[test]
    fn the_last_bits_of_a_signature_count(bits in 1_u8..4) {
        // 32 bytes are 42 characters and 4 bits: the last character has two to spare.
        const ALPHABET: &[u8] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let signer = signer();
        let mut token = token(&signer, Kind::Access);
        let last = token.pop().unwrap();
        let index = ALPHABET.iter().position(|c| *c == last as u8).unwrap();
        token.push(char::from(ALPHABET[index | usize::from(bits)]));
        prop_assert!(signer.read(Kind::Access, &token).is_err());
    }

    #[test]
    fn nothing_makes_it_panic(bytes in "\\PC{0,200}", header in "\\PC{0,60}", claims in "\\PC{0,200}") {
        let signer = signer();
        prop_assert!(signer.read(Kind::Access, &bytes).is_err());
        prop_assert!(signer.read(Kind::Access, &forge(&signer, &header, &claims)).is_err());
        let header = self::header(&signer).to_string();
        prop_assert!(signer.read(Kind::Access, &forge(&signer, &header, &claims)).is_err());
    }
}
