//! Finds a text in another one however its characters are spelt there: as they are,
//! percent-encoded (RFC 3986, section 2.1), or escaped as in JSON (RFC 8259, section 7); mixed, and
//! several times over. A server decodes what it reads, so a credential that is spelt otherwise
//! still opens.

/// As many times may text with JSON in it be in JSON.
const DEPTH: usize = 4;
/// More backslashes do not spell one character at that depth.
const RUN: usize = 1 << DEPTH;

/// How many bytes of `text` spell `secret`, when it begins with it. Each comparison takes one of
/// the steps: hostile text can ask for very many, and with none left nothing is found.
pub(super) fn spelt(text: &str, secret: &str, steps: &mut usize) -> Option<usize> {
    let text = text.as_bytes();
    // `%25` is one character or three, so there may be several ways to go on.
    let mut ends = vec![0];
    for character in secret.chars() {
        let mut next = Vec::with_capacity(1);
        for &end in &ends {
            after(text, end, character, &mut next);
        }
        *steps = steps.saturating_sub(ends.len() + next.len());
        if *steps == 0 {
            return None;
        }
        next.sort_unstable();
        next.dedup();
        ends = next;
        if ends.is_empty() {
            return None;
        }
    }
    ends.pop()
}

/// Adds where one character that stands at `at` may end.
fn after(text: &[u8], at: usize, character: char, ends: &mut Vec<usize>) {
    let rest = &text[at..];
    let mut utf8 = [0; 4];
    let utf8 = character.encode_utf8(&mut utf8).as_bytes();
    match rest.first() {
        Some(b'%') => percent(rest, utf8, |length| ends.push(at + length)),
        Some(b'\\') => escape(rest, character, |length| ends.push(at + length)),
        // As forms write it.
        Some(b'+') if character == ' ' => ends.push(at + 1),
        _ => {}
    }
    if rest.starts_with(utf8) {
        ends.push(at + utf8.len());
    }
}

/// `%41`, or `%2541` where it was encoded once more.
fn percent(rest: &[u8], utf8: &[u8], mut ends: impl FnMut(usize)) {
    if utf8 == b"%" {
        let mut length = 1;
        while rest[length..].starts_with(b"25") {
            length += 2;
            ends(length);
        }
        return;
    }
    let mut length = 0;
    for &byte in utf8 {
        if rest.get(length) != Some(&b'%') {
            return;
        }
        length += 1;
        while rest[length..].starts_with(b"25") {
            length += 2;
        }
        if hexadecimal(&rest[length..], 2) != Some(u16::from(byte)) {
            return;
        }
        length += 2;
    }
    ends(length);
}

/// `\u0041` and `\"`, with more backslashes where text with JSON in it is in JSON.
fn escape(rest: &[u8], character: char, mut ends: impl FnMut(usize)) {
    let backslashes = |rest: &[u8]| {
        let run = rest.iter().take(RUN).take_while(|byte| **byte == b'\\');
        run.count()
    };
    let run = backslashes(rest);
    if character == '\\' {
        (2..=run).for_each(&mut ends);
    }
    let short = match character {
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        other => other,
    };
    if u8::try_from(short).is_ok_and(|short| rest.get(run) == Some(&short)) {
        ends(run + 1);
    }
    let mut length = 0;
    for unit in character.encode_utf16(&mut [0; 2]) {
        length += backslashes(&rest[length..]);
        if rest.get(length) != Some(&b'u') || hexadecimal(&rest[length + 1..], 4) != Some(*unit) {
            return;
        }
        length += 5;
    }
    ends(length);
}

fn hexadecimal(rest: &[u8], digits: usize) -> Option<u16> {
    let digits = rest.get(..digits)?;
    let value = |digit: &u8| char::from(*digit).to_digit(16);
    let number = digits
        .iter()
        .try_fold(0, |number, digit| Some(number * 16 + value(digit)?))?;
    u16::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    fn spelt(text: &str, secret: &str) -> Option<usize> {
        super::spelt(text, secret, &mut 1_000)
    }

    #[test]
    fn a_character_is_found_in_each_spelling() {
        for text in [
            "a%/\"z",
            "%61%25%2f%22%7A",
            "%2561%2525%252F%2522z",
            r#"\u0061%\/\"z"#,
            r#"\\u0061%2525\\/\\\"\u007A"#,
        ] {
            assert_eq!(
                spelt(&format!("{text}-"), "a%/\"z"),
                Some(text.len()),
                "{text}"
            );
        }
        assert_eq!(spelt("%C3%BC", "ü"), Some(6));
        assert_eq!(spelt(r"\ud83d\ude00", "😀"), Some(12));
        assert_eq!(spelt("a+b%20c", "a b c"), Some(7));
        assert_eq!(spelt(r"\\\\x", r"\\x"), Some(5));
        assert_eq!(
            super::spelt("aaaaaa", "aaaaaa", &mut 11),
            None,
            "too many steps"
        );
        for text in ["%6", "%61%", r"\u006", r"\", "%zz", ""] {
            assert_eq!(spelt(text, "aa"), None, "{text}");
        }
    }
}
