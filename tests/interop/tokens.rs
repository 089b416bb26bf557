//! Tokens that are in order are accepted: ours there, theirs here.

use serde_json::{Value, json};

use super::http;
use super::library::{self, KeySet, Library};
use super::server::{AUDIENCE, ISSUER, Parts, Server};

/// A login's token is accepted by the library, which has our key; and by our published keys.
pub(crate) fn ours_there(algorithm: &'static str, library: &Library) -> Result<(), String> {
    let server = Server::of(algorithm)?;
    let token = server.log_in()?;
    let ours = Parts::of(&token)?.claims;
    let verify = json!({
        "do": "verify", "alg": algorithm, "key": server.key, "token": token,
        "iss": ISSUER, "aud": AUDIENCE,
    });
    let there = library.ask(&verify)?;
    if !library.has(algorithm) {
        // The list of what it lacks is no excuse: it really does.
        return refused(&there);
    }
    accepted(&there, &ours)?;
    // It looks at what it accepts: with another key, or for somebody else, it does not.
    let mut wrong = verify.clone();
    wrong["aud"] = json!("urn:somebody-else");
    refused(&library.ask(&wrong)?)?;
    wrong = verify;
    wrong["key"] = library::other_key(algorithm)?;
    refused(&library.ask(&wrong)?)?;
    if algorithm.starts_with("HS") {
        return Ok(());
    }
    accepted_by_published_keys(&server, library, &token, &ours)
}

fn accepted_by_published_keys(
    server: &Server,
    library: &Library,
    token: &str,
    ours: &Value,
) -> Result<(), String> {
    let mut question = json!({
        "alg": server.algorithm, "token": token, "iss": ISSUER, "aud": AUDIENCE,
    });
    let path = "/.well-known/jwks.json";
    match library.key_set {
        KeySet::Unknown => return Ok(()),
        KeySet::Fetches => {
            question["do"] = json!("verify_by_url");
            question["url"] = json!(format!("http://{}{path}", server.address));
        }
        KeySet::IsGiven => {
            for name in ["iss", "aud"] {
                question
                    .as_object_mut()
                    .and_then(|members| members.remove(name));
            }
            question["do"] = json!("verify_by_set");
            let set = http::send(server.address, &format!("GET {path}"), "", b"")?;
            question["keys"] = set.ok()?;
        }
    }
    accepted(&library.ask(&question)?, ours)
}

/// The library makes a token with our key and a login's claims, and that is the login here.
pub(crate) fn theirs_here(algorithm: &'static str, library: &Library) -> Result<(), String> {
    let server = Server::of(algorithm)?;
    let ours = Parts::of(&server.log_in()?)?;
    let minted = library.token(&minting(&server, &ours));
    if !library.has(algorithm) {
        return minted.map_or(Ok(()), |_| Err("it has this algorithm now".to_owned()));
    }
    let token = minted?;
    let user = server.visitor(&token)?;
    match user {
        Some(user) if user["username"] == "alice" => Ok(()),
        other => Err(format!("{token} is {other:?}")),
    }
}

/// A refresh token is worth what the store knows of it. One that the library makes with our key and
/// a login's claims is taken for a copy of an old one: it gets nothing, and the login ends.
pub(crate) fn refresh_there(algorithm: &'static str, library: &Library) -> Result<(), String> {
    if !library.has(algorithm) {
        return Ok(());
    }
    let server = Server::of(algorithm)?;
    let refresh = |token: &str| {
        let body = json!({ "refresh": token });
        http::post(server.address, "/refresh", &body)
    };
    let login = json!({ "username": "alice", "password": "wonderland" });
    let first = http::post(server.address, "/login", &login)?.ok()?;
    let second = refresh(first["refresh"].as_str().unwrap_or_default())?.ok()?;
    let ours = second["refresh"].as_str().unwrap_or_default();
    let theirs = library.token(&minting(&server, &Parts::of(ours)?))?;
    let (theirs, ours) = (refresh(&theirs)?.status, refresh(ours)?.status);
    match (theirs, ours) {
        (401, 401) => Ok(()),
        other => Err(format!(
            "the one made there, then ours, are answered with {other:?}"
        )),
    }
}

/// A token like one of ours, but for its `jti`.
pub(crate) fn minting(server: &Server, like: &Parts) -> Value {
    let mut header = like.header.clone();
    header
        .as_object_mut()
        .and_then(|members| members.remove("alg"));
    let mut claims = like.claims.clone();
    claims["jti"] = json!("made elsewhere");
    json!({
        "do": "sign", "alg": server.algorithm, "key": server.key,
        "header": header, "claims": claims,
    })
}

fn accepted(there: &Value, ours: &Value) -> Result<(), String> {
    if &there["claims"] == ours {
        return Ok(());
    }
    Err(format!("our claims {ours} are there {there}"))
}

fn refused(there: &Value) -> Result<(), String> {
    match &there["refused"] {
        Value::String(_) => Ok(()),
        _ => Err(format!("it was accepted: {there}")),
    }
}
