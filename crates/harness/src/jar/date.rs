//! Dates in cookies (section 5.1.1): anything that looks like a day, a month, a year and a
//! time, in any order. Not a format, but what browsers have agreed to make of each other's.

use time::{Date, Month, OffsetDateTime, Time};

const MONTHS: [&[u8; 3]; 12] = [
    b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
];

/// The moment that the text names, or `None` where the attribute is to be ignored.
pub fn parse(text: &[u8]) -> Option<OffsetDateTime> {
    let mut time = None;
    let mut day = None;
    let mut month = None;
    let mut year = None;
    // Each token is taken for the first thing that it can be and that is still missing.
    for token in text.split(|&byte| is_delimiter(byte)) {
        if time.is_none() && fill(&mut time, clock(token))
            || day.is_none() && fill(&mut day, number(token, 1, 2))
            || month.is_none() && fill(&mut month, name_of_month(token))
        {
            continue;
        }
        if year.is_none() {
            year = number(token, 2, 4);
        }
    }
    let (hour, minute, second) = time?;
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        // Before the Gregorian calendar was three decades old nobody set a cookie.
        1..=1600 => return None,
        full => full,
    };
    // A leap second cannot be said: `Time` takes no 60, and no 31 February exists.
    let time = Time::from_hms(octet(hour)?, octet(minute)?, octet(second)?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month?, octet(day?)?).ok()?;
    Some(date.with_time(time).assume_utc())
}

fn fill<T>(slot: &mut Option<T>, found: Option<T>) -> bool {
    *slot = found;
    slot.is_some()
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

/// `1:2:3`, with whatever comes behind, if that is no digit.
fn clock(token: &[u8]) -> Option<(u32, u32, u32)> {
    let (hour, rest) = digits(token, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(b":")?, 1, 2)?;
    let (second, _) = digits(rest.strip_prefix(b":")?, 1, 2)?;
    Some((hour, minute, second))
}

fn number(token: &[u8], least: usize, most: usize) -> Option<u32> {
    digits(token, least, most).map(|(number, _)| number)
}

/// The number at the start, and what follows; `None` where it has too few digits or too many.
fn digits(token: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let count = token
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if !(least..=most).contains(&count) {
        return None;
    }
    let (digits, rest) = token.split_at(count);
    let number = digits
        .iter()
        .fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    Some((number, rest))
}

fn name_of_month(token: &[u8]) -> Option<Month> {
    let start = token.get(..3)?;
    let at = MONTHS
        .iter()
        .position(|month| start.eq_ignore_ascii_case(*month))?;
    Month::try_from(u8::try_from(at + 1).ok()?).ok()
}

fn octet(number: u32) -> Option<u8> {
    u8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        parse(text.as_bytes()).map(OffsetDateTime::unix_timestamp)
    }

    #[test]
    fn the_same_moment_in_many_spellings() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "08:49:37 6 november 1994",
            "1994 NOV 6 8:49:37",
            "6\tNov\t1994\t08:49:37",
            "06th Nov 1994AD 08:49:37.123",
            "6/Nov/1994/08:49:37",
            "x 6 y Nov 1994 08:49:37 09:50:38 7 Dec 2001",
        ] {
            assert_eq!(seconds(text), Some(784_111_777), "{text}");
        }
    }

    #[test]
    fn years_of_two_and_three_digits() {
        let year =
            |text: &str| parse(format!("1 Jan {text} 0:0:0").as_bytes()).map(OffsetDateTime::year);
        assert_eq!(year("70"), Some(1970));
        assert_eq!(year("99"), Some(1999));
        assert_eq!(year("69"), Some(2069));
        assert_eq!(year("00"), Some(2000));
        assert_eq!(year("0069"), Some(2069));
        assert_eq!(year("1601"), Some(1601));
        assert_eq!(year("9999"), Some(9999));
        for none in ["1600", "100", "5", "12345", ""] {
            assert_eq!(year(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "Thu, 01 Jan 1970",
            "01 Jan 00:00:00",
            "1970 00:00:00 Jan",
            "32 Jan 1970 00:00:00",
            "00 Jan 1970 00:00:00",
            "31 Feb 1970 00:00:00",
            "29 Feb 1971 00:00:00",
            "01 Jan 1970 24:00:00",
            "01 Jan 1970 00:60:00",
            "01 Jan 1970 00:00:60",
            "01 Jan 1970 00:00",
            "01 Jan 1970 000:00:00",
            "01 Jan 1970 00:00:000",
            "001 Jan 70 00:00:00",
            "01 Ja 1970 00:00:00",
            "01 01 1970 00:00:00",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
