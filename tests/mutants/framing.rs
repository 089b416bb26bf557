//! Where a request ends, on the breakable server, and whether its head is one.

use crate::fault::Fault;
use crate::http::Request;

/// The length of the body; `None` when it is not said once, and clearly.
pub(crate) fn length(request: &Request, fault: Option<Fault>) -> Option<usize> {
    let lengths: Vec<&[u8]> = request.all("content-length").collect();
    if fault == Some(Fault::FirstLengthCounts) {
        let first = String::from_utf8_lossy(lengths.first().copied().unwrap_or(b"0")).into_owned();
        return Some(first.split(',').next()?.trim().parse().unwrap_or(0));
    }
    if request.all("transfer-encoding").next().is_some() {
        return None;
    }
    match lengths.as_slice() {
        [] => Some(0),
        [only] if only.iter().all(u8::is_ascii_digit) => {
            std::str::from_utf8(only).ok()?.parse().ok()
        }
        _ => None,
    }
}

/// Is there one `Host`, and nothing folded or hidden in a value?
pub(crate) fn is_sound(request: &Request, fault: Option<Fault>) -> bool {
    let hosts = request.all("host").count();
    let values = request.headers.iter().flat_map(|(_, value)| value);
    let hidden = values
        .clone()
        .any(|byte| *byte < b' ' && *byte != b'\t' || *byte == 0x7F);
    (hosts == 1 || fault == Some(Fault::AnyNumberOfHosts)) && !hidden
}

/// Who stands behind the first request counts, on a server that mixes them up.
pub(crate) fn mixed_up(request: &mut Request, rest: &[u8]) {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    if parsed.parse(rest).is_ok_and(|status| status.is_complete()) {
        let headers = parsed.headers.iter();
        request.headers = headers
            .map(|h| (h.name.to_owned(), h.value.to_vec()))
            .collect();
    }
}
