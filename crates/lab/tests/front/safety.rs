//! What a stranger's page, or a stranger's host name, can make the lab do: nothing.

use lab::Profile;
use serde_json::json;

use crate::Running;
use crate::client::{Visitor, raw};

fn reset(lab: &Running, fields: &str) -> u16 {
    let visitor = Visitor::new(lab.port);
    let order = json!({ "action": "reset" }).to_string();
    visitor
        .send("lab.localhost", "POST /__lab/control", fields, &order)
        .status
}

#[test]
fn an_order_needs_origin_and_token() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let token = format!("X-Lab-Token: {}\r\n", visitor.token());
    let own = format!("Origin: http://lab.localhost:{}\r\n", lab.port);
    assert_eq!(reset(&lab, &format!("{own}{token}")), 200);
    assert_eq!(reset(&lab, &own), 403);
    assert_eq!(reset(&lab, &token), 403);
    assert_eq!(
        reset(&lab, &format!("{own}X-Lab-Token: {}\r\n", "A".repeat(43))),
        403
    );
    for foreign in [
        "http://evil.example".to_owned(),
        "null".to_owned(),
        "http://lab.localhost".to_owned(),
        format!("http://cookie.lab.localhost:{}", lab.port),
        format!("http://lab.localhost:{}.evil.example", lab.port),
    ] {
        assert_eq!(
            reset(&lab, &format!("Origin: {foreign}\r\n{token}")),
            403,
            "{foreign}"
        );
    }
    let twice = format!("{own}Origin: http://evil.example\r\n{token}");
    assert_eq!(reset(&lab, &twice), 403, "two origins");
    // The columns' own paths as well, and each host has only its own.
    let column = format!("Origin: http://jwt.lab.localhost:{}\r\n", lab.port);
    let forget = |host: &str, fields: &str| {
        visitor
            .send(host, "POST /__lab/forget", fields, "{}")
            .status
    };
    assert_eq!(forget("jwt.lab.localhost", &column), 403);
    assert_eq!(forget("jwt.lab.localhost", &format!("{own}{token}")), 403);
    assert_eq!(
        forget("jwt.lab.localhost", &format!("{column}{token}")),
        204
    );
    assert_eq!(forget("lab.localhost", &format!("{own}{token}")), 404);
    let order = visitor.send(
        "jwt.lab.localhost",
        "POST /__lab/control",
        &format!("{column}{token}"),
        "{}",
    );
    assert_eq!(order.status, 404);
    assert_eq!(
        visitor
            .send("jwt.lab.localhost", "GET /__lab/view", "", "")
            .status,
        404
    );
}

#[test]
fn an_order_is_json_of_a_known_form() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    for order in [
        json!({}),
        json!({ "action": "x" }),
        json!({ "action": "profile" }),
        json!({ "action": "flush", "a": 1 }),
        json!({ "action": "replay", "column": "jwt" }),
        json!({ "action": "reset", "a": 1 }),
        json!([]),
    ] {
        let answer = visitor.order(&order);
        assert_eq!(answer.status, 400, "{order}");
        assert!(
            answer.body.starts_with("This is no order"),
            "{}",
            answer.body
        );
    }
}

#[test]
fn an_address_that_lacks_something_gets_a_sentence_and_head_a_head() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let bare = visitor.send("evil.localhost", "GET /", "", "");
    assert_eq!(bare.status, 400);
    assert!(bare.body.starts_with("This address lacks"), "{}", bare.body);
    let head = visitor.send("lab.localhost", "HEAD /", "", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[test]
fn the_attackers_hosts_take_no_orders() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let reset = json!({ "action": "reset" }).to_string();
    for host in ["evil.localhost", "evil.lab.localhost"] {
        for origin in [host, "lab.localhost"] {
            let fields = format!(
                "Origin: http://{origin}:{}\r\nX-Lab-Token: {}\r\n",
                lab.port,
                visitor.token()
            );
            for path in ["control", "lure", "attack", "measure", "forget"] {
                let line = format!("POST /__lab/{path}");
                let answer = visitor.send(host, &line, &fields, &reset);
                assert!([404, 405].contains(&answer.status), "{host} {path}");
            }
            let view = visitor.send(host, "GET /__lab/view", &fields, "");
            assert_eq!(view.status, 404);
        }
    }
}

