//! What is never shown of a message: credentials by where they usually stand, and known secrets
//! wherever they stand.

use serde::de::IgnoredAny;

/// Members of JSON bodies and queries whose values are never shown.
const SECRET_MEMBERS: [&str; 12] = [
    "password",
    "current_password",
    "old_password",
    "new_password",
    "current",
    "new",
    "access",
    "refresh",
    "access_token",
    "refresh_token",
    "token",
    "sid",
];

/// Bytes with a mark where one of these stood.
pub(super) fn mask_known(bytes: &[u8], secrets: &[Vec<u8>]) -> Vec<u8> {
    let mut masked = bytes.to_vec();
    for secret in secrets.iter().filter(|secret| secret.len() >= 6) {
        let mut at = 0;
        while let Some(found) = masked[at..]
            .windows(secret.len())
            .position(|w| w == &secret[..])
        {
            let mark = format!("[masked {}]", secret.len());
            masked.splice(at + found..at + found + secret.len(), mark.bytes());
            at += found + mark.len();
        }
    }
    masked
}

/// A header line; a credential in it becomes `[masked 32]`, its name and what is not secret stay.
#[must_use]
pub fn mask_header(line: &str) -> String {
    let Some((name, value)) = line.split_once(": ") else {
        return line.to_owned();
    };
    match name.to_ascii_lowercase().as_str() {
        "authorization" | "proxy-authorization" => {
            let (scheme, token) = value.split_once(' ').unwrap_or(("", value));
            format!("{name}: {scheme} {}", mask(token))
        }
        "cookie" => {
            // Without `=`, all of it is the value (RFC 6265bis section 5.6).
            let masked = |pair: &str| match pair.contains('=') {
                true => mask_pair(pair),
                false => mask(pair.trim()),
            };
            let pairs: Vec<String> = value.split(';').map(masked).collect();
            format!("{name}: {}", pairs.join(";"))
        }
        "set-cookie" => {
            let (pair, attributes) = match value.split_once(';') {
                Some((pair, attributes)) => (pair, format!(";{attributes}")),
                None => (value, String::new()),
            };
            format!("{name}: {}{attributes}", mask_pair(pair))
        }
        "referer" | "location" => format!("{name}: {}", mask_query(value)),
        _ => line.to_owned(),
    }
}

fn mask_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", mask(value)),
        None => pair.to_owned(),
    }
}

fn mask(value: &str) -> String {
    if value.len() < 6 || value.starts_with("[masked") {
        return value.to_owned();
    }
    format!("[masked {}]", value.len())
}

/// Whether the value of a member or a parameter of this name is never shown.
#[must_use]
pub fn is_secret_member(name: &str) -> bool {
    let mut members = SECRET_MEMBERS.iter();
    members.any(|member| name.eq_ignore_ascii_case(member))
}

/// Values of secret members in JSON, as in `"password": "…"`, whatever the case of their names;
/// lists and objects as a whole.
#[must_use]
pub fn mask_members(text: &str) -> String {
    let members = SECRET_MEMBERS.iter();
    members.fold(text.to_owned(), |text, member| mask_member(&text, member))
}

fn mask_member(text: &str, member: &str) -> String {
    let key = format!("\"{member}\"");
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = lower[at..].find(&key) {
        let after = at + found + key.len();
        let value = text[after..].trim_start().strip_prefix(':');
        let value = value.map(str::trim_start).unwrap_or_default();
        if !value.starts_with(['"', '[', '{']) {
            out.push_str(&text[at..after]);
            at = after;
            continue;
        }
        let start = text.len() - value.len();
        out.push_str(&text[at..start]);
        out.push_str("\"[masked]\"");
        at = start + end_of_value(value);
    }
    out.push_str(&text[at..]);
    out
}

/// Where the JSON value ends with which a text begins: where it is cut short, with the text.
fn end_of_value(text: &str) -> usize {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => values.byte_offset(),
        _ => text.len(),
    }
}

/// A path; the values of its query become `[masked 32]`.
#[must_use]
pub fn mask_query(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else {
        return text.to_owned();
    };
    let parameters: Vec<String> = query.split('&').map(mask_pair).collect();
    format!("{path}?{}", parameters.join("&"))
}
