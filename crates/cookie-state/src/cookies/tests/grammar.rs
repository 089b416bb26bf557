use contract::wire::Timestamp;
use proptest::prelude::*;

use crate::cookies::{
    Attributes, LARGEST, LONGEST_ATTRIBUTE, Refusal, SameSite, delete, name, set,
};

fn line(name: &str, value: &str, attributes: &Attributes) -> Result<String, Refusal> {
    set(name, value, attributes, Timestamp::now())
}

fn refused(name: &str, value: &str, attributes: &Attributes) -> Refusal {
    line(name, value, attributes).unwrap_err()
}

fn usual() -> Attributes {
    Attributes::default()
}

fn secure() -> Attributes {
    Attributes {
        secure: true,
        ..usual()
    }
}

#[test]
fn every_attribute_stands_in_the_line_and_in_that_of_its_deletion() {
    let all = Attributes {
        path: Some("/shop".to_owned()),
        domain: Some("Example.test".to_owned()),
        http_only: true,
        same_site: Some(SameSite::None),
        partitioned: true,
        ..secure()
    };
    let repeated = "; Path=/shop; Domain=Example.test";
    let flags = "; Secure; HttpOnly; SameSite=None; Partitioned";
    assert_eq!(
        line("a", "b", &all).unwrap(),
        format!("a=b{repeated}{flags}")
    );
    let over = "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    assert_eq!(
        delete("a", &all).unwrap(),
        format!("a={repeated}{over}{flags}")
    );
    let none = Attributes {
        path: None,
        ..usual()
    };
    assert_eq!(line("a", "", &none).unwrap(), "a=");
}

#[test]
fn what_a_browser_would_drop_is_refused() {
    let none = Attributes {
        same_site: Some(SameSite::None),
        ..usual()
    };
    assert_eq!(refused("a", "b", &none), Refusal::NoneWithoutSecure);
    let partitioned = Attributes {
        partitioned: true,
        ..usual()
    };
    assert_eq!(
        refused("a", "b", &partitioned),
        Refusal::PartitionedWithoutSecure
    );
    assert_eq!(
        delete("a", &partitioned),
        Err(Refusal::PartitionedWithoutSecure)
    );
}

#[test]
fn a_prefix_is_a_promise() {
    let with_domain = Attributes {
        domain: Some("example.test".to_owned()),
        ..secure()
    };
    let below = |path: Option<&str>| Attributes {
        path: path.map(str::to_owned),
        ..secure()
    };
    let of_script = secure();
    let not_of_script = Attributes {
        http_only: true,
        ..secure()
    };
    for attributes in [usual(), with_domain.clone(), below(Some("/a")), below(None)] {
        assert_eq!(refused("__Host-a", "b", &attributes), Refusal::HostPrefix);
        assert_eq!(
            refused("__Host-Http-a", "b", &attributes),
            Refusal::HostPrefix
        );
    }
    assert_eq!(refused("__Secure-a", "b", &usual()), Refusal::SecurePrefix);
    assert_eq!(refused("__Http-a", "b", &of_script), Refusal::HttpPrefix);
    assert_eq!(
        refused("__Host-Http-a", "b", &of_script),
        Refusal::HttpPrefix
    );
    for (name, attributes) in [
        ("__Host-a", &of_script),
        ("__Secure-a", &with_domain),
        ("__Http-a", &not_of_script),
        ("__Host-Http-a", &not_of_script),
        ("__Hosta", &usual()),
        ("a__Host-a", &usual()),
        ("__Secure", &usual()),
    ] {
        assert!(line(name, "b", attributes).is_ok(), "{name}");
    }
    for name in [
        "__host-a",
        "__HOST-a",
        "__secure-a",
        "__SECURE-",
        "__http-a",
        "__host-HTTP-a",
    ] {
        assert_eq!(
            refused(name, "b", &not_of_script),
            Refusal::PrefixSpelling,
            "{name}"
        );
    }
}

#[test]
fn a_name_is_a_token() {
    assert_eq!(refused("", "b", &usual()), Refusal::NoName);
    for byte in 0..=127_u8 {
        let name = char::from(byte).to_string();
        let is_token = byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        assert_eq!(line(&name, "b", &usual()).is_ok(), is_token, "{byte}");
    }
    assert_eq!(refused("naïve", "b", &usual()), Refusal::Name);
}

#[test]
fn a_value_is_made_of_cookie_octets() {
    for byte in 0..=127_u8 {
        let value = format!("a{}b", char::from(byte));
        let is_octet = matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e);
        assert_eq!(line("a", &value, &usual()).is_ok(), is_octet, "{byte}");
    }
    for (value, why) in [
        ("a;b", Refusal::Semicolon),
        ("a b", Refusal::NoCookieOctet),
        ("\"a\"", Refusal::NoCookieOctet),
        ("a\r\nSet-Cookie: b=c", Refusal::Control),
        ("a\0", Refusal::Control),
        ("a\x7f", Refusal::Control),
        ("ä", Refusal::NotAscii),
    ] {
        assert_eq!(refused("a", value, &usual()), why, "{value:?}");
    }
}