#[test]
fn only_known_hosts_are_served() {
    let lab = Running::embedded(Profile::Hardened);
    let port = lab.port;
    let status = |request: String| raw(port, request.as_bytes()).status;
    let host = |host: &str| status(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    for foreign in [
        format!("evil.example:{port}"),
        "lab.localhost".to_owned(),
        format!("other.lab.localhost:{port}"),
        format!("other.evil.localhost:{port}"),
        format!("lab.localhost.evil.example:{port}"),
    ] {
        assert_eq!(host(&foreign), 421, "{foreign}");
    }
    for bare in ["localhost", "127.0.0.1", "[::1]"] {
        let request = format!("GET / HTTP/1.1\r\nHost: {bare}:{port}\r\n\r\n");
        let answer = raw(port, request.as_bytes());
        assert_eq!(answer.status, 200);
        assert!(
            answer
                .body
                .contains(&format!("href=\"http://lab.localhost:{port}/\""))
        );
        assert_eq!(status(request.replace("GET", "POST")), 421);
    }
    let own = format!("Host: lab.localhost:{port}\r\n");
    assert_eq!(status("GET / HTTP/1.1\r\n\r\n".to_owned()), 400);
    assert_eq!(status(format!("GET / HTTP/1.1\r\n{own}{own}\r\n")), 400);
    assert_eq!(
        status(format!(
            "GET http://lab.localhost:{port}/ HTTP/1.1\r\n{own}\r\n"
        )),
        400
    );
}

#[test]
fn pages_say_what_they_may_do() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let page = visitor.send("lab.localhost", "GET /", "", "");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"));
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(policy.contains(&format!("http://session.lab.localhost:{}", lab.port)));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(
        page.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
    let frame = visitor.send("jwt.lab.localhost", "GET /__lab/column", "", "");
    assert_eq!(frame.status, 200);
    let policy = frame.header("content-security-policy").unwrap();
    assert!(policy.contains(&format!(
        "frame-ancestors http://lab.localhost:{}",
        lab.port
    )));
    // Files come from the folder of the page and from nowhere else.
    for path in [
        "/column.html",
        "/view.d.ts",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/none.js",
    ] {
        let answer = visitor.send("lab.localhost", &format!("GET {path}"), "", "");
        let status = if path.contains('%') { 400 } else { 404 };
        assert_eq!(answer.status, status, "{path}");
    }
    let script = visitor.send("jwt.lab.localhost", "GET /__lab/column.js", "", "");
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
}

#[test]
fn an_export_shows_credentials_to_whoever_asks_for_them_and_only_here() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    assert_eq!(visitor.ask_all("GET /me", ""), [200; 3]);
    let item = &visitor.view()["columns"][0]["browser"]["items"][0];
    let secret = item["value"].as_str().unwrap().to_owned();
    let get = |query: &str| {
        let line = format!("GET /__lab/export?column=cookie&{query}");
        visitor.send("lab.localhost", &line, "", "")
    };
    for format in ["curl", "har", "mermaid"] {
        let answer = get(&format!("format={format}"));
        assert_eq!(answer.status, 200);
        let kept = answer.header("content-disposition").unwrap();
        assert!(
            kept.starts_with("attachment; filename=\"statelab-cookie."),
            "{kept}"
        );
        assert!(!answer.body.contains(&secret) && !answer.body.contains("wonderland"));
        assert!(answer.body.contains("/me"), "{}", answer.body);
    }
    let shown = get("format=har&credentials=shown");
    assert!(shown.body.contains(&secret));
    let policy = shown.header("cross-origin-resource-policy");
    assert_eq!(policy, Some("same-origin"));
    assert_eq!(get("format=har&exchange=999999").status, 404);
    for wrong in ["format=exe", "format=har&credentials=all", "format=har&x=1"] {
        assert_eq!(get(wrong).status, 400, "{wrong}");
    }
    // The servers' own hosts give nothing away.
    let elsewhere = visitor.send(
        "jwt.lab.localhost",
        "GET /__lab/export?column=jwt&format=har",
        "",
        "",
    );
    assert_eq!(elsewhere.status, 404);
}
