//! Sections 5.2 and 5.6.7: who makes the request; script; partitions.

use super::*;
use crate::jar::Suffixes;

const APP: &str = "http://jwt.app.localhost/";
const MODES: [&str; 4] = [
    "a=1; SameSite=Strict",
    "b=2; SameSite=Lax",
    "c=3",
    "d=4; SameSite=None; Secure",
];

fn full() -> Jar {
    let mut jar = Jar::default();
    for line in MODES {
        jar.set(line.as_bytes(), &Request::to(&url(APP)), NOW)
            .unwrap();
    }
    jar
}

fn field(request: Request<'_>) -> String {
    String::from_utf8(full().header(&request, NOW)).unwrap()
}

#[test]
fn what_is_one_site() {
    let app = url(APP);
    for (page, same) in [
        ("http://app.localhost/", true),
        ("http://evil.app.localhost:81/", true),
        ("http://evil.localhost/", false),
        ("http://localhost/", false),
        ("https://app.localhost/", false),
    ] {
        let page = url(page);
        let request = Request::within(&app, &page);
        assert_eq!(!request.is_cross_site(&Suffixes::default()), same, "{page}");
    }
    let (one, other) = (url("http://127.0.0.1/"), url("http://127.0.0.2/"));
    assert!(Request::within(&one, &other).is_cross_site(&Suffixes::default()));
    let (page, socket) = (url("https://a.test/"), url("wss://b.a.test/"));
    assert!(!Request::within(&socket, &page).is_cross_site(&Suffixes::default()));
    let list = Suffixes::parse("co.uk");
    let (one, other) = (url("http://a.co.uk/"), url("http://b.co.uk/"));
    assert!(Request::within(&one, &other).is_cross_site(&list));
}

#[test]
fn what_comes_along_from_where() {
    const ALL: &str = "a=1; b=2; c=3; d=4";
    let (app, sibling, evil) = (
        url(APP),
        url("http://evil.app.localhost/"),
        url("http://evil.localhost/"),
    );
    assert_eq!(field(Request::to(&app)), ALL);
    assert_eq!(field(Request::within(&app, &sibling)), ALL);
    assert_eq!(field(Request::link(&app, &sibling)), ALL);
    let post = Request {
        is_safe: false,
        ..Request::link(&app, &sibling)
    };
    assert_eq!(field(post), ALL);
    assert_eq!(field(Request::within(&app, &evil)), "d=4");
    assert_eq!(field(Request::link(&app, &evil)), "b=2; c=3; d=4");
    let post = Request {
        is_safe: false,
        ..Request::link(&app, &evil)
    };
    assert_eq!(field(post), "d=4");
}

#[test]
fn what_another_site_may_have_set() {
    let (app, evil) = (url(APP), url("http://evil.localhost/"));
    for line in MODES {
        let within = Jar::default().set(line.as_bytes(), &Request::within(&app, &evil), NOW);
        let none = line.contains("None");
        assert_eq!(
            within,
            if none {
                Ok(())
            } else {
                Err(Refused::CrossSite)
            },
            "{line}"
        );
        // Who was sent there by a link is there.
        assert_eq!(
            Jar::default().set(line.as_bytes(), &Request::link(&app, &evil), NOW),
            Ok(())
        );
    }
    assert_eq!(
        refused(APP, "a=1; SameSite=None"),
        Some(Refused::NoneWithoutSecure)
    );
    // A word that nobody knows is as good as none.
    assert_eq!(refused(APP, "a=1; SameSite=None; SameSite=Nope"), None);
}

#[test]
fn script_neither_reads_nor_writes_what_is_http_only() {
    let app = url(APP);
    let script = Request {
        by_script: true,
        ..Request::to(&app)
    };
    let mut jar = Jar::default();
    jar.set(b"a=1; HttpOnly", &Request::to(&app), NOW).unwrap();
    jar.set(b"b=2", &script, NOW).unwrap();
    assert_eq!(jar.set(b"a=3", &script, NOW), Err(Refused::HttpOnly));
    assert_eq!(
        jar.set(b"a=; Max-Age=0", &script, NOW),
        Err(Refused::HttpOnly)
    );
    assert_eq!(
        jar.set(b"c=3; HttpOnly", &script, NOW),
        Err(Refused::HttpOnly)
    );
    assert_eq!(jar.header(&script, NOW), b"b=2");
    assert_eq!(jar.header(&Request::to(&app), NOW), b"a=1; b=2");
}

#[test]
fn a_partition_is_a_jar_of_its_own() {
    let line = b"a=1; Secure; SameSite=None; Partitioned";
    let (embedded, page, other) = (
        url("https://chat.test/"),
        url("https://shop.test/"),
        url("https://news.test/"),
    );
    let mut jar = Jar::default();
    jar.set(line, &Request::within(&embedded, &page), NOW)
        .unwrap();
    assert_eq!(jar.header(&Request::within(&embedded, &page), NOW), b"a=1");
    assert_eq!(jar.header(&Request::within(&embedded, &other), NOW), b"");
    assert_eq!(jar.header(&Request::to(&embedded), NOW), b"");
    assert_eq!(jar.header(&Request::link(&embedded, &page), NOW), b"");
    assert_eq!(
        refused("https://chat.test/", "a=1; Partitioned"),
        Some(Refused::PartitionedWithoutSecure)
    );
}
