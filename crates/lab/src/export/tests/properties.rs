//! Whatever a credential is made of, wherever it turns up again, and however it is spelt there: no
//! masked export has it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Export, Format, Secrets};
use super::exchange;
use crate::board::{By, Exchange, given_away};
use crate::column::Column;
use crate::http::{RequestHead, ResponseHead};

const FORMATS: [Format; 4] = [Format::Curl, Format::Har, Format::Mermaid, Format::Markdown];

/// Long enough not to be in an export by chance.
fn secret() -> impl Strategy<Value = String> {
    r#"[A-Za-z0-9._~+/=%"\\ ü😀-]{16,40}"#.prop_filter("trimmed, and long when decoded", |secret| {
        secret.trim().trim_matches('"') == secret && plain(secret).len() > 8
    })
}

/// Where a credential stands, and what may stand there as it is.
#[derive(Clone, Copy)]
enum Place {
    Path,
    Header,
    Json,
}

/// Each character as it is, percent-encoded once or twice, or escaped.
fn spelt(secret: &str, ways: &[u8], place: Place) -> String {
    let fits = |character: char| match place {
        Place::Path => character.is_ascii_alphanumeric(),
        Place::Header => true,
        Place::Json => !matches!(character, '"' | '\\'),
    };
    let spell = |(character, way): (char, &u8)| {
        let mut utf8 = [0; 4];
        let utf8 = character.encode_utf8(&mut utf8).bytes();
        match (way, place) {
            (0, _) if fits(character) => character.to_string(),
            (1, Place::Header | Place::Json) => {
                let mut utf16 = [0; 2];
                let units = character.encode_utf16(&mut utf16).iter();
                units.map(|unit| format!("\\u{unit:04X}")).collect()
            }
            (2, _) => utf8.map(|byte| format!("%25{byte:02x}")).collect(),
            _ => utf8.map(|byte| format!("%{byte:02X}")).collect(),
        }
    };
    secret.chars().zip(ways.iter().cycle()).map(spell).collect()
}

fn knowing(exchanges: &[&Exchange]) -> Secrets {
    let given = exchanges.iter().flat_map(|one| given_away(&one.record));
    let given: Vec<_> = given.collect();
    Secrets::knowing(given.iter().map(|one| one.as_str()))
}

