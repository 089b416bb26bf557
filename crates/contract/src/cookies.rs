//! Reading the `Cookie` header as it was sent.
//!
//! `actix_web::HttpRequest::cookies` decodes names, so `__%48ost-login` passes
//! for `__Host-login` and the prefix protects nothing (the class of
//! CVE-2020-8184); and one byte that is not UTF-8 in a neighbour's cookie hides
//! all of them. Here names are compared byte for byte, each pair stands alone,
//! and any number of `Cookie` lines is read (RFC 6265bis section 4.2.1).

use actix_web::http::header::{self, HeaderMap};
use memchr::{memchr, memchr_iter};

/// What a request holds under one cookie name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'a> {
    /// No such cookie, or none with a readable value.
    None,
    /// One value, or the same value more than once.
    One(&'a str),
    /// Different values. A sibling host can plant a second cookie (RFC 6265bis
    /// section 8.6), so none of them is believed, and none of them can be ended: 400.
    Ambiguous,
}

/// Looks `name` up in all `Cookie` lines, without decoding anything.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Found<'a> {
    let mut found = Found::None;
    for (pair_name, value) in all(headers) {
        if pair_name != name.as_bytes() {
            continue;
        }
        // A value of ours is ASCII; anything else under our name is not ours.
        let Ok(value) = std::str::from_utf8(value) else {
            continue;
        };
        found = match found {
            Found::None => Found::One(value),
            Found::One(first) if first == value => found,
            Found::One(_) | Found::Ambiguous => return Found::Ambiguous,
        };
    }
    found
}

/// Name and value of every cookie in all `Cookie` lines, in the order and the bytes in which they came.
pub fn all(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    headers
        .get_all(header::COOKIE)
        .flat_map(|line| pairs(line.as_bytes()))
}

/// The pairs of one line: split at `;`, white space round name and value removed
/// (RFC 6265bis section 5.6 reads them so). A piece without `=` has no name.
fn pairs(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    // Byte by byte this took 1,700 instructions more for one sealed cookie.
    let ends = memchr_iter(b';', line).chain([line.len()]);
    let pieces = ends.scan(0, move |start, end| {
        let piece = &line[*start..end];
        *start = end + 1;
        Some(piece)
    });
    pieces.filter_map(|piece| {
        let equals = memchr(b'=', piece)?;
        Some((trim(&piece[..equals]), trim(&piece[equals + 1..])))
    })
}

/// Takes spaces and tabs away and nothing else. What more a server takes for white space (U+0085,
/// U+00A0, U+2000, a form feed), a sibling host can put before `__Host-`: the browser sees a name
/// without a prefix and lets it pass, and such a server sees the prefix.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn lines(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    #[test]
    fn broken_neighbours_do_not_hide_a_cookie() {
        let headers = lines(&[b"=x; foo; ;;a=\xff\xfe; __Host-login=abc; b", b"z=\xff"]);
        assert_eq!(find(&headers, "__Host-login"), Found::One("abc"));
    }

    #[test]
    fn names_are_not_decoded_and_not_folded() {
        for name in [
            "__%48ost-login",
            "__host-login",
            "__HOST-LOGIN",
            "\"__Host-login\"",
        ] {
            let headers = lines(&[format!("{name}=abc").as_bytes()]);
            assert_eq!(find(&headers, "__Host-login"), Found::None, "{name}");
        }
    }

    #[test]
    fn only_spaces_and_tabs_are_white_space() {
        let headers = lines(&[b" \t__Host-login =\t abc "]);
        assert_eq!(find(&headers, "__Host-login"), Found::One("abc"));
        for planted in ["\u{85}", "\u{a0}", "\u{2000}", "\u{3000}", "\u{feff}"] {
            for name in [
                format!("{planted}__Host-login"),
                format!("__Host-login{planted}"),
            ] {
                let headers = lines(&[format!("{name}=abc").as_bytes()]);
                assert_eq!(find(&headers, "__Host-login"), Found::None, "{planted:?}");
            }
        }
        assert_eq!(trim(b"\x0c__Host-login\x0b"), b"\x0c__Host-login\x0b");
    }

    #[test]
    fn a_cookie_without_a_name_is_not_the_one_that_its_value_spells() {
        let headers = lines(&[b"=__Host-login=abc; ==__Host-login=abc; __Host-login"]);
        assert_eq!(find(&headers, "__Host-login"), Found::None);
    }

    #[test]
    fn two_lines_are_one_jar_and_two_values_are_none() {
        let headers = lines(&[b"a=1", b"__Host-login=abc"]);
        assert_eq!(find(&headers, "__Host-login"), Found::One("abc"));
        let headers = lines(&[b"__Host-login=abc", b"__Host-login=abc"]);
        assert_eq!(find(&headers, "__Host-login"), Found::One("abc"));
        let headers = lines(&[b"__Host-login=abc; __Host-login=xyz"]);
        assert_eq!(find(&headers, "__Host-login"), Found::Ambiguous);
    }
}
