//! Access tokens just as a Django with Simple JWT makes them: `{"alg", "typ": "JWT"}`, five claims,
//! and who, for whom where that is set there. A server with `--accept-simple-jwt` stands beside
//! such a Django; any other refuses them.

use serde_json::{Value, json};

use super::library;
use super::server::{AUDIENCE, ISSUER, Parts, Server};

/// How many forgeries there are.
pub(crate) const FORGED: usize = 14;

/// They are refused by default; where they are accepted, what is wrong with one is still seen.
pub(crate) fn tokens(algorithm: &'static str) -> Result<(), String> {
    let simplejwt = library::named("simplejwt")?;
    let server = Server::with(
        algorithm,
        &["--profile", "stateless", "--accept-simple-jwt"],
    )?;
    let now = Parts::of(&server.log_in()?)?.claims["iat"]
        .as_i64()
        .ok_or("no `iat`")?;
    let question = |key: &Value, changes: &Value| {
        let mut claims = json!({
            "token_type": "access", "exp": now + 300, "iat": now, "jti": "0123456789abcdef",
            "user_id": "1", "iss": ISSUER, "aud": AUDIENCE,
        });
        for (name, value) in changes.as_object().into_iter().flatten() {
            if value.is_null() {
                claims
                    .as_object_mut()
                    .and_then(|claims| claims.remove(name));
            } else {
                claims[name] = value.clone();
            }
        }
        json!({ "do": "sign", "alg": algorithm, "key": key, "header": null, "claims": claims })
    };
    let token = simplejwt.token(&question(&server.key, &json!({})))?;
    let header = Parts::of(&token)?.header;
    if header != json!({ "alg": algorithm, "typ": "JWT" }) {
        return Err(format!("the header is {header}"));
    }

    let by_default = Server::of(algorithm)?;
    let refused = simplejwt.token(&question(&by_default.key, &json!({})))?;
    if let Some(user) = by_default.visitor(&refused)? {
        return Err(format!("without --accept-simple-jwt, {refused} is {user}"));
    }
    is_alice(&server, &token)?;
    for (what, changes) in forgeries(now) {
        let forged = simplejwt.token(&question(&server.key, &changes))?;
        if let Some(user) = server.visitor(&forged)? {
            return Err(format!("{what}: {forged} is {user}"));
        }
    }
    let stranger = library::other_key(algorithm)?;
    let forged = simplejwt.token(&question(&stranger, &json!({})))?;
    if let Some(user) = server.visitor(&forged)? {
        return Err(format!("of another key: {forged} is {user}"));
    }
    is_alice(&server, &token)
}

fn is_alice(server: &Server, token: &str) -> Result<(), String> {
    match server.visitor(token)? {
        Some(user) if user["id"] == 1 && user["username"] == "alice" => Ok(()),
        other => Err(format!("{token} is {other:?}")),
    }
}

fn forgeries(now: i64) -> [(&'static str, Value); FORGED] {
    [
        ("expired", json!({ "iat": now - 200, "exp": now - 100 })),
        ("no exp", json!({ "exp": null })),
        ("lasts for ever", json!({ "exp": 9_999_999_999_i64 })),
        (
            "issued tomorrow",
            json!({ "iat": now + 86_400, "exp": now + 86_460 }),
        ),
        ("no iat", json!({ "iat": null })),
        ("not yet", json!({ "nbf": now + 100 })),
        ("another issuer", json!({ "iss": "urn:evil" })),
        ("another audience", json!({ "aud": "urn:evil" })),
        ("a refresh token", json!({ "token_type": "refresh" })),
        ("of no type", json!({ "token_type": null })),
        ("no jti", json!({ "jti": null })),
        ("no account", json!({ "user_id": null })),
        ("a number for the account", json!({ "user_id": 1 })),
        ("an id spelt otherwise", json!({ "user_id": "+1" })),
    ]
}