/// The credential comes to be known in one of these ways.
fn known(way: u8, secret: &str) -> Exchange {
    let query = spelt(secret, &[3], Place::Path);
    let (request, body) = match way {
        0 => ("GET /".to_owned(), json!({ "refresh": secret }).to_string()),
        1 => (format!("GET /?sid={query}"), String::new()),
        2 => ("GET /".to_owned(), format!("current=a&token={query}")),
        _ => {
            // No credential here has a `#`.
            let body = json!({ "a": [{ "#": secret }] }).to_string();
            (
                "GET /".to_owned(),
                body.replace("\"#\"", r#""\u0061CCESS""#),
            )
        }
    };
    let head = format!("{request} HTTP/1.1\r\n\r\n");
    let mut one = exchange(By::Browser);
    one.record.request = RequestHead::parse(head.as_bytes()).unwrap().unwrap();
    one.record.response_body = body.into_bytes();
    one
}

/// And turns up where no name says what it is.
fn stray(secret: &str, ways: &[u8]) -> Exchange {
    let [path, header, member] =
        [Place::Path, Place::Header, Place::Json].map(|place| spelt(secret, ways, place));
    let request = format!(
        "GET /{path}?{path} HTTP/1.1\r\nX-Odd: a{header}b\r\nReferer: http://x/{path}#{path}\r\n\r\n"
    );
    let response = format!(
        "HTTP/1.1 302 See\r\nLocation: /{path}\r\nContent-Type: a{header}b\r\nSet-Cookie: x{path}=1\r\n\r\n"
    );
    let mut one = exchange(By::Browser);
    one.record.request = RequestHead::parse(request.as_bytes()).unwrap().unwrap();
    one.record.request_body = format!(r#"{{"{member}":["{member}"]}}"#).into_bytes();
    one.record.response = ResponseHead::parse(response.as_bytes()).unwrap();
    one.record.response_head = response.into_bytes();
    one.record.response_body = json!({ "t0ken": secret, secret: 1 })
        .to_string()
        .into_bytes();
    one
}

/// Decodes until there is nothing more to decode: another way to read than the one that masks.
fn plain(text: &str) -> String {
    let mut bytes = text.replace('+', " ").into_bytes();
    loop {
        let before = bytes.clone();
        for (mark, length) in [("%", 2), ("\\u", 4)] {
            let mut at = 0;
            while at < bytes.len() {
                let digits = bytes[at..].strip_prefix(mark.as_bytes());
                let digits = digits.and_then(|rest| std::str::from_utf8(rest.get(..length)?).ok());
                let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if let Some(number) = number {
                    let end = at + mark.len() + length;
                    let unit = match length {
                        2 => vec![number as u8],
                        _ => char::from_u32(number).map_or_else(
                            || format!("<{number:x}>").into_bytes(),
                            |character| character.to_string().into_bytes(),
                        ),
                    };
                    bytes.splice(at..end, unit);
                }
                at += 1;
            }
        }
        if bytes == before {
            break;
        }
    }
    let text = String::from_utf8_lossy(&bytes).replace('\\', "");
    // What has two halves in an escape is compared by them.
    text.replace('😀', "<d83d><de00>")
}

fn masked(secrets: &Secrets, format: Format, exchanges: &[&Exchange]) -> String {
    let export = Export {
        column: Column::Jwt,
        origin: "http://jwt.lab.localhost:8000".to_owned(),
        masked: Some(secrets.clone()),
    };
    export.text(format, exchanges)
}

proptest! {
    #[test]
    fn no_masked_export_has_it(
        secret in secret(),
        way in 0..4_u8,
        ways in prop::collection::vec(0..4_u8, 1..8),
    ) {
        let [known, stray] = [known(way, &secret), stray(&secret, &ways)];
        let secrets = knowing(&[&known]);
        for format in FORMATS {
            let text = masked(&secrets, format, &[&known, &stray]);
            prop_assert!(!plain(&text).contains(&plain(&secret)), "{format:?} {secret}: {text}");
            if matches!(format, Format::Har) {
                let archive: Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(archive["log"]["entries"].as_array().map(Vec::len), Some(2));
            }
        }
    }
    /// A copy of a copy lacks the end, and a server set it encoded.
    #[test]
    fn nor_a_cut_copy_nor_the_decoded_one(
        secret in secret(),
        cut in 0..=10_usize,
        encoded in any::<bool>(),
        ways in prop::collection::vec(0..4_u8, 1..8),
    ) {
        let characters = secret.chars().count();
        let left = characters - cut.min(characters / 4).min(characters - 16);
        let copy: String = secret.chars().take(left).collect();
        let sent = match encoded {
            true => spelt(&secret, &[3], Place::Path),
            false => secret.clone(),
        };
        let [known, stray] = [known(0, &sent), stray(&copy, &ways)];
        prop_assume!(plain(&copy).len() > 8);
        let secrets = knowing(&[&known]);
        for format in FORMATS {
            let text = masked(&secrets, format, &[&known, &stray]);
            prop_assert!(!plain(&text).contains(&plain(&copy)), "{format:?} {copy}: {text}");
        }
    }

    /// One that ends where another begins does not show the rest of that.
    #[test]
    fn nor_the_rest_of_one_that_another_runs_into(
        secret in secret(),
        before in "[a-z/]{6,12}",
        shared in 1..6_usize,
        ways in prop::collection::vec(0..4_u8, 1..8),
    ) {
        let beginning: String = secret.chars().take(shared).collect();
        let rest: String = secret.chars().skip(shared).collect();
        prop_assume!(plain(&rest).len() > 8);
        let junk = known(0, &format!("{before}{beginning}"));
        let [known, stray] = [known(0, &secret), stray(&format!("{before}{secret}"), &ways)];
        let secrets = knowing(&[&junk, &known]);
        for format in FORMATS {
            let text = masked(&secrets, format, &[&stray]);
            prop_assert!(!plain(&text).contains(&plain(&rest)), "{format:?} {rest}: {text}");
        }
    }
}
