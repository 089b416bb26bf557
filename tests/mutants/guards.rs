//! What is looked at before a route is: where a request comes from, and what its
//! body says that it is.

use crate::fault::Fault;
use crate::http::Request;

/// Must this unsafe request be refused, because another page sent it?
pub(crate) fn cross_origin(request: &Request, port: u16, fault: Option<Fault>) -> bool {
    let safe = matches!(
        request.method.as_str(),
        "GET" | "HEAD" | "OPTIONS" | "TRACE"
    );
    if safe || fault == Some(Fault::OnlyPostIsGuarded) && request.method != "POST" {
        return false;
    }
    let own = [
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
    ];
    let lines = |name: &str| -> Vec<String> {
        request
            .all(name)
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .collect()
    };
    let same_site_too = fault == Some(Fault::SameSiteIsFine);
    let site_fine = |site: &String| site == "same-origin" || same_site_too && site == "same-site";
    if fault != Some(Fault::FetchMetadataIgnored) && !lines("sec-fetch-site").iter().all(site_fine)
    {
        return true;
    }
    let origin_fine = |origin: &String| {
        own.contains(origin)
            || match fault {
                Some(Fault::OriginBySubstring) => origin.contains(&format!("localhost:{port}")),
                Some(Fault::OriginWithoutPort) => origin.split(':').nth(1) == Some("//localhost"),
                Some(Fault::NullOriginIsFine) => origin == "null",
                Some(Fault::SameSiteIsFine) => origin.ends_with(&format!(".localhost:{port}")),
                _ => false,
            }
    };
    let origins = lines("origin");
    if fault == Some(Fault::WantsAReferer) && lines("referer").is_empty() && origins.is_empty() {
        return true;
    }
    if !origins.is_empty() {
        return origins.len() > 1 || !origins.iter().all(origin_fine);
    }
    if fault == Some(Fault::RefererNotLookedAt) {
        return false;
    }
    let on_own = |referer: &String| {
        own.iter().any(|own| {
            referer
                .strip_prefix(own.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    !lines("referer").iter().all(on_own)
}

/// Does the request say that its body is JSON?
pub(crate) fn says_json(request: &Request, fault: Option<Fault>) -> bool {
    let Some(kind) = request.text("content-type") else {
        return fault == Some(Fault::NoContentTypeIsJson);
    };
    let essence = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let silent = request.text("origin").is_none() && request.text("sec-fetch-site").is_none();
    essence == "application/json"
        || essence == "text/plain" && fault == Some(Fault::TextPlainIsJson)
        || silent && fault == Some(Fault::SilentFormsPass)
}

/// The values of the cookies of this name, in the order in which they came.
pub(crate) fn cookies(request: &Request, name: &str, fault: Option<Fault>) -> Vec<String> {
    let mut found = Vec::new();
    for line in request.all("cookie") {
        for pair in line.split(|&byte| byte == b';').map(<[u8]>::trim_ascii) {
            let Some(at) = pair.iter().position(|&byte| byte == b'=') else {
                if fault == Some(Fault::BadNeighbourLogsOut) && !pair.is_empty() {
                    return Vec::new();
                }
                continue;
            };
            let raw = String::from_utf8_lossy(&pair[..at]).into_owned();
            let known = if fault == Some(Fault::DecodesCookieNames) {
                percent_decoded(&raw)
            } else {
                raw
            };
            let any_case = fault == Some(Fault::NamesInAnyCase);
            if known == name || any_case && known.eq_ignore_ascii_case(name) {
                let value = String::from_utf8_lossy(&pair[at + 1..]).into_owned();
                let decodes = fault == Some(Fault::PercentDecodesTheValue);
                found.push(if decodes {
                    percent_decoded(&value)
                } else {
                    value
                });
            }
        }
        if fault == Some(Fault::FirstCookieLineOnly) {
            break;
        }
    }
    found
}

pub(crate) fn percent_decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .filter(|_| byte == b'%')
            .and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(code) => {
                out.push(code);
                rest = &after[2..];
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
