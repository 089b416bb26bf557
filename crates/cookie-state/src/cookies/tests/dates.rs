use contract::wire::Timestamp;

use crate::cookies::{Attributes, Lifetime, Refusal, delete, set};

const NOW: i64 = 1_700_000_000;

fn now() -> Timestamp {
    Timestamp::from_unix(NOW)
}

/// What the line says of a lifetime.
fn said(max_age: Option<f64>, expires: Option<&str>) -> Result<String, Refusal> {
    let attributes = Attributes {
        lifetime: Lifetime::of(max_age, expires)?,
        path: None,
        ..Attributes::default()
    };
    let line = set("k", "v", &attributes, now())?;
    Ok(line.strip_prefix("k=v").unwrap().to_owned())
}

#[test]
fn a_max_age_says_both() {
    let hour = "; Max-Age=3600; Expires=Tue, 14 Nov 2023 23:13:20 GMT";
    assert_eq!(said(Some(3600.0), None).unwrap(), hour);
    // A fraction is cut off, towards zero.
    for (seconds, whole) in [(1.9, "1"), (-1.9, "-1"), (0.9, "0"), (-0.5, "0")] {
        let said = said(Some(seconds), None).unwrap();
        assert!(said.starts_with(&format!("; Max-Age={whole};")), "{said}");
    }
}

#[test]
fn nothing_said_is_a_cookie_of_the_browser_and_zero_is_its_end() {
    assert_eq!(said(None, None).unwrap(), "");
    let zero = "; Max-Age=0; Expires=Tue, 14 Nov 2023 22:13:20 GMT";
    assert_eq!(said(Some(0.0), None).unwrap(), zero);
    let less = "; Max-Age=-1; Expires=Tue, 14 Nov 2023 22:13:19 GMT";
    assert_eq!(said(Some(-1.0), None).unwrap(), less);
    for (lifetime, is_over) in [
        (Lifetime::Browser, false),
        (Lifetime::Seconds(1), false),
        (Lifetime::Seconds(0), true),
        (Lifetime::Seconds(-1), true),
        (Lifetime::Until(Timestamp::from_unix(NOW + 1)), false),
        (Lifetime::Until(Timestamp::from_unix(NOW)), true),
        (Lifetime::Until(Timestamp::from_unix(1)), true),
    ] {
        assert_eq!(lifetime.is_over(now()), is_over, "{lifetime:?}");
    }
}

#[test]
fn an_instant_says_both_in_either_spelling() {
    let hour = "; Max-Age=3600; Expires=Tue, 14 Nov 2023 23:13:20 GMT";
    for instant in [
        "2023-11-14T23:13:20Z",
        "2023-11-15T00:13:20+01:00",
        "Tue, 14 Nov 2023 23:13:20 GMT",
    ] {
        assert_eq!(said(None, Some(instant)).unwrap(), hour, "{instant}");
    }
}

#[test]
fn an_instant_that_has_passed_ends_the_cookie_now() {
    let over = "; Max-Age=0; Expires=Tue, 14 Nov 2023 22:13:20 GMT";
    for instant in ["1999-12-31T23:59:59Z", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        assert_eq!(said(None, Some(instant)).unwrap(), over);
    }
}

#[test]
fn two_ends_and_none_that_can_be_read_are_refused() {
    let both = said(Some(60.0), Some("2030-01-01T00:00:00Z"));
    assert_eq!(both, Err(Refusal::TwoEnds));
    for text in [
        "",
        "tomorrow",
        "1700000000",
        "2023-11-14",
        "2023-13-14T23:13:20Z",
    ] {
        assert_eq!(said(None, Some(text)), Err(Refusal::Expires), "{text}");
    }
    for seconds in [f64::NAN, f64::INFINITY, 1e18, -1e18] {
        assert_eq!(said(Some(seconds), None), Err(Refusal::MaxAge), "{seconds}");
    }
    // As far as a date can be written.
    let far = said(Some(253_402_300_799.0), None).unwrap();
    assert!(
        far.ends_with("; Expires=Fri, 31 Dec 9999 23:59:59 GMT"),
        "{far}"
    );
    let past = said(Some(-253_402_300_799.0), None).unwrap();
    assert!(
        past.ends_with("; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        "{past}"
    );
}

#[test]
fn no_browser_keeps_a_cookie_for_more_than_400_days() {
    let days = |days: i64| Lifetime::Seconds(days * 86_400).ends_at(now()).unwrap();
    assert_eq!(days(399).unix(), NOW + 399 * 86_400);
    assert_eq!(days(4000).unix(), NOW + 400 * 86_400);
    assert_eq!(Lifetime::Browser.ends_at(now()), None);
}

#[test]
fn a_deletion_is_dated_1970() {
    let line = delete("k", &Attributes::default()).unwrap();
    let expected = "k=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(line, expected);
}
