//! What a run of letters and digits says when it is Base64 (RFC 4648, sections 4 and 5) or
//! hexadecimal: `Basic` credentials in a header of any name, and whatever else somebody encoded.
//! Nothing says where the encoding begins, so it is read from each place where a byte may begin.

use std::ops::Range;

/// The bits of a sign, and how many signs it takes until a byte begins with one again.
const BASE64: Alphabet = Alphabet {
    bits: 6,
    period: 4,
    value: base64,
};
const HEXADECIMAL: Alphabet = Alphabet {
    bits: 4,
    period: 2,
    value: hexadecimal,
};

#[derive(Clone, Copy)]
struct Alphabet {
    bits: usize,
    period: usize,
    value: fn(u8) -> Option<u8>,
}

/// A part of a text, decoded.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// Where it begins in the text.
    start: usize,
    bits: usize,
}

impl Decoded {
    /// The signs of the text from which these of the bytes come.
    pub(super) fn place(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = bytes.start * 8 / self.bits;
        let last = (bytes.end * 8).div_ceil(self.bits);
        self.start + first..self.start + last
    }
}

/// Every part that may say `shortest` bytes or more.
pub(super) fn parts(text: &[u8], shortest: usize, mut each: impl FnMut(&Decoded)) {
    for alphabet in [BASE64, HEXADECIMAL] {
        let mut at = 0;
        while at < text.len() {
            let signs = text[at..].iter().map_while(|sign| (alphabet.value)(*sign));
            let values: Vec<u8> = signs.collect();
            for skipped in 0..alphabet.period {
                let values = values.get(skipped..).unwrap_or_default();
                if values.len() * alphabet.bits >= shortest * 8 {
                    each(&Decoded {
                        bytes: bytes(values, alphabet.bits),
                        start: at + skipped,
                        bits: alphabet.bits,
                    });
                }
            }
            at += values.len() + 1;
        }
    }
}

/// The values side by side, as bytes; a rest that is none is dropped.
fn bytes(values: &[u8], bits: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * bits / 8);
    let (mut held, mut count) = (0_u32, 0);
    for &value in values {
        held = (held << bits) | u32::from(value);
        count += bits;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (held >> count).to_be_bytes();
            bytes.push(byte);
            held &= (1 << count) - 1;
        }
    }
    bytes
}

fn base64(sign: u8) -> Option<u8> {
    match sign {
        b'A'..=b'Z' => Some(sign - b'A'),
        b'a'..=b'z' => Some(sign - b'a' + 26),
        b'0'..=b'9' => Some(sign - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn hexadecimal(sign: u8) -> Option<u8> {
    let digit = char::from(sign).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_place_is_decoded_and_found_again() {
        // `wonder`, behind each number of other bytes.
        for text in [
            "d29uZGVy",
            "/p/IHdvbmRlcg==",
            "x ICB3b25kZXI.",
            "-776F6e646572",
            "7a776f6e646572",
        ] {
            let mut places = Vec::new();
            super::parts(text.as_bytes(), 6, |part| {
                let found = part.bytes.windows(6).position(|bytes| bytes == b"wonder");
                places.extend(found.map(|at| part.place(&(at..at + 6))));
            });
            assert_eq!(places.len(), 1, "{text}");
            assert!((8..=12).contains(&places[0].len()), "{text}: {places:?}");
        }
    }
}
