//! As much as a browser takes, and no more than the server reads.

use serde_json::json;

use crate::http::{Answer, Browser};
use crate::server::Server;

fn put(server: &Server, browser: &mut Browser, name: &str, octets: usize) -> Answer {
    let body = json!({ "value": "v".repeat(octets) }).to_string();
    server.send(browser, "PUT", &format!("/cookies/{name}"), Some(&body))
}

#[test]
fn a_cookie_has_4096_octets() {
    let server = Server::new(&[]);
    let mut browser = Browser::default();
    put(&server, &mut browser, "abc", 4093).expect(204);
    let answer = put(&server, &mut browser, "abcd", 4093).expect(413);
    assert!(answer.body.contains("state-too-large") && answer.set_cookies().is_empty());
    let detail = answer.detail();
    assert!(
        detail.contains("4097") && detail.contains("4096"),
        "{detail}"
    );
    // What a protection adds counts too.
    for protection in ["signed", "private"] {
        let body = json!({ "value": "v".repeat(4080), "protection": protection }).to_string();
        server
            .send(&mut browser, "PUT", "/cookies/b", Some(&body))
            .expect(413);
    }
}

#[test]
fn an_attribute_has_1024_octets() {
    let server = Server::new(&[]);
    for (octets, status) in [(1024, 204), (1025, 422)] {
        let path = format!("/{}", "p".repeat(octets - 1));
        let body = json!({ "value": "v", "path": path }).to_string();
        let answer = server.send(&mut Browser::default(), "PUT", "/cookies/a", Some(&body));
        answer.expect(status);
    }
}

#[test]
fn no_visitor_is_shut_out_by_his_own_cookies() {
    let server = Server::new(&[]);
    let mut browser = server.log_in();
    // The login cookie as full as it gets.
    for octets in [2048, 512, 128, 64] {
        for n in 0..4 {
            let body = json!({ "value": "x".repeat(octets) }).to_string();
            let path = format!("/state/k{octets}-{n}");
            server.send(&mut browser, "PUT", &path, Some(&body));
        }
    }
    put(&server, &mut browser, "a", 4000).expect(204);
    put(&server, &mut browser, "b", 2000).expect(204);
    let answer = put(&server, &mut browser, "c", 1000).expect(413);
    let detail = answer.detail();
    assert!(
        detail.contains("7003") && detail.contains("6144"),
        "{detail}"
    );
    let mut more = 0;
    while put(&server, &mut browser, &format!("m{more}"), 1).status == 204 {
        more += 1;
    }
    assert!(
        more > 20 && browser.line().len() > 10_000,
        "{more}, {}",
        browser.line().len()
    );
    // Full, and still every route is open.
    assert_eq!(server.me(&browser), 200);
    server
        .send(&mut browser, "DELETE", "/cookies/a", None)
        .expect(204);
    put(&server, &mut browser, "c", 1000).expect(204);
}

#[test]
fn a_visitor_has_fifty_cookies() {
    let server = Server::new(&[]);
    let mut browser = Browser::default();
    for n in 0..50 {
        put(&server, &mut browser, &format!("n{n}"), 1).expect(204);
    }
    let answer = put(&server, &mut browser, "n50", 1).expect(422);
    assert!(answer.detail().contains("50 cookies"));
    put(&server, &mut browser, "n49", 2).expect(204);
}

#[test]
fn who_loses_the_list_is_not_shut_out_either() {
    let server = Server::new(&[]);
    let mut browser = server.log_in();
    let mut refused = 0;
    for n in 0..12 {
        // Dropped by the visitor; after a restart without the key it opens no more.
        browser.cookies.remove("__Host-cookies");
        let answer = put(&server, &mut browser, &format!("a{n}"), 1500);
        assert!([204, 413].contains(&answer.status), "{answer:?}");
        refused += u32::from(answer.status == 413);
    }
    assert_eq!(refused, 8);
    assert_eq!(server.me(&browser), 200);
    for n in 0..12 {
        let path = format!("/cookies/a{n}");
        server.send(&mut browser, "DELETE", &path, None).expect(204);
    }
    put(&server, &mut browser, "b", 4000).expect(204);
    server
        .send(&mut browser, "POST", "/logout", None)
        .expect(204);
}
