//! What the forger gets through who knows the key, and the one who does not: nothing.

use jsonwebtoken::Validation;

use super::*;

/// The library as its documentation shows it, with issuer and audience set.
fn is_fine_by_default(signer: &Signer, token: &str) -> bool {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&["urn:statelab:jwt-state"]);
    validation.set_audience(&["urn:statelab:api"]);
    jsonwebtoken::decode::<Value>(token, &signer.0.ring().verifying[0].key, &validation).is_ok()
}

#[test]
fn what_the_library_lets_through_is_refused() {
    let signer = signer();
    let now = Timestamp::now().unix();
    let control = forge(&signer, &header(&signer).to_string(), &claims().to_string());
    assert!(
        signer.read(Kind::Access, &control).is_ok(),
        "the forger knows the key"
    );

    let in_header = [
        ("an unknown crit", json!({ "crit": ["exp"] })),
        ("an empty crit", json!({ "crit": [] })),
        ("the payload not encoded", json!({ "b64": false })),
        (
            "the payload not encoded, said twice",
            json!({ "b64": false, "crit": ["b64"] }),
        ),
        (
            "a key of the sender",
            json!({ "jku": "http://127.0.0.1:9/keys" }),
        ),
        ("a compressed payload", json!({ "zip": "DEF" })),
        ("an extra member", json!({ "extra": 1 })),
        ("an ordinary typ", json!({ "typ": "JWT" })),
        (
            "the typ of a refresh token",
            json!({ "typ": "refresh+jwt" }),
        ),
        ("no typ", json!({ "typ": null })),
        ("no kid", json!({ "kid": null })),
        ("another kid", json!({ "kid": "../../dev/null" })),
    ];
    let in_claims = [
        (
            "expired 30 s ago",
            json!({ "iat": now - 60, "auth_time": now - 60, "exp": now - 30 }),
        ),
        (
            "expires now",
            json!({ "iat": now - 60, "auth_time": now - 60, "exp": now }),
        ),
        ("expired before it was made", json!({ "exp": now - 30 })),
        (
            "lasts for ever",
            json!({ "exp": 1_000_000_000_000_000_000_i64 }),
        ),
        ("lasts longer than ours", json!({ "exp": now + 301 })),
        ("expires at a fraction", json!({ "exp": now as f64 + 60.5 })),
        ("not before an hour from now", json!({ "nbf": now + 3600 })),
        (
            "not before half a minute from now",
            json!({ "nbf": now + 30 }),
        ),
        ("not before some text", json!({ "nbf": "now" })),
        (
            "issued tomorrow",
            json!({ "iat": now + 86_400, "exp": now + 86_460 }),
        ),
        ("issued at no time", json!({ "iat": null })),
        ("logged in tomorrow", json!({ "auth_time": now + 86_400 })),
        ("no issuer", json!({ "iss": null })),
        ("a number for issuer", json!({ "iss": 1 })),
        (
            "many issuers",
            json!({ "iss": ["urn:statelab:jwt-state", "urn:evil"] }),
        ),
        ("no audience", json!({ "aud": null })),
        ("a number for audience", json!({ "aud": 1 })),
        (
            "an object for audience",
            json!({ "aud": { "urn:statelab:api": 1 } }),
        ),
        (
            "many audiences",
            json!({ "aud": ["urn:statelab:api", "urn:evil"] }),
        ),
        ("no subject", json!({ "sub": null })),
        ("a number for subject", json!({ "sub": 1 })),
        ("another type", json!({ "token_type": "refresh" })),
        ("a role that is none", json!({ "roles": ["god"] })),
        ("one role", json!({ "roles": "admin" })),
    ];
    let merged = |mut whole: Value, change: &Value| {
        for (name, value) in change.as_object().unwrap() {
            match value.is_null() {
                true => whole.as_object_mut().unwrap().remove(name),
                false => whole
                    .as_object_mut()
                    .unwrap()
                    .insert(name.clone(), value.clone()),
            };
        }
        whole.to_string()
    };
    let mut forged = Vec::new();
    for (name, change) in in_header {
        let header = merged(header(&signer), &change);
        forged.push((name, forge(&signer, &header, &claims().to_string())));
    }
    for (name, change) in in_claims {
        let claims = merged(claims(), &change);
        forged.push((name, forge(&signer, &header(&signer).to_string(), &claims)));
    }
    let twice = claims()
        .to_string()
        .replacen('{', r#"{"extra":1,"extra":2,"#, 1);
    forged.push((
        "a claim twice",
        forge(&signer, &header(&signer).to_string(), &twice),
    ));
    let huge = claims()
        .to_string()
        .replacen('{', &format!(r#"{{"a":"{}","#, "x".repeat(4096)), 1);
    forged.push((
        "a huge token",
        forge(&signer, &header(&signer).to_string(), &huge),
    ));

    for (name, token) in forged {
        assert!(
            is_fine_by_default(&signer, &token),
            "{name}: the library refuses it by now"
        );
        assert!(signer.read(Kind::Access, &token).is_err(), "{name}");
    }
}

#[test]
fn what_nobody_should_accept_is_refused() {
    let signer = signer();
    let (header, claims) = (header(&signer).to_string(), claims().to_string());
    let good = forge(&signer, &header, &claims);
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        unreachable!()
    };
    let kid = &signer.0.ring().kid.clone();
    let mut bad = vec![
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        format!("{head}.{body}"),
        format!("{head}.{body}."),
        format!("{head}..{signature}"),
        format!(".{body}.{signature}"),
        format!("{good}.{signature}"),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}="),
        format!("{good} "),
        format!(" {good}"),
        format!("{head}=.{body}.{signature}"),
        good.repeat(2),
        format!("{good},{good}"),
    ];
    for algorithm in [
        "none", "None", "NONE", "nOnE", "hs256", "HS384", "HS512", "RS256", "",
    ] {
        let other = part(format!(
            r#"{{"alg":"{algorithm}","typ":"at+jwt","kid":"{kid}"}}"#
        ));
        for signature in ["", signature] {
            bad.push(format!("{other}.{body}.{signature}"));
        }
    }
    for odd in [
        format!(r#"["HS256","at+jwt","{kid}"]"#),
        format!(r#"{{"alg":["HS256"],"typ":"at+jwt","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"HS256","alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}","\u006bid":"{kid}"}}"#),
        format!("\u{feff}{header}"),
        format!("{header}x"),
        "null".to_owned(),
    ] {
        bad.push(forge(&signer, &odd, &claims));
    }
    for odd in [
        claims.replacen('{', r#"{"sub":"3","#, 1),
        claims.replacen('{', r#"{"\u0073ub":"3","#, 1),
        claims.replace(r#""sub":"1""#, r#""sub":"+1""#),
        claims.replace(r#""roles":["user"]"#, r#""roles":{"admin":true}"#),
        "[]".to_owned(),
        "{}".to_owned(),
        "[".repeat(2000),
    ] {
        bad.push(forge(&signer, &header, &odd));
    }
    // Bytes that are no text, where nobody looks.
    let mut odd = claims.replacen('{', r#"{"extra":"??","#, 1).into_bytes();
    let at = odd.windows(2).position(|pair| pair == b"??").unwrap();
    odd[at..at + 2].copy_from_slice(b"\xff\xfe");
    bad.push(forge(&signer, &header, &odd));
    for secret in ["", "s", "secret", &"A".repeat(31)] {
        let message = format!("{head}.{body}");
        let key = EncodingKey::from_secret(secret.as_bytes());
        let signature = sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        bad.push(format!("{message}.{signature}"));
    }
    for token in bad {
        assert!(signer.read(Kind::Access, &token).is_err(), "{token}");
    }
    assert!(signer.read(Kind::Access, &good).is_ok());
}
