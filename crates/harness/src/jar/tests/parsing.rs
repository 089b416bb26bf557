//! Section 5.6.

use super::*;

#[test]
fn names_and_values() {
    for (line, field) in [
        ("a=b", "a=b"),
        (" \ta \t=\t b ", "a=b"),
        ("a=b=c==", "a=b=c=="),
        ("a=", "a="),
        ("a = b c", "a=b c"),
        ("a=\"b; c\"", "a=\"b"),
        ("a=b,c=d", "a=b,c=d"),
        ("a b=c", "a b=c"),
        ("%61=%62", "%61=%62"),
        ("a=b;", "a=b"),
        ("a=b;;;=;=x;; ", "a=b"),
        ("a=b; c=d", "a=b"),
        ("a\t=b\tc", "a=b\tc"),
        // Without a name.
        ("b", "b"),
        ("=b", "b"),
        (" = b", "b"),
        ("==b", "=b"),
        ("Path=/; a=b", "Path=/"),
    ] {
        assert_eq!(here(line), field, "{line:?}");
    }
    for nothing in ["", " ", "=", " = ", ";", "; a=b", "=; a=b", "\t"] {
        assert_eq!(
            refused("http://a.test/", nothing),
            Some(Refused::Empty),
            "{nothing:?}"
        );
    }
}

#[test]
fn octets_are_not_read_as_text() {
    for line in [&b"a=\xFF\xFE"[..], b"\xE9=\x80", "名=値".as_bytes()] {
        let mut jar = Jar::default();
        let url = url("http://a.test/");
        jar.set(line, &Request::to(&url), NOW).unwrap();
        assert_eq!(jar.header(&Request::to(&url), NOW), line);
    }
}

#[test]
fn a_control_character_anywhere_and_all_of_it_is_gone() {
    for byte in (0..=0x1F).chain([0x7F]) {
        for place in ["a{}=b", "a=b{}c", "{}a=b", "a=b{}", "a=b; x={}", "a=b; {}"] {
            let line = place.replace("{}", &char::from(byte).to_string());
            let control = (byte != b'\t').then_some(Refused::ControlCharacter);
            assert_eq!(refused("http://a.test/", &line), control, "{line:?}");
        }
    }
}

#[test]
fn name_and_value_have_4096_octets() {
    let fits = format!("{}={}", "n".repeat(96), "v".repeat(4000));
    assert_eq!(here(&fits), fits);
    assert_eq!(
        here(&format!(" {fits} ; Path=/; {}", "x".repeat(9000))),
        fits
    );
    for line in [format!("{fits}v"), format!("n{fits}"), "v".repeat(4097)] {
        assert_eq!(refused("http://a.test/", &line), Some(Refused::TooLong));
    }
    assert_eq!(here(&"v".repeat(4096)).len(), 4096);
}

#[test]
fn an_attribute_of_more_than_1024_octets_is_passed_over() {
    let long = |length: usize| format!("/{}", "p".repeat(length - 1));
    let set = |path: &str| {
        after(
            "http://a.test/",
            &[format!("a=b; Path={path}")],
            "http://a.test/",
        )
    };
    assert_eq!(set(&long(1024)), "");
    // So the default path stands.
    assert_eq!(set(&long(1025)), "a=b");
    let earlier = format!("a=b; Path=/x; Path={}", long(1025));
    assert_eq!(
        after("http://a.test/", &[earlier], "http://a.test/x"),
        "a=b"
    );
}

#[test]
fn max_age_goes_before_expires_and_the_last_counts() {
    const PAST: &str = "Thu, 01 Jan 1970 00:00:00 GMT";
    const FUTURE: &str = "Fri, 01 Jan 2027 00:00:00 GMT";
    for (attributes, kept) in [
        (format!("Expires={PAST}"), false),
        (format!("Expires={FUTURE}"), true),
        (format!("Expires={PAST}; Max-Age=1"), true),
        (format!("Max-Age=0; Expires={FUTURE}"), false),
        (format!("Expires={PAST}; Expires={FUTURE}"), true),
        (format!("Expires={FUTURE}; Expires={PAST}"), false),
        // What cannot be read is passed over.
        (format!("Expires={PAST}; Expires=soon"), false),
        ("Expires=yesterday".to_owned(), true),
        (format!("Expires=\"{PAST}\""), false),
        ("Max-Age=1; Max-Age=0".to_owned(), false),
        ("Max-Age=0; Max-Age=1".to_owned(), true),
        ("Max-Age=0; Max-Age=x".to_owned(), false),
        ("max-age = 0".to_owned(), false),
        ("MAX-AGE=-1".to_owned(), false),
        ("Max-Age=-0".to_owned(), false),
        ("Max-Age=00".to_owned(), false),
        ("Max-Age=99999999999999999999999999".to_owned(), true),
        ("Max-Age=-99999999999999999999999999".to_owned(), false),
    ] {
        let field = here(&format!("a=b; {attributes}"));
        assert_eq!(field, if kept { "a=b" } else { "" }, "{attributes}");
    }
    for no_number in ["", "-", "+0", "0x0", "0.0", "0 0", "--0", "\"0\"", "0,"] {
        assert_eq!(
            here(&format!("a=b; Max-Age={no_number}")),
            "a=b",
            "{no_number}"
        );
    }
}

#[test]
fn nothing_lives_longer_than_400_days() {
    const DAY: i64 = 24 * 60 * 60;
    for attribute in [
        "Max-Age=34560001",
        "Max-Age=99999999999999999999999999",
        "Expires=Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let mut jar = Jar::default();
        let url = url("http://a.test/");
        let line = format!("a=b; {attribute}");
        jar.set(line.as_bytes(), &Request::to(&url), NOW).unwrap();
        assert_eq!(
            jar.cookies(NOW).next().unwrap().expires,
            Some(later(400 * DAY))
        );
        assert_eq!(jar.header(&Request::to(&url), later(400 * DAY - 1)), b"a=b");
        assert_eq!(jar.header(&Request::to(&url), later(400 * DAY)), b"");
    }
}

#[test]
fn flags_have_no_value_that_counts() {
    for line in [
        "a=b; Secure=false",
        "a=b; SECURE",
        "a=b; \tsecure\t= \"no\"",
    ] {
        assert_eq!(
            refused("http://a.test/", line),
            Some(Refused::NotSecure),
            "{line}"
        );
    }
    for line in ["a=b; \"Secure\"", "a=b; Secure x", "a=b; secured", "Secure"] {
        assert_eq!(refused("http://a.test/", line), None, "{line}");
    }
}