#[test]
fn paths_and_domains_keep_to_the_grammar() {
    let with_path = |path: &str| Attributes {
        path: Some(path.to_owned()),
        ..usual()
    };
    let with_domain = |domain: &str| Attributes {
        domain: Some(domain.to_owned()),
        ..usual()
    };
    for good in ["/", "/a/b", "/a b", "/%3B"] {
        assert!(line("a", "b", &with_path(good)).is_ok(), "{good}");
    }
    for bad in ["", "a", "../", "http://a/"] {
        assert_eq!(
            refused("a", "b", &with_path(bad)),
            Refusal::PathWithoutSlash,
            "{bad}"
        );
    }
    for bad in ["/; Secure", "/a\r\nb", "/ä", "/a "] {
        assert_eq!(refused("a", "b", &with_path(bad)), Refusal::Path, "{bad:?}");
    }
    for good in [
        "example.test",
        "EXAMPLE.test",
        "localhost",
        "a-b.c1",
        "127.0.0.1",
    ] {
        assert!(line("a", "b", &with_domain(good)).is_ok(), "{good}");
    }
    let long_label = format!("{}.test", "a".repeat(64));
    let long = ["abcdefg"; 40].join(".");
    for bad in [
        "",
        ".example.test",
        "example.test.",
        "a..b",
        "-a.b",
        "a-.b",
        "a b",
        "a;b",
        "ä.test",
        "*.a",
        &long_label,
        &long,
    ] {
        assert_eq!(
            refused("a", "b", &with_domain(bad)),
            Refusal::Domain,
            "{bad}"
        );
    }
}

#[test]
fn nothing_is_longer_than_a_browser_takes() {
    let value = "v".repeat(LARGEST - 1);
    assert!(line("a", &value, &usual()).is_ok());
    let limit = LARGEST;
    let too_large = Refusal::TooLarge {
        would_be: limit + 1,
        limit,
    };
    assert_eq!(refused("ab", &value, &usual()), too_large);
    let with_path = |octets: usize| Attributes {
        path: Some(format!("/{}", "p".repeat(octets - 1))),
        ..usual()
    };
    assert!(line("a", "b", &with_path(LONGEST_ATTRIBUTE)).is_ok());
    let longer = with_path(LONGEST_ATTRIBUTE + 1);
    assert_eq!(refused("a", "b", &longer), Refusal::AttributeTooLong);
}

#[test]
fn same_site_is_read_in_any_case() {
    for (text, same_site) in [
        ("lax", SameSite::Lax),
        ("STRICT", SameSite::Strict),
        ("nOnE", SameSite::None),
    ] {
        assert_eq!(text.parse(), Ok(same_site));
    }
    for text in ["", "no", "lax ", "Laxative"] {
        assert_eq!(text.parse::<SameSite>(), Err(Refusal::SameSite), "{text}");
    }
}

#[test]
fn the_servers_own_names_are_known_in_every_spelling() {
    let own = ["__Host-login"];
    for name in [
        "__Host-login",
        "__host-login",
        "__HOST-LOGIN",
        "__Secure-login",
        "__Http-Login",
        "__Host-Http-login",
    ] {
        assert!(name::shadows(name, &own), "{name}");
    }
    for name in [
        "login",
        "Host-login",
        "__Host-logins",
        "__Host-",
        "",
        "__Secure-theme",
    ] {
        assert!(!name::shadows(name, &own), "{name}");
    }
}

proptest! {
    /// Whatever is asked for, the line holds one cookie with the attributes that were asked for, and
    /// no more: nothing of a name, a value, a path or a domain becomes another attribute.
    #[test]
    fn a_line_holds_nothing_that_was_not_asked_for(
        name in ".{0,8}", value in ".{0,20}", path in proptest::option::of("/?.{0,8}"),
        domain in proptest::option::of("[a-z.;\r ]{0,12}"), secure: bool, http_only: bool,
    ) {
        let attributes = Attributes { path, domain, secure, http_only, ..usual() };
        if let Ok(line) = line(&name, &value, &attributes) {
            prop_assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            let mut pieces = line.split("; ");
            prop_assert_eq!(pieces.next().unwrap(), format!("{name}={value}"));
            let mut expected = Vec::new();
            expected.extend(attributes.path.iter().map(|path| format!("Path={path}")));
            expected.extend(attributes.domain.iter().map(|domain| format!("Domain={domain}")));
            expected.extend(secure.then(|| "Secure".to_owned()));
            expected.extend(http_only.then(|| "HttpOnly".to_owned()));
            prop_assert_eq!(pieces.collect::<Vec<_>>(), expected);
        }
    }
}
