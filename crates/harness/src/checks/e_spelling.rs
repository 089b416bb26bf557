//! Other spellings of the same segment, and headers that are JSON only to some.

use serde_json::{Map, Value};

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// This segment, spelt in ways that a lenient decoder takes for the same bytes.
pub(super) fn respelt(segment: &str) -> Vec<(String, &'static str)> {
    let mut spelt = vec![
        (format!("{segment}="), "a sign of padding"),
        (format!("{segment}=="), "two signs of padding"),
        (format!("{segment}==="), "three signs of padding"),
        (format!("={segment}"), "padding before it"),
        (format!("{segment}%3D"), "encoded padding"),
        (format!("{segment} "), "a space after it"),
        (format!(" {segment}"), "a space before it"),
        (split(segment, " "), "a space in it"),
        (split(segment, "\t"), "a tab in it"),
        (split(segment, "="), "padding in it"),
        (split(segment, "*"), "a sign of no alphabet in it"),
        (split(segment, "%"), "a per cent sign in it"),
        (split(segment, "\u{e9}"), "a letter beyond ASCII in it"),
        (format!("{segment}A"), "a letter more"),
    ];
    if segment.contains(['-', '_']) {
        let other = segment.replace('-', "+").replace('_', "/");
        spelt.push((other, "the signs of the other alphabet"));
    }
    if let Some(spare) = with_spare_bits(segment) {
        spelt.push((spare, "spare bits that are not zero"));
    }
    spelt
}

fn split(segment: &str, by: &str) -> String {
    let (one, two) = segment.split_at(segment.len() / 2);
    format!("{one}{by}{two}")
}

/// The last sign holds bits that no byte uses; with one of them set it still
/// decodes to the same bytes. `None` where the segment has no spare bits.
pub(super) fn with_spare_bits(segment: &str) -> Option<String> {
    if segment.len().is_multiple_of(4) {
        return None;
    }
    let (rest, last) = segment.split_at_checked(segment.len().checked_sub(1)?)?;
    let at = ALPHABET
        .iter()
        .position(|sign| last.as_bytes() == [*sign])?;
    let other = ALPHABET.get(at ^ 1)?;
    Some(format!("{rest}{}", char::from(*other)))
}

/// The header in bytes that are not its JSON in UTF-8.
pub(super) fn odd_headers(header: &Map<String, Value>) -> Vec<(Vec<u8>, &'static str)> {
    let text = Value::Object(header.clone()).to_string();
    let wide = |order: fn(u16) -> [u8; 2], mark: &[u8]| {
        [
            mark,
            &text.encode_utf16().flat_map(order).collect::<Vec<u8>>(),
        ]
        .concat()
    };
    let mut latin = text.clone().into_bytes();
    latin.truncate(latin.len() - 1);
    latin.extend_from_slice(b",\"x\":\"caf\xE9\"}");
    let mut overlong = text.clone().into_bytes();
    overlong.truncate(overlong.len() - 1);
    overlong.extend_from_slice(b",\"x\":\"\xC0\xAF\"}");
    vec![
        (
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            "begins with a byte order mark",
        ),
        (wide(u16::to_le_bytes, b""), "is UTF-16, little end first"),
        (wide(u16::to_be_bytes, b""), "is UTF-16, big end first"),
        (
            wide(u16::to_le_bytes, b"\xFF\xFE"),
            "is UTF-16 with its mark",
        ),
        (latin, "holds a byte that is not UTF-8"),
        (overlong, "holds an overlong form"),
        (format!("{text}x").into_bytes(), "has more after its end"),
        (format!("{text}{text}").into_bytes(), "stands twice"),
        (format!("{text}\u{0}").into_bytes(), "has a NUL after it"),
        (format!("[{text}]").into_bytes(), "is a list"),
        (format!("/**/{text}").into_bytes(), "begins with a comment"),
        (text.replace('"', "'").into_bytes(), "is in single quotes"),
        (
            text.replacen('}', ",}", 1).into_bytes(),
            "has a comma too many",
        ),
        (Value::from(text).to_string().into_bytes(), "is a text"),
    ]
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::alphabet::URL_SAFE;
    use base64::engine::DecodePaddingMode::RequireNone;
    use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn spare_bits_change_no_byte() {
        let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
        let lenient = GeneralPurpose::new(&URL_SAFE, lenient.with_decode_padding_mode(RequireNone));
        for length in [1, 2, 31, 32, 64] {
            let bytes = vec![0xA5; length];
            let segment = URL_SAFE_NO_PAD.encode(&bytes);
            let other = with_spare_bits(&segment).unwrap();
            assert_eq!(lenient.decode(&other).unwrap(), bytes);
            assert!(URL_SAFE_NO_PAD.decode(&other).is_err());
        }
        assert_eq!(with_spare_bits(&URL_SAFE_NO_PAD.encode([1, 2, 3])), None);
    }
}
