//! Whatever a server sends, the jar answers.

use proptest::prelude::*;

use super::*;
use crate::jar::date;

/// Pieces that mean something, and noise.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "a",
        "=",
        ";",
        " ",
        "\t",
        "\u{7f}",
        "é",
        "__Host-",
        "__Secure-",
        "Path",
        "/",
        "Domain",
        ".",
        "shop",
        "test",
        "Max-Age",
        "-",
        "9",
        "99999999999999999999",
        "Expires",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "31 Dec 9999 23:59:59",
        "Secure",
        "HttpOnly",
        "SameSite",
        "None",
        "Strict",
        "Partitioned",
    ]);
    let piece = prop_oneof![
        8 => word.prop_map(|word| word.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_line(lines in prop::collection::vec(line(), 0..8), at in -62_000_000_000_i64..250_000_000_000) {
        let url = url("https://www.shop.test/one/two");
        let now = OffsetDateTime::from_unix_timestamp(at).unwrap();
        let mut jar = Jar::default();
        for line in &lines {
            let _ = jar.set(line, &Request::to(&url), now);
        }
        let field = jar.header(&Request::to(&url), now);
        // What goes out can stand in a header, and each part of it came in.
        prop_assert!(!field.iter().any(|&byte| byte.is_ascii_control() && byte != b'\t'));
        for cookie in jar.cookies(now) {
            let came = |part: &[u8]| lines.iter().any(|line| part.is_empty() || line.windows(part.len()).any(|window| window == part));
            prop_assert!(came(&cookie.name) && came(&cookie.value));
            prop_assert!(cookie.path.starts_with(b"/"));
        }
    }

    #[test]
    fn any_date(text in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = date::parse(&text);
    }

    #[test]
    fn any_moment_in_three_formats(at in -11_644_473_600_i64..253_402_300_800) {
        let moment = OffsetDateTime::from_unix_timestamp(at).unwrap();
        for format in [
            time::macros::format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"),
            time::macros::format_description!("[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]"),
            time::macros::format_description!("[year]-[month repr:long]-[day padding:none] [hour padding:none]:[minute]:[second]"),
        ] {
            let text = moment.format(&format).unwrap();
            prop_assert_eq!(date::parse(text.as_bytes()), Some(moment), "{}", text);
        }
    }
}
