//! Keys that sign: each algorithm, and replacing one key by another.

use std::path::{Path, PathBuf};

use super::*;

/// Made for these tests; nothing else is signed with them.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/keys")
        .join(name)
}

fn opened(settings: &Settings) -> Result<Signer, String> {
    let master = MasterKey::from_base64(&"A".repeat(64)).unwrap();
    Signer::new(&master, settings).map_err(|error| error.to_string())
}

fn with_key(name: &str, algorithm: Option<Algorithm>) -> Settings {
    Settings {
        signing_key: Some(file(name)),
        algorithm,
        ..settings()
    }
}

fn algorithm_of(token: &str) -> String {
    let head = BASE64_URL_SAFE_NO_PAD
        .decode(token.split('.').next().unwrap())
        .unwrap();
    let head: Value = serde_json::from_slice(&head).unwrap();
    head["alg"].as_str().unwrap().to_owned()
}

#[test]
fn each_algorithm_signs_and_checks_its_own_and_no_other() {
    use Algorithm::{ES256, ES384, EdDSA, HS256, HS384, HS512, RS256, RS384, RS512};
    let mut all = Vec::new();
    for (key, algorithm, name) in [
        (None, None, "HS256"),
        (None, Some(HS256), "HS256"),
        (None, Some(HS384), "HS384"),
        (None, Some(HS512), "HS512"),
        (Some("rsa.pem"), None, "RS256"),
        (Some("rsa.pem"), Some(RS384), "RS384"),
        (Some("rsa.pem"), Some(RS512), "RS512"),
        (Some("p256.pem"), None, "ES256"),
        (Some("p256.pem"), Some(ES256), "ES256"),
        (Some("p384.pem"), None, "ES384"),
        (Some("ed25519.pem"), Some(EdDSA), "EdDSA"),
    ] {
        let settings = match key {
            Some(key) => with_key(key, algorithm),
            None => Settings {
                algorithm,
                ..settings()
            },
        };
        let signer = opened(&settings).unwrap();
        let token = token(&signer, Kind::Access);
        assert_eq!(algorithm_of(&token), name);
        all.push((name, signer, token));
    }
    for (own, signer, _) in &all {
        for (name, _, token) in &all {
            let is_read = signer.read(Kind::Access, token).is_ok();
            assert_eq!(is_read, own == name, "{name} by {own}");
        }
    }
    for (key, algorithm) in [
        ("rsa.pem", HS256),
        ("rsa.pem", ES256),
        ("p256.pem", ES384),
        ("p384.pem", ES256),
        ("ed25519.pem", RS256),
        ("short.pem", RS256),
        ("ed25519.public.pem", EdDSA),
    ] {
        let refused = opened(&with_key(key, Some(algorithm))).err().unwrap();
        assert!(
            refused.contains(key) && refused.contains("--signing-key"),
            "{refused}"
        );
    }
    let refused = opened(&Settings {
        algorithm: Some(RS256),
        ..settings()
    })
    .err();
    assert!(refused.unwrap().contains("--signing-key"));
}

#[test]
fn a_key_is_replaced_without_a_logout() {
    let old = opened(&settings()).unwrap();
    let before = token(&old, Kind::Refresh);
    // The secret of before, written down as JWK.
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("before.json");
    let ring = old.0.ring();
    let key = &ring.verifying[0].key;
    let k = BASE64_URL_SAFE_NO_PAD.encode(key.try_get_as_bytes().unwrap());
    std::fs::write(
        &secret,
        json!({ "kty": "oct", "alg": "HS256", "k": k }).to_string(),
    )
    .unwrap();

    let next = Settings {
        verifying_keys: vec![secret],
        ..with_key("ed25519.pem", None)
    };
    let new = opened(&next).unwrap();
    let after = token(&new, Kind::Refresh);
    for token in [&before, &after] {
        assert!(new.read(Kind::Refresh, token).is_ok());
    }
    assert!(
        old.read(Kind::Refresh, &after).is_err(),
        "it does not know the new one"
    );
    // Everybody is to know the new one before it signs.
    let early = vec![file("ed25519.public.pem")];
    let early = opened(&Settings {
        verifying_keys: early,
        ..settings()
    })
    .unwrap();
    assert!(early.read(Kind::Refresh, &after).is_ok());
    assert_eq!(algorithm_of(&token(&early, Kind::Refresh)), "HS256");
    // And once the old one has been retired, its tokens are.
    let retired = opened(&with_key("ed25519.pem", None)).unwrap();
    assert!(retired.read(Kind::Refresh, &before).is_err());

    // A list may hold the key that signs, but not another one of its name.
    let listed = Settings {
        verifying_keys: vec![file("ed25519.public.pem")],
        ..with_key("ed25519.pem", None)
    };
    assert_eq!(opened(&listed).unwrap().0.ring().verifying.len(), 1);
    let kid = new.0.ring().kid.clone();
    let other = json!({ "kty": "oct", "k": k, "kid": kid }).to_string();
    std::fs::write(&next.verifying_keys[0], other).unwrap();
    assert!(opened(&next).err().unwrap().contains("kid"));
}

