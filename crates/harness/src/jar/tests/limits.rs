//! Section 5.7, "remove excess cookies", and the end of a session.

use super::*;
use crate::jar::{Limits, Suffixes};

fn jar(per_domain: usize, total: usize) -> Jar {
    Jar::new(Suffixes::default(), Limits { per_domain, total })
}

#[test]
fn a_crowded_domain_loses_the_longest_unused_and_the_insecure_first() {
    let shop = url("https://shop.test/");
    let mut jar = jar(3, 100);
    for (at, line) in ["a=1; Secure", "b=2", "c=3"].iter().enumerate() {
        let now = later(i64::try_from(at).unwrap());
        jar.set(line.as_bytes(), &Request::to(&shop), now).unwrap();
    }
    jar.set(b"o=9", &Request::to(&url("https://other.test/")), later(3))
        .unwrap();
    // Over http `a` is not sent, so it is the longest unused; it stays, being Secure.
    jar.header(&Request::to(&url("http://shop.test/")), later(4));
    jar.set(b"d=4; Secure", &Request::to(&shop), later(5))
        .unwrap();
    assert_eq!(sent(&mut jar, "https://shop.test/"), "a=1; c=3; d=4");
    assert_eq!(sent(&mut jar, "https://other.test/"), "o=9");
}

#[test]
fn a_full_jar_loses_the_longest_unused_of_all() {
    let mut jar = jar(50, 3);
    for at in 0..5 {
        let address = url(&format!("https://h{at}.test/"));
        jar.set(b"a=1; Secure", &Request::to(&address), later(at))
            .unwrap();
    }
    let left: Vec<_> = jar
        .cookies(NOW)
        .map(|cookie| cookie.domain.clone())
        .collect();
    assert_eq!(left, ["h2.test", "h3.test", "h4.test"]);
}

#[test]
fn what_has_ended_makes_room() {
    let shop = url("https://shop.test/");
    let mut jar = jar(2, 100);
    jar.set(b"a=1", &Request::to(&shop), NOW).unwrap();
    jar.set(b"b=2; Max-Age=1", &Request::to(&shop), NOW)
        .unwrap();
    jar.set(b"c=3", &Request::to(&shop), later(1)).unwrap();
    assert_eq!(sent(&mut jar, "https://shop.test/"), "a=1; c=3");
}

#[test]
fn a_closed_browser_keeps_what_has_an_expiry() {
    let shop = url("https://shop.test/");
    let mut jar = Jar::default();
    jar.set(b"a=1", &Request::to(&shop), NOW).unwrap();
    jar.set(b"b=2; Max-Age=9", &Request::to(&shop), NOW)
        .unwrap();
    jar.close();
    assert_eq!(sent(&mut jar, "https://shop.test/"), "b=2");
    jar.clear();
    assert_eq!(sent(&mut jar, "https://shop.test/"), "");
}

#[test]
fn a_value_is_not_printed() {
    let mut jar = Jar::default();
    jar.set(
        b"name=secret",
        &Request::to(&url("https://shop.test/")),
        NOW,
    )
    .unwrap();
    let text = format!("{jar:?}");
    assert!(text.contains("name") && !text.contains("secret"), "{text}");
}
