//! `PUT` and `GET` of cookies.

use std::thread::sleep;
use std::time::Duration;

use crate::http::{Answer, Browser};
use crate::server::Server;

fn put(server: &Server, browser: &mut Browser, name: &str, body: &str) -> Answer {
    server.send(browser, "PUT", &format!("/cookies/{name}"), Some(body))
}

fn get(server: &Server, browser: &Browser, path: &str) -> Answer {
    server.send(&mut browser.clone(), "GET", path, None)
}

#[test]
fn the_line_says_what_was_asked_for() {
    let server = Server::new(&[]);
    for (name, body, line) in [
        ("a", r#"{"value":"b"}"#, "a=b; Path=/"),
        ("a", r#"{"value":""}"#, "a=; Path=/"),
        ("a", r#"{"value":"b","path":null}"#, "a=b"),
        ("a", r#"{"value":"b","path":"/x"}"#, "a=b; Path=/x"),
        (
            "a",
            r#"{"value":"b","domain":"example.test"}"#,
            "a=b; Path=/; Domain=example.test",
        ),
        ("a", r#"{"value":"b","secure":true}"#, "a=b; Path=/; Secure"),
        (
            "a",
            r#"{"value":"b","httponly":true}"#,
            "a=b; Path=/; HttpOnly",
        ),
        (
            "a",
            r#"{"value":"b","samesite":"sTRICT"}"#,
            "a=b; Path=/; SameSite=Strict",
        ),
        (
            "__Host-a",
            r#"{"value":"b","secure":true,"samesite":"None","partitioned":true,"protection":"plain"}"#,
            "__Host-a=b; Path=/; Secure; SameSite=None; Partitioned",
        ),
    ] {
        let answer = put(&server, &mut Browser::default(), name, body).expect(204);
        assert_eq!(answer.line(name), line, "{body}");
        assert!(answer.head.contains("cache-control: no-store"));
    }
}

#[test]
fn lifetimes_are_said_twice() {
    let server = Server::new(&[]);
    for (asked, said) in [
        (r#""max_age":60"#, "; Max-Age=60; Expires="),
        (r#""max_age":1.9"#, "; Max-Age=1; Expires="),
        (r#""max_age":0"#, "; Max-Age=0; Expires="),
        (r#""max_age":-1"#, "; Max-Age=-1; Expires="),
        (
            r#""expires":"2001-01-01T00:00:00Z""#,
            "; Max-Age=0; Expires=",
        ),
        (
            r#""expires":"Wed, 01 Jan 2200 00:00:00 GMT""#,
            "; Expires=Wed, 01 Jan 2200 00:00:00 GMT",
        ),
    ] {
        let body = format!(r#"{{"value":"b",{asked}}}"#);
        let answer = put(&server, &mut Browser::default(), "a", &body).expect(204);
        assert!(answer.line("a").contains(said), "{answer:?}");
    }
}

#[test]
fn each_protection_is_read_back_by_its_owner_alone() {
    let server = Server::new(&[]);
    let (mut browser, other) = (Browser::default(), Browser::default());
    for (protection, value) in [
        ("plain", "dark"),
        ("signed", "dark"),
        ("private", "d\\u00e4rk; \\\"blue\\\""),
    ] {
        let body = format!(r#"{{"value":"{value}","protection":"{protection}"}}"#);
        put(&server, &mut browser, protection, &body).expect(204);
        let path = format!("/cookies/{protection}");
        let shown = get(&server, &browser, &path).expect(200).json();
        let text: String = serde_json::from_str(&format!("\"{value}\"")).unwrap();
        assert_eq!(shown["value"], text.as_str());
        assert_eq!(shown["protection"], protection);
        assert_eq!(shown["made_at"].is_string(), protection != "plain");
        get(&server, &other, &path).expect(404);
        // Only a private one hides what it holds from who carries it.
        let carried = &browser.cookies[protection];
        assert_eq!(
            carried.contains("dark"),
            protection != "private",
            "{carried}"
        );
    }
    let listed = get(&server, &browser, "/cookies").expect(200).json();
    assert_eq!(listed["cookies"].as_array().unwrap().len(), 3);
    let listed = get(&server, &other, "/cookies").expect(200);
    assert_eq!(listed.body, r#"{"cookies":[]}"#);
}

#[test]
fn a_changed_value_is_refused_and_nothing_of_it_comes_back() {
    let server = Server::new(&[]);
    for protection in ["signed", "private"] {
        let mut browser = Browser::default();
        let body = format!(r#"{{"value":"dark","protection":"{protection}"}}"#);
        put(&server, &mut browser, "a", &body).expect(204);
        let value = browser.cookies["a"].clone();
        put(&server, &mut browser, "b", &body).expect(204);
        let mut mutations = vec![
            value.repeat(2),
            format!("{value}A"),
            value[1..].to_owned(),
            value[..value.len() - 1].to_owned(),
            format!("\"{value}\""),
            "dark".to_owned(),
            browser.cookies["b"].clone(),
        ];
        for at in (0..value.len()).step_by(7) {
            let put = if &value[at..=at] == "A" { "B" } else { "A" };
            mutations.push(format!("{}{put}{}", &value[..at], &value[at + 1..]));
        }
        for mutation in mutations {
            let mut changed = browser.clone();
            changed.cookies.insert("a".to_owned(), mutation.clone());
            let answer = get(&server, &changed, "/cookies/a").expect(422);
            assert!(!answer.body.contains("dark") && answer.detail().contains("was changed"));
            let listed = get(&server, &changed, "/cookies").expect(200).json();
            assert_eq!(listed["cookies"][0]["value"], serde_json::Value::Null);
            assert!(listed["cookies"][0]["refused"].is_string(), "{mutation}");
            // Who forgets the list gains nothing, if the reader says what it expects.
            changed.cookies.remove("__Host-cookies");
            let path = format!("/cookies/a?protection={protection}");
            get(&server, &changed, &path).expect(422);
            // Nor is it shown as a plain one, where nobody says anything.
            if mutation != "dark" {
                get(&server, &changed, "/cookies/a").expect(422);
                let as_it_is = get(&server, &changed, "/cookies/a?protection=plain").expect(200);
                assert!(as_it_is.body.contains(r#""protection":"plain""#));
            }
        }
        get(&server, &browser, "/cookies/a").expect(200);
        browser.cookies.remove("__Host-cookies");
        let shown = get(&server, &browser, "/cookies/a").expect(200).json();
        assert_eq!(
            (&shown["value"], &shown["protection"]),
            (&"dark".into(), &protection.into())
        );
    }
}

#[test]
fn what_is_older_than_max_age_is_refused() {
    let server = Server::new(&[]);
    let mut browser = Browser::default();
    for protection in ["signed", "private", "plain"] {
        let body = format!(r#"{{"value":"v","protection":"{protection}"}}"#);
        put(&server, &mut browser, protection, &body).expect(204);
    }
    sleep(Duration::from_millis(2100));
    for protection in ["signed", "private"] {
        get(
            &server,
            &browser,
            &format!("/cookies/{protection}?max_age=3600"),
        )
        .expect(200);
        let answer = get(
            &server,
            &browser,
            &format!("/cookies/{protection}?max_age=1"),
        );
        assert!(answer.expect(422).detail().contains("longer ago"));
    }
    let answer = get(&server, &browser, "/cookies/plain?max_age=3600").expect(422);
    assert!(answer.detail().contains("does not say when"));
    for query in ["max_age=-1", "max_age=x", "max_age=1.5", "maxage=1"] {
        get(&server, &browser, &format!("/cookies/signed?{query}")).expect(400);
    }
}

#[test]
fn the_list_tells_with_what_each_was_set_and_what_did_not_come() {
    let server = Server::new(&[]);
    let mut browser = Browser::default();
    let body = r#"{"value":"v","path":"/elsewhere","max_age":60,"samesite":"lax","httponly":true}"#;
    put(&server, &mut browser, "a", body).expect(204);
    // The browser does not send it here.
    browser.cookies.remove("a");
    browser.cookies.insert("foreign".to_owned(), "x".to_owned());
    let listed = get(&server, &browser, "/cookies").expect(200).json();
    let (foreign, own) = (&listed["cookies"][0], &listed["cookies"][1]);
    assert_eq!(foreign["name"], "foreign");
    assert_eq!(
        (&foreign["value"], &foreign["sent"]),
        (&"x".into(), &true.into())
    );
    assert_eq!(foreign["attributes"], serde_json::Value::Null);
    assert_eq!((&own["name"], &own["sent"]), (&"a".into(), &false.into()));
    let attributes = &own["attributes"];
    assert_eq!(attributes["path"], "/elsewhere");
    assert_eq!(
        (&attributes["httponly"], &attributes["secure"]),
        (&true.into(), &false.into())
    );
    assert_eq!(attributes["samesite"], "Lax");
    assert!(attributes["expires_at"].is_string());
}
