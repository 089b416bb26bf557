//! What a client of Simple JWT sends in its life, and what goes wrong in it. Each step has a name
//! that says what is sent; what comes back is for the comparison.

mod bodies;
mod exchange;

use bodies::bodies;
use exchange::{blacklist, refresh, rotation, verify};
use serde_json::json;

use super::side::{Pair, Side, request};

const OBTAIN: &str = "POST /api/token/";
const REFRESH: &str = "POST /api/token/refresh/";
const VERIFY: &str = "POST /api/token/verify/";
const BLACKLIST: &str = "POST /api/token/blacklist/";
const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn run(side: &mut Side<'_>) -> Result<(), String> {
    obtain(side)?;
    bodies(side)?;
    protected(side)?;
    refresh(side)?;
    rotation(side)?;
    verify(side)?;
    blacklist(side)?;
    inactive(side)
}

fn obtain(side: &mut Side<'_>) -> Result<(), String> {
    let good = json!({ "username": "alice", "password": "wonderland" });
    let said = side.say("obtain", &request(OBTAIN).json(&good))?;
    Pair::of(&said)?;
    let form = request(OBTAIN).body(FORM, "username=alice&password=wonderland");
    Pair::of(&side.say("obtain, as a form", &form)?)?;
    let ignored = request(OBTAIN).json(&good).authorization("Bearer nonsense");
    side.say("obtain, with a bad token in the header", &ignored)?;
    for (name, body) in [
        (
            "obtain, a wrong password",
            json!({ "username": "alice", "password": "no" }),
        ),
        (
            "obtain, an unknown name",
            json!({ "username": "nobody", "password": "no" }),
        ),
        ("obtain, no password", json!({ "username": "alice" })),
        ("obtain, no name", json!({ "password": "wonderland" })),
        ("obtain, nothing", json!({})),
        (
            "obtain, a blank password",
            json!({ "username": "alice", "password": "" }),
        ),
        (
            "obtain, both blank",
            json!({ "username": "", "password": "" }),
        ),
        (
            "obtain, a null password",
            json!({ "username": "alice", "password": null }),
        ),
        (
            "obtain, a number as password",
            json!({ "username": "alice", "password": 1 }),
        ),
        (
            "obtain, a boolean as password",
            json!({ "username": "alice", "password": true }),
        ),
        (
            "obtain, a list as name",
            json!({ "username": ["alice"], "password": "wonderland" }),
        ),
        (
            "obtain, an object as name",
            json!({ "username": {}, "password": "wonderland" }),
        ),
        (
            "obtain, one member more",
            json!({ "username": "alice", "password": "wonderland", "remember": true }),
        ),
        (
            "obtain, a name with spaces round it",
            json!({ "username": " alice ", "password": "wonderland" }),
        ),
        (
            "obtain, a password with spaces round it",
            json!({ "username": "alice", "password": " wonderland " }),
        ),
    ] {
        side.say(name, &request(OBTAIN).json(&body))?;
    }
    Ok(())
}

fn protected(side: &mut Side<'_>) -> Result<(), String> {
    let pair = side.pair("alice", "wonderland")?;
    let access = pair.access.as_str();
    let me = || request("GET /api/me/");
    side.say("visit", &me().authorization(&format!("Bearer {access}")))?;
    side.say("visit, no header", &me())?;
    for (name, value) in [
        ("visit, Bearer alone", "Bearer".to_owned()),
        ("visit, three words", format!("Bearer {access} more")),
        (
            "visit, another scheme",
            "Basic YWxpY2U6d29uZGVybGFuZA==".to_owned(),
        ),
        ("visit, bearer in small letters", format!("bearer {access}")),
        ("visit, nonsense", "Bearer nonsense".to_owned()),
        ("visit, a refresh token", format!("Bearer {}", pair.refresh)),
        (
            "visit, expired",
            format!("Bearer {}", side.expired(access)?),
        ),
        (
            "visit, another key",
            format!("Bearer {}", side.signed_by_somebody_else(access)?),
        ),
    ] {
        side.say(name, &me().authorization(&value))?;
    }
    for (name, changes) in [
        ("visit, no jti", json!({ "jti": null })),
        ("visit, no type", json!({ "token_type": null })),
        ("visit, no exp", json!({ "exp": null })),
        ("visit, another issuer", json!({ "iss": "urn:evil" })),
        ("visit, another audience", json!({ "aud": "urn:evil" })),
        ("visit, not yet", json!({ "nbf": 9_999_999_999_i64 })),
        ("visit, no account", json!({ "user_id": null, "sub": null })),
        (
            "visit, an account that is not there",
            json!({ "user_id": "4711", "sub": "4711" }),
        ),
    ] {
        let token = side.forged(access, &changes)?;
        side.say(name, &me().authorization(&format!("Bearer {token}")))?;
    }
    Ok(())
}

fn inactive(side: &mut Side<'_>) -> Result<(), String> {
    let pair = side.pair("bob", "builder")?;
    side.set_active("bob", false)?;
    let good = json!({ "username": "bob", "password": "builder" });
    side.say("obtain, inactive", &request(OBTAIN).json(&good))?;
    let visit = request("GET /api/me/").authorization(&format!("Bearer {}", pair.access));
    side.say("visit, inactive", &visit)?;
    let body = json!({ "token": pair.access });
    side.say("verify, inactive", &request(VERIFY).json(&body))?;
    let body = json!({ "refresh": pair.refresh });
    side.say("refresh, inactive", &request(REFRESH).json(&body))?;
    side.set_active("bob", true)?;
    side.say("obtain, active again", &request(OBTAIN).json(&good))?;
    Ok(())
}
