//! Spans of time on the command line.

use std::time::Duration;

/// Reads `90s`, `15m`, `12h` or `14d`, and no number without its unit: `14` would be
/// fourteen seconds to one and two weeks to another; nothing under a second and nothing
/// over 400 days, the longest that a browser keeps a cookie (RFC 6265bis
/// section 5.5).
pub fn lifetime(text: &str) -> Result<Duration, String> {
    const LONGEST: u64 = 400 * 86_400;
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 0,
    };
    let seconds = digits
        .parse::<u64>()
        .ok()
        .and_then(|count| count.checked_mul(unit))
        .unwrap_or(0);
    if (1..=LONGEST).contains(&seconds) {
        Ok(Duration::from_secs(seconds))
    } else {
        Err("write a span like 90s, 15m, 12h or 14d, from 1s to 400d".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::lifetime;

    #[test]
    fn spans_are_read_and_bounded() {
        assert_eq!(lifetime("90s").unwrap().as_secs(), 90);
        assert_eq!(lifetime("15m").unwrap().as_secs(), 900);
        assert_eq!(lifetime("14d").unwrap().as_secs(), 1_209_600);
        for bad in [
            "",
            "0",
            "90",
            "s",
            "-1",
            "1w",
            "401d",
            "99999999999999999999d",
            "1.5h",
            "é",
        ] {
            assert!(lifetime(bad).is_err(), "{bad}");
        }
    }
}
