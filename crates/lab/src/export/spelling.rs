//! What text may spell: a byte as it is, percent-encoded (RFC 3986, section 2.1), escaped as in
//! JSON (RFC 8259, section 7) or as a character reference of HTML; mixed, and several times over.
//! A server decodes what it reads, so a credential that is spelt otherwise still opens.

use zeroize::Zeroizing;

/// As many times may text with JSON in it be in JSON.
const DEPTH: usize = 4;
/// More backslashes do not spell one character at that depth.
const RUN: usize = 1 << DEPTH;
/// A character has no more digits.
const DIGITS: usize = 8;

const NAMED: [(&[u8], u8); 5] = [
    (b"&amp;", b'&'),
    (b"&lt;", b'<'),
    (b"&gt;", b'>'),
    (b"&quot;", b'"'),
    (b"&apos;", b'\''),
];

/// Forms write a space as `+`: the two are one, in what is known and in what is read.
pub(super) fn folded(byte: u8) -> u8 {
    match byte {
        b'+' => b' ',
        other => other,
    }
}

/// With this begins what spells another character.
pub(super) fn is_mark(byte: u8) -> bool {
    matches!(byte, b'%' | b'\\' | b'&')
}

/// Each way to read the first character of `rest`, with the bytes that it takes. There may be
/// several: `%25` is one character or three.
pub(super) fn each(rest: &[u8], mut read: impl FnMut(&[u8], usize)) {
    let Some(&first) = rest.first() else {
        return;
    };
    let mut folding = |bytes: &[u8], length| match bytes {
        [one] => read(&[folded(*one)], length),
        several => read(several, length),
    };
    folding(&[first], 1);
    match first {
        b'%' => percent(rest, &mut folding),
        b'\\' => escape(rest, &mut folding),
        b'&' => reference(rest, &mut folding),
        _ => {}
    }
}

/// With every `%41` read once, as a server reads it.
pub(super) fn decoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let byte = Some(first).filter(|first| *first == b'%');
        let byte = byte.and_then(|_| u8::try_from(number(after, 2, 16)?).ok());
        decoded.push(byte.unwrap_or(first));
        rest = &after[byte.map_or(0, |_| 2)..];
    }
    decoded
}

/// `%41`, or `%2541` where it was encoded once more.
fn percent(rest: &[u8], read: &mut impl FnMut(&[u8], usize)) {
    let mut length = 1;
    while rest[length..].starts_with(b"25") {
        length += 2;
        read(b"%", length);
    }
    if let Some(byte) = number(&rest[length..], 2, 16).and_then(|byte| u8::try_from(byte).ok()) {
        read(&[byte], length + 2);
    }
}

/// `\u0041` and `\"`, with more backslashes where text with JSON in it is in JSON.
fn escape(rest: &[u8], read: &mut impl FnMut(&[u8], usize)) {
    let run = backslashes(rest);
    (2..=run).for_each(|length| read(b"\\", length));
    let Some(&short) = rest.get(run) else {
        return;
    };
    read(&[short], run + 1);
    match short {
        b'n' => read(b"\n", run + 1),
        b'r' => read(b"\r", run + 1),
        b't' => read(b"\t", run + 1),
        b'b' => read(&[8], run + 1),
        b'f' => read(&[12], run + 1),
        _ => {}
    }
    let Some((unit, length)) = unit(rest) else {
        return;
    };
    // Beyond the first plane a character has two of them.
    let pair = unit_pair(unit, &rest[length..]);
    let (character, length) = match pair {
        Some((character, second)) => (Some(character), length + second),
        None => (char::from_u32(unit), length),
    };
    if let Some(character) = character {
        read(character.encode_utf8(&mut [0; 4]).as_bytes(), length);
    }
}

fn unit_pair(first: u32, rest: &[u8]) -> Option<(char, usize)> {
    let (second, length) = unit(rest)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let mut characters = char::decode_utf16(units);
    let character = characters.next()?.ok()?;
    characters.next().is_none().then_some((character, length))
}

fn unit(rest: &[u8]) -> Option<(u32, usize)> {
    let run = backslashes(rest);
    let digits = rest[run..].strip_prefix(b"u").filter(|_| run > 0)?;
    Some((number(digits, 4, 16)?, run + 5))
}

fn backslashes(rest: &[u8]) -> usize {
    let run = rest.iter().take(RUN).take_while(|byte| **byte == b'\\');
    run.count()
}

/// `&#65;`, `&#x41;` and `&amp;`.
fn reference(rest: &[u8], read: &mut impl FnMut(&[u8], usize)) {
    for (name, byte) in NAMED {
        if rest.starts_with(name) {
            read(&[byte], name.len());
        }
    }
    let (start, radix) = match rest {
        [_, b'#', b'x' | b'X', ..] => (3, 16),
        [_, b'#', ..] => (2, 10),
        _ => return,
    };
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
    let digits = rest[start..].iter().take(DIGITS).take_while(is_digit);
    let end = start + digits.count();
    let character = number(&rest[start..], end - start, radix).and_then(char::from_u32);
    if let Some(character) = character {
        let end = end + usize::from(rest.get(end) == Some(&b';'));
        read(character.encode_utf8(&mut [0; 4]).as_bytes(), end);
    }
}

fn number(rest: &[u8], digits: usize, radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(rest.get(..digits)?).ok()?;
    // A sign is no digit.
    let all = digits.chars().all(|digit| digit.is_digit(radix));
    u32::from_str_radix(digits, radix).ok().filter(|_| all)
}

#[cfg(test)]
mod tests {
    fn spells(text: &str, character: &str) -> Vec<usize> {
        let mut lengths = Vec::new();
        super::each(text.as_bytes(), |bytes, length| {
            if bytes == character.as_bytes() {
                lengths.push(length);
            }
        });
        lengths
    }

    #[test]
    fn a_character_is_read_in_each_spelling() {
        for text in [
            "a", "%61", "%2561", "%252561", r"\u0061", r"\\u0061", "&#97;", "&#x61;", "&#0097",
        ] {
            assert_eq!(spells(&format!("{text}-"), "a"), [text.len()], "{text}");
        }
        assert_eq!(spells("%252525", "%"), [1, 3, 5, 7]);
        assert_eq!(spells(r"\\\x", r"\"), [1, 2, 3]);
        assert_eq!(spells(r#"\\\"-"#, "\""), [4]);
        assert_eq!(spells(r"\n", "\n"), [2]);
        assert_eq!(spells(r"\ud83d\ude00", "😀"), [12]);
        assert_eq!(spells(r"\u00fc", "ü"), [6]);
        assert_eq!(spells("&amp;", "&"), [1, 5]);
        for space in ["+", " ", "%20", "%2B"] {
            assert_eq!(spells(space, " "), [space.len()], "{space}");
        }
        for text in [
            "%6", "%+1", "%zz", r"\u006", r"\ud83d", r"\", "&#;", "&#x", "",
        ] {
            assert_eq!(spells(text, "a"), [0; 0], "{text}");
        }
    }
}