#[test]
fn keys_are_changed_under_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let [signing, list] = ["signing.pem", "keys.json"].map(|name| folder.path().join(name));
    let copy = |name: &str| std::fs::copy(file(name), &signing).unwrap();
    let both = |one: &Signer, two: &Signer| {
        let mut set = one.published();
        set.keys.extend(two.published().keys);
        serde_json::to_string(&set).unwrap()
    };
    let [old, new] = ["p256.pem", "ed25519.pem"].map(|name| opened(&with_key(name, None)).unwrap());
    std::fs::write(&list, both(&old, &new)).unwrap();
    copy("p256.pem");
    let server = opened(&Settings {
        signing_key: Some(signing.clone()),
        verifying_keys: vec![list.clone()],
        ..settings()
    })
    .unwrap();
    let keys = &server.0;
    assert!(!keys.reread().unwrap(), "nothing has changed");
    let before = token(&server, Kind::Refresh);
    assert_eq!(algorithm_of(&before), "ES256");
    assert!(
        server
            .read(Kind::Refresh, &token(&new, Kind::Refresh))
            .is_ok()
    );

    copy("ed25519.pem");
    assert!(keys.reread().unwrap());
    assert_eq!(algorithm_of(&token(&server, Kind::Refresh)), "EdDSA");
    assert!(
        server.read(Kind::Refresh, &before).is_ok(),
        "nobody is logged out"
    );

    // Half a file, or none, changes nothing, and is said once.
    std::fs::write(&list, "{").unwrap();
    assert!(keys.reread().is_err());
    assert!(!keys.reread().unwrap());
    std::fs::remove_file(&signing).unwrap();
    assert!(keys.reread().is_err());
    assert!(server.read(Kind::Refresh, &before).is_ok());

    copy("ed25519.pem");
    std::fs::write(&list, serde_json::to_string(&new.published()).unwrap()).unwrap();
    assert!(keys.reread().unwrap());
    assert!(server.read(Kind::Refresh, &before).is_err(), "retired");
    assert_eq!(server.published(), new.published());
}

#[test]
fn a_signature_that_is_remembered_opens_nothing_else() {
    for name in ["rsa.pem", "p256.pem", "ed25519.pem"] {
        let signer = opened(&with_key(name, None)).unwrap();
        let good = token(&signer, Kind::Access);
        let [head, _, signature] = good.split('.').collect::<Vec<_>>()[..] else {
            unreachable!()
        };
        let then = Timestamp::now().unix() - 100;
        let mut over = claims();
        for (name, instant) in [("iat", then), ("auth_time", then), ("exp", then + 60)] {
            over[name] = instant.into();
        }
        let ring = signer.0.ring();
        let message = format!("{head}.{}", part(over.to_string()));
        let late = sign(message.as_bytes(), &ring.signing, ring.algorithm).unwrap();
        let late = format!("{message}.{late}");
        let changed = format!("{head}.{}.{signature}", part(claims().to_string()));
        for _ in 0..2 {
            assert!(signer.read(Kind::Access, &good).is_ok());
            assert!(signer.read(Kind::Refresh, &good).is_err());
            assert!(
                signer.read(Kind::Access, &late).is_err(),
                "its time is over"
            );
            assert!(signer.read_expired(Kind::Access, &late).is_some());
            assert!(signer.read(Kind::Access, &changed).is_err());
        }
    }
}

#[test]
fn what_is_published_checks_tokens_and_makes_none() {
    let published =
        |settings: &Settings| serde_json::to_value(opened(settings).unwrap().published()).unwrap();
    assert_eq!(published(&settings()), json!({ "keys": [] }));
    for (name, kty) in [
        ("rsa.pem", "RSA"),
        ("p384.pem", "EC"),
        ("ed25519.pem", "OKP"),
    ] {
        let settings = with_key(name, None);
        let set = published(&settings);
        let [jwk] = &set["keys"].as_array().unwrap()[..] else {
            panic!("{set}")
        };
        assert_eq!(
            (jwk["kty"].as_str(), jwk["use"].as_str()),
            (Some(kty), Some("sig"))
        );
        for part in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(jwk.get(part).is_none(), "{jwk}");
        }
        let token = token(&opened(&settings).unwrap(), Kind::Access);
        let key = VerifyingKey::from_file(jwk.to_string().as_bytes()).unwrap();
        assert!(key.payload_of(&token).is_some());
    }
}
