//! What a client does with a refresh token, and with the two endpoints that judge one.

use serde_json::json;

use super::super::side::{Side, request};
use super::{BLACKLIST, FORM, REFRESH, VERIFY};

pub(super) fn refresh(side: &mut Side<'_>) -> Result<(), String> {
    let pair = side.pair("alice", "wonderland")?;
    for (name, body) in [
        ("refresh, nothing", json!({})),
        ("refresh, blank", json!({ "refresh": "" })),
        ("refresh, null", json!({ "refresh": null })),
        ("refresh, a number", json!({ "refresh": 1 })),
        ("refresh, a list", json!({ "refresh": [] })),
        ("refresh, nonsense", json!({ "refresh": "nonsense" })),
        (
            "refresh, an access token",
            json!({ "refresh": pair.access }),
        ),
        (
            "refresh, expired",
            json!({ "refresh": side.expired(&pair.refresh)? }),
        ),
        (
            "refresh, another key",
            json!({ "refresh": side.signed_by_somebody_else(&pair.refresh)? }),
        ),
        (
            "refresh, no jti",
            json!({ "refresh": side.forged(&pair.refresh, &json!({ "jti": null }))? }),
        ),
    ] {
        side.say(name, &request(REFRESH).json(&body))?;
    }
    let broken = request(REFRESH).body("application/json", "{");
    side.say("refresh, broken JSON", &broken)?;
    let text = request(REFRESH).body("text/plain", pair.refresh.as_str());
    side.say("refresh, plain text", &text)?;
    Ok(())
}

pub(super) fn rotation(side: &mut Side<'_>) -> Result<(), String> {
    let first = side.pair("alice", "wonderland")?;
    let body = json!({ "refresh": first.refresh });
    let second = first.next(&side.say("refresh", &request(REFRESH).json(&body))?)?;
    let form = request(REFRESH).body(FORM, format!("refresh={}", second.refresh));
    let third = second.next(&side.say("refresh, as a form", &form)?)?;
    let bearer = format!("Bearer {}", third.access);
    let visit = request("GET /api/me/").authorization(&bearer);
    side.say("visit after a refresh", &visit)?;
    side.say("refresh, a second time", &request(REFRESH).json(&body))?;
    // Two have the token. What becomes of the login is where the two servers part.
    let child = json!({ "refresh": third.refresh });
    side.say(
        "refresh of the child after a reuse",
        &request(REFRESH).json(&child),
    )?;
    side.say("visit after a reuse", &visit)?;
    Ok(())
}

pub(super) fn verify(side: &mut Side<'_>) -> Result<(), String> {
    let pair = side.pair("alice", "wonderland")?;
    let next = side.pair("alice", "wonderland")?;
    let blacklist = json!({ "refresh": next.refresh });
    side.say(
        "blacklist, before a verify",
        &request(BLACKLIST).json(&blacklist),
    )?;
    for (name, body) in [
        ("verify, an access token", json!({ "token": pair.access })),
        ("verify, a refresh token", json!({ "token": pair.refresh })),
        ("verify, nothing", json!({})),
        ("verify, blank", json!({ "token": "" })),
        ("verify, null", json!({ "token": null })),
        ("verify, nonsense", json!({ "token": "nonsense" })),
        (
            "verify, expired",
            json!({ "token": side.expired(&pair.access)? }),
        ),
        (
            "verify, another key",
            json!({ "token": side.signed_by_somebody_else(&pair.access)? }),
        ),
        ("verify, blacklisted", json!({ "token": next.refresh })),
        (
            "verify, an access token of a blacklisted login",
            json!({ "token": next.access }),
        ),
    ] {
        side.say(name, &request(VERIFY).json(&body))?;
    }
    let form = request(VERIFY).body(FORM, format!("token={}", pair.access));
    side.say("verify, as a form", &form)?;
    Ok(())
}

pub(super) fn blacklist(side: &mut Side<'_>) -> Result<(), String> {
    let pair = side.pair("alice", "wonderland")?;
    for (name, body) in [
        ("blacklist, nothing", json!({})),
        ("blacklist, blank", json!({ "refresh": "" })),
        ("blacklist, nonsense", json!({ "refresh": "nonsense" })),
        (
            "blacklist, an access token",
            json!({ "refresh": pair.access }),
        ),
        (
            "blacklist, expired",
            json!({ "refresh": side.expired(&pair.refresh)? }),
        ),
        (
            "blacklist, another key",
            json!({ "refresh": side.signed_by_somebody_else(&pair.refresh)? }),
        ),
        ("blacklist", json!({ "refresh": pair.refresh })),
        (
            "blacklist, a second time",
            json!({ "refresh": pair.refresh }),
        ),
    ] {
        side.say(name, &request(BLACKLIST).json(&body))?;
    }
    let body = json!({ "refresh": pair.refresh });
    side.say("refresh, blacklisted", &request(REFRESH).json(&body))?;
    let visit = request("GET /api/me/").authorization(&format!("Bearer {}", pair.access));
    side.say("visit after the blacklist", &visit)?;
    Ok(())
}
