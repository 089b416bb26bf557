//! The table: what is wrong with each token, and who will not make it.

use serde_json::{Value, json};

use super::Forger;

/// One way to forge.
pub(crate) struct Forgery {
    pub(crate) name: &'static str,
    /// What the library is asked for; `None` where the algorithm has no such thing.
    pub(super) question: fn(&Forger) -> Option<Value>,
    /// Libraries that refuse to make it.
    pub(crate) not_by: &'static [&'static str],
}

const fn forgery(name: &'static str, question: fn(&Forger) -> Option<Value>) -> Forgery {
    Forgery {
        name,
        question,
        not_by: &[],
    }
}

impl Forgery {
    const fn not_by(mut self, libraries: &'static [&'static str]) -> Self {
        self.not_by = libraries;
        self
    }
}

pub(crate) static FORGERIES: [Forgery; 46] = [
    // Who signed it, and how.
    forgery("no signature: alg none", |f| f.with("alg", json!("none"))).not_by(&["simplejwt"]),
    forgery("the forger's own key", |f| f.with("key", f.own_key.clone())),
    forgery(
        "another algorithm of the same key",
        Forger::sibling_algorithm,
    ),
    forgery("our public key as a secret", Forger::public_key_as_secret).not_by(&[
        "pyjwt",
        "joserfc",
        "simplejwt",
    ]),
    // The header.
    forgery("a crit that nobody knows", |f| {
        f.header(json!({ "crit": ["urn:new"], "urn:new": true }))
    })
    .not_by(&["joserfc"]),
    forgery("a crit that names exp", |f| {
        f.header(json!({ "crit": ["exp"], "exp": 1 }))
    })
    .not_by(&["joserfc"]),
    forgery("an empty crit", |f| f.header(json!({ "crit": [] }))).not_by(&["jose"]),
    forgery("the address of a key", |f| {
        f.header(json!({ "jku": "http://127.0.0.1:9/keys" }))
    }),
    forgery("a key inside", |f| {
        f.header(json!({ "jwk": { "kty": "oct", "k": "AAAA" } }))
    }),
    forgery("the address of a certificate", |f| {
        f.header(json!({ "x5u": "http://127.0.0.1:9/" }))
    }),
    forgery("a compressed payload", |f| {
        f.header(json!({ "zip": "DEF" }))
    }),
    forgery("a content type", |f| f.header(json!({ "cty": "JWT" }))),
    forgery("a member of no standard", |f| {
        f.header(json!({ "extra": 1 }))
    }),
    forgery("an ordinary typ", |f| f.header(json!({ "typ": "JWT" }))),
    forgery("the typ of a refresh token", |f| {
        f.header(json!({ "typ": "refresh+jwt" }))
    }),
    forgery("no typ", |f| f.header(json!({ "typ": null }))),
    forgery("no kid", |f| f.header(json!({ "kid": null }))),
    forgery("a kid that is a path", |f| {
        f.header(json!({ "kid": "../../dev/null" }))
    }),
    forgery("a kid that is a query", |f| {
        f.header(json!({ "kid": "' UNION SELECT 'secret" }))
    }),
    // Its times.
    forgery("expired", |f| {
        let then = f.now - 200;
        f.claims(json!({ "iat": then, "auth_time": then, "exp": then + 100 }))
    }),
    forgery("no exp", |f| f.claims(json!({ "exp": null }))),
    forgery("an exp in text", |f| {
        f.text(|claims| claims.replace("\"exp\":", "\"exp\":\"2999\",\"was\":"))
    })
    .not_by(&["simplejwt"]),
    forgery("lasts for ever", |f| {
        f.claims(json!({ "exp": 9_999_999_999_i64 }))
    }),
    forgery("not yet", |f| f.claims(json!({ "nbf": f.now + 100 }))),
    forgery("issued tomorrow", |f| {
        f.claims(json!({ "iat": f.now + 86_400, "exp": f.now + 86_460 }))
    }),
    forgery("issued before 1970", |f| {
        f.text(|claims| claims.replace("\"iat\":", "\"iat\":-1,\"was\":"))
    })
    .not_by(&["simplejwt"]),
    // From whom, for whom, about whom.
    forgery("another issuer", |f| f.claims(json!({ "iss": "urn:evil" }))),
    forgery("no issuer", |f| f.claims(json!({ "iss": null }))),
    forgery("another audience", |f| {
        f.claims(json!({ "aud": "urn:evil" }))
    }),
    forgery("no audience", |f| f.claims(json!({ "aud": null }))),
    forgery("one audience of several", |f| {
        f.claims(json!({ "aud": ["urn:statelab:api", "urn:evil"] }))
    }),
    forgery("no subject", |f| f.claims(json!({ "sub": null }))),
    forgery("an account that is not there", |f| {
        f.claims(json!({ "sub": "4711" }))
    }),
    forgery("a number for a subject", |f| {
        f.text(|claims| claims.replace("\"sub\":\"1\"", "\"sub\":1"))
    })
    .not_by(&["simplejwt"]),
    forgery("another account's login", |f| {
        f.claims(json!({ "sub": "3" }))
    }),
    forgery("a login that is not there", |f| {
        f.claims(json!({ "sid": "nobody's" }))
    }),
    forgery("no login", |f| f.claims(json!({ "sid": null }))),
    forgery("a refresh token by its claim", |f| {
        f.claims(json!({ "token_type": "refresh" }))
    }),
    forgery("of no type", |f| f.claims(json!({ "token_type": null }))),
    forgery("a role that is none", |f| {
        f.claims(json!({ "roles": ["god"] }))
    }),
    // What is hardly claims any more.
    forgery("a claim twice", |f| {
        f.text(|claims| claims.replacen('{', "{\"sub\":\"3\",", 1))
    })
    .not_by(&["simplejwt"]),
    forgery("the claim that Django goes by, twice", |f| {
        f.text(|claims| claims.replacen('{', "{\"user_id\":\"3\",", 1))
    })
    .not_by(&["simplejwt"]),
    forgery("a claim twice, spelt differently", |f| {
        f.text(|claims| claims.replacen('{', "{\"\\u0073ub\":\"3\",", 1))
    })
    .not_by(&["simplejwt"]),
    forgery("claims in an array", |f| {
        f.text(|claims| format!("[{claims}]"))
    })
    .not_by(&["simplejwt"]),
    forgery("claims that are text", |f| {
        f.text(|claims| json!(claims).to_string())
    })
    .not_by(&["simplejwt"]),
    forgery("a token of 5 KiB", |f| {
        f.claims(json!({ "extra": "x".repeat(5_120) }))
    }),
];
