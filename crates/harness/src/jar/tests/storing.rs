//! Sections 5.7 and 5.8: whose a cookie is, and where it goes.

use super::*;

const SHOP: &str = "https://shop.test/one/two/page";

#[test]
fn a_host_only_cookie_stays_on_its_host() {
    assert_eq!(after(SHOP, &["a=b; Path=/"], "https://shop.test/"), "a=b");
    for other in [
        "https://x.shop.test/",
        "https://test/",
        "https://shop.test.evil.test/",
    ] {
        assert_eq!(after(SHOP, &["a=b; Path=/"], other), "", "{other}");
    }
    // Neither port nor scheme keeps it in.
    assert_eq!(
        after(SHOP, &["a=b; Path=/"], "http://shop.test:8080/"),
        "a=b"
    );
}

#[test]
fn a_domain_is_ones_own_or_one_above() {
    let from = "http://www.shop.test/";
    for (domain, to, arrives) in [
        ("shop.test", "http://shop.test/", true),
        ("shop.test", "http://x.y.shop.test/", true),
        (".shop.test", "http://shop.test/", true),
        ("SHOP.Test", "http://shop.test/", true),
        ("www.shop.test", "http://a.www.shop.test/", true),
        ("www.shop.test", "http://shop.test/", false),
        ("", "http://www.shop.test/", true),
        ("", "http://a.www.shop.test/", false),
    ] {
        let field = after(from, &[format!("a=b; Domain={domain}")], to);
        assert_eq!(field, if arrives { "a=b" } else { "" }, "{domain} {to}");
    }
    for (domain, why) in [
        ("evil.test", Refused::ForeignDomain),
        ("a.www.shop.test", Refused::ForeignDomain),
        ("op.test", Refused::ForeignDomain),
        ("..shop.test", Refused::ForeignDomain),
        ("shop.test.", Refused::ForeignDomain),
        ("shop.test:80", Refused::ForeignDomain),
        ("\"shop.test\"", Refused::ForeignDomain),
        (". shop.test", Refused::ForeignDomain),
        ("test", Refused::PublicSuffix),
        (".test.", Refused::PublicSuffix),
        ("shöp.test", Refused::ForeignLetters),
    ] {
        let line = format!("a=b; Domain={domain}");
        assert_eq!(refused(from, &line), Some(why), "{domain}");
    }
    // The last counts, an empty one too.
    let last = after(
        from,
        &["a=b; Domain=evil.test; Domain=shop.test"],
        "http://shop.test/",
    );
    assert_eq!(last, "a=b");
    let last = after(
        from,
        &["a=b; Domain=shop.test; Domain="],
        "http://shop.test/",
    );
    assert_eq!(last, "");
}

#[test]
fn a_public_suffix_may_set_cookies_for_itself_alone() {
    let line = ["a=b; Domain=localhost"];
    assert_eq!(
        after("http://localhost/", &line, "http://localhost:8002/"),
        "a=b"
    );
    assert_eq!(
        after("http://localhost/", &line, "http://app.localhost/"),
        ""
    );
    assert_eq!(
        after("http://app.localhost/", &line, "http://app.localhost/"),
        ""
    );
}

#[test]
fn an_address_has_nothing_below_it() {
    for address in ["http://127.0.0.1/", "http://[::1]/"] {
        assert_eq!(after(address, &["a=b"], address), "a=b");
    }
    let line = ["a=b; Domain=127.0.0.1"];
    assert_eq!(
        after("http://127.0.0.1/", &line, "http://127.0.0.1/"),
        "a=b"
    );
    assert_eq!(
        refused("http://127.0.0.1/", "a=b; Domain=0.0.1"),
        Some(Refused::ForeignDomain)
    );
}

#[test]
fn without_a_path_the_folder_is_taken() {
    for line in [
        "a=b",
        "a=b; Path",
        "a=b; Path=",
        "a=b; Path=x",
        "a=b; Path=/x; Path=y",
    ] {
        assert_eq!(
            after(SHOP, &[line], "https://shop.test/one/two"),
            "a=b",
            "{line}"
        );
        assert_eq!(after(SHOP, &[line], "https://shop.test/one/two/"), "a=b");
        assert_eq!(after(SHOP, &[line], "https://shop.test/one/twofold"), "");
        assert_eq!(after(SHOP, &[line], "https://shop.test/one"), "");
    }
    assert_eq!(
        after(SHOP, &["a=b; Path=/x; Path=/y"], "https://shop.test/y/z"),
        "a=b"
    );
}

#[test]
fn longer_paths_first_then_the_older() {
    let lines = [
        "1=; Path=/",
        "2=; Path=/one",
        "3=; Path=/",
        "4=; Path=/one/",
        "5=; Path=/one",
    ];
    let field = after(SHOP, &lines, "https://shop.test/one/");
    assert_eq!(field, "4=; 2=; 5=; 1=; 3=");
}

