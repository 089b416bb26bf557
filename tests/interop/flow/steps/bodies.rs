//! Bodies that say the same otherwise, and bodies that say nothing.

use super::super::side::{Side, request};
use super::{FORM, OBTAIN};

/// What no endpoint takes; the others share what takes it apart.
pub(super) fn bodies(side: &mut Side<'_>) -> Result<(), String> {
    for (name, kind, body) in [
        (
            "obtain, JSON that breaks off",
            "application/json",
            "{\"username\":",
        ),
        (
            "obtain, no JSON at all",
            "application/json",
            "username=alice",
        ),
        ("obtain, no body", "application/json", ""),
        ("obtain, a list", "application/json", "[]"),
        ("obtain, a text", "application/json", "\"alice\""),
        ("obtain, a number", "application/json", "1"),
        ("obtain, null", "application/json", "null"),
        ("obtain, an empty form", FORM, ""),
        (
            "obtain, JSON that says it is UTF-8",
            "application/json; charset=utf-8",
            "{\"username\":\"alice\",\"password\":\"wonderland\"}",
        ),
        (
            "obtain, plain text",
            "text/plain",
            "username=alice&password=wonderland",
        ),
        (
            "obtain, XML",
            "application/xml",
            "<username>alice</username>",
        ),
    ] {
        side.say(name, &request(OBTAIN).body(kind, body))?;
    }
    let parts = "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nalice\r\n\
                 --x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nwonderland\r\n--x--\r\n";
    for (name, kind, body) in [
        (
            "obtain, in parts",
            "multipart/form-data; boundary=x",
            parts.as_bytes(),
        ),
        (
            "obtain, in parts that no boundary parts",
            "multipart/form-data",
            parts.as_bytes(),
        ),
        (
            "obtain, JSON that is not UTF-8",
            "application/json",
            b"{\"username\":\"\xff\"}",
        ),
        (
            "obtain, a member twice",
            "application/json",
            b"{\"username\":\"bob\",\"username\":\"alice\",\"password\":\"wonderland\"}",
        ),
        (
            "obtain, a field twice",
            FORM,
            b"username=bob&username=alice&password=wonderland",
        ),
        (
            "obtain, a form with escapes",
            FORM,
            b"user%6eame=alic%65&password=wonder%6Cand",
        ),
    ] {
        side.say(name, &request(OBTAIN).body(kind, body))?;
    }
    for (name, line) in [
        ("OPTIONS obtain", "OPTIONS /api/token/"),
        ("GET obtain", "GET /api/token/"),
        ("PUT obtain", "PUT /api/token/"),
        ("DELETE obtain", "DELETE /api/token/"),
        ("GET refresh", "GET /api/token/refresh/"),
        ("GET verify", "GET /api/token/verify/"),
        ("GET blacklist", "GET /api/token/blacklist/"),
    ] {
        side.say(name, &request(line))?;
    }
    Ok(())
}