#[test]
fn a_cookie_that_replaces_another_keeps_its_place() {
    let field = after(SHOP, &["a=1; Path=/", "b=2; Path=/", "a=3; Path=/"], SHOP);
    assert_eq!(field, "a=3; b=2");
    // Another path, domain or spelling: another cookie.
    let lines = [
        "a=1; Path=/",
        "a=2; Path=/one",
        "a=3; Path=/; Domain=shop.test",
        "A=4; Path=/",
    ];
    assert_eq!(after(SHOP, &lines, SHOP), "a=2; a=1; a=3; A=4");
    // One that has ended takes its place with it.
    let lines = [
        "a=1; Path=/",
        "b=2; Path=/",
        "a=; Path=/; Max-Age=0",
        "a=4; Path=/",
    ];
    assert_eq!(after(SHOP, &lines, SHOP), "b=2; a=4");
}

#[test]
fn a_deletion_must_name_the_same_cookie() {
    let set = "__Host-a=1; Path=/; Secure";
    for (deletion, gone) in [
        ("__Host-a=; Path=/; Secure; Max-Age=0", true),
        ("__Host-a=; Path=/; Max-Age=0", false),
        ("__Host-a=; Path=/one; Secure; Max-Age=0", false),
        (
            "__Host-a=; Path=/; Secure; Max-Age=0; Domain=shop.test",
            false,
        ),
        ("__host-a=; Path=/; Secure; Max-Age=0", false),
    ] {
        assert_eq!(
            after(SHOP, &[set, deletion], SHOP).is_empty(),
            gone,
            "{deletion}"
        );
    }
}

#[test]
fn secure_is_https_or_this_machine() {
    for address in [
        "https://a.test/",
        "wss://a.test/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://jwt.app.localhost:8000/",
        "http://127.9.9.9/",
        "http://[::1]/",
    ] {
        assert_eq!(
            after(address, &["a=b; Secure"], address),
            "a=b",
            "{address}"
        );
    }
    for address in [
        "http://a.test/",
        "ws://a.test/",
        "http://evil-localhost/",
        "http://localhost.test/",
        "http://128.0.0.1/",
        "http://[::2]/",
    ] {
        assert_eq!(
            refused(address, "a=b; Secure"),
            Some(Refused::NotSecure),
            "{address}"
        );
    }
    assert_eq!(
        after("https://a.test/", &["a=b; Secure"], "http://a.test/"),
        ""
    );
}

#[test]
fn a_secure_cookie_is_not_laid_over_from_the_wire() {
    let mut jar = Jar::default();
    let set = |jar: &mut Jar, from: &str, line: &str| {
        jar.set(line.as_bytes(), &Request::to(&url(from)), NOW)
    };
    let over = Err(Refused::OverSecure);
    set(
        &mut jar,
        "https://shop.test/",
        "a=1; Secure; Path=/login; Domain=shop.test",
    )
    .unwrap();
    for (from, line) in [
        ("http://shop.test/", "a=2; Path=/login"),
        ("http://shop.test/", "a=2; Path=/login/en"),
        ("http://www.shop.test/", "a=2; Path=/login"),
        (
            "http://shop.test/",
            "a=2; Path=/login; Max-Age=0; Domain=shop.test",
        ),
    ] {
        assert_eq!(set(&mut jar, from, line), over, "{from} {line}");
    }
    for (from, line) in [
        ("http://shop.test/", "a=2; Path=/"),
        ("http://shop.test/", "b=2; Path=/login"),
        ("http://other.test/", "a=2; Path=/login"),
        ("https://shop.test/", "a=2; Path=/login"),
    ] {
        assert_eq!(set(&mut jar, from, line), Ok(()), "{from} {line}");
    }
}

#[test]
fn prefixes_are_promises() {
    for name in ["__Host-a", "__host-a", "__HOST-A"] {
        assert_eq!(refused(SHOP, &format!("{name}=1; Secure; Path=/")), None);
        for broken in [
            "Path=/",
            "Secure",
            "Secure; Path=/one",
            "Secure; Path=/; Path=x",
            "Secure; Path=/; Domain=shop.test",
        ] {
            let line = format!("{name}=1; {broken}");
            assert_eq!(refused(SHOP, &line), Some(Refused::HostPrefix), "{line}");
        }
        // The folder is the root, but nobody said so.
        for unsaid in ["Secure", "Secure; Path", "Secure; Path="] {
            let line = format!("{name}=1; {unsaid}");
            assert_eq!(
                refused("https://shop.test/", &line),
                Some(Refused::HostPrefix),
                "{line}"
            );
        }
        // An empty domain is none.
        assert_eq!(
            refused(SHOP, &format!("{name}=1; Secure; Path=/; Domain=")),
            None
        );
    }
    for name in ["__Secure-a", "__secure-a", "__SeCuRe-a"] {
        assert_eq!(
            refused(SHOP, &format!("{name}=1; Secure; Domain=shop.test")),
            None
        );
        assert_eq!(
            refused(SHOP, &format!("{name}=1")),
            Some(Refused::SecurePrefix)
        );
    }
    assert_eq!(refused(SHOP, "__Hosta=1"), None);
    // A server that reads `__Host-a=1` off the field would believe it.
    for line in ["=__Host-a=1; Secure; Path=/", "__Host-a", "=__secure-a"] {
        assert_eq!(refused(SHOP, line), Some(Refused::HiddenPrefix), "{line}");
    }
}
