//! What a request asks of Redis, and what a session takes there.

use std::collections::BTreeMap;

use crate::Special;
use crate::server::Server;

const LONG: &[&str] = &["--lifetime=1h", "--absolute-lifetime=2h"];

pub(crate) const CASES: [Special; 4] = [
    (
        "what_is_sealed_tells_nothing",
        &["--lifetime=1h", "--seal-sessions"],
        sealed,
    ),
    (
        "the_page_about_sessions_shows_what_is_there",
        &["--absolute-lifetime=30d"],
        excerpt,
    ),
    ("each_request_asks_redis_this_often", LONG, commands),
    ("a_login_with_two_keys_takes_at_most_300_bytes", LONG, bytes),
];

const FIREFOX: &str =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n";

/// The commands since the last call, without those of this look.
fn since(redis: &mut redis::Connection) -> BTreeMap<String, u64> {
    let info: String = redis::cmd("INFO").arg("commandstats").query(redis).unwrap();
    redis::cmd("CONFIG").arg("RESETSTAT").exec(redis).unwrap();
    let calls = info.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        Some((name.to_owned(), rest.split(',').next()?.parse().ok()?))
    });
    let ours = |(name, _): &(String, u64)| {
        ![
            "info",
            "config|resetstat",
            "hello",
            "client|setinfo",
            "ping",
            "script|load",
            "select",
        ]
        .contains(&name.as_str())
    };
    calls.filter(ours).collect()
}

/// Round trips are what is sent; what a script does inside Redis is none.
fn commands(server: &Server) {
    let mut redis = server.redis_connection();
    let value = Some(r#"{"value":1}"#);
    let login = server.log_in("alice", "wonderland");
    // The scripts are loaded, and both workers connected.
    for _ in 0..8 {
        server
            .send("PUT", "/state/a", Some(&login), value)
            .expect(204);
    }
    let mut asked = |method: &str, path: &str, cookie: Option<&str>, body| {
        since(&mut redis);
        let answer = server.send(method, path, cookie, body);
        assert!(answer.status < 500, "{answer:?}");
        let sent: Vec<String> = since(&mut redis)
            .into_iter()
            // A script sends one EVALSHA; these are what it does.
            .filter(|(name, _)| {
                !["get", "set", "zadd", "zrange", "pttl", "pexpire"].contains(&name.as_str())
                    || method == "POST" && name == "set"
            })
            .map(|(name, calls)| format!("{calls} {name}"))
            .collect();
        (sent.join(", "), answer)
    };
    let of = |answer: (String, _)| answer.0;
    for path in ["/me", "/admin", "/state"] {
        assert_eq!(
            of(asked("GET", path, Some(&login), None)),
            "1 getex",
            "{path}"
        );
    }
    // Who has no session asks nothing.
    assert_eq!(of(asked("GET", "/me", None, None)), "");
    assert_eq!(
        of(asked("GET", "/me", Some("__Host-session=invented"), None)),
        ""
    );
    // To save is one more. To forget what is not there is to save nothing.
    assert_eq!(
        of(asked(
            "PUT",
            "/state/a",
            Some(&login),
            Some(r#"{"value":2}"#)
        )),
        "1 evalsha, 1 getex"
    );
    assert_eq!(
        of(asked("DELETE", "/state/none", Some(&login), None)),
        "1 getex"
    );
    let body = Some(r#"{"username":"bob","password":"builder"}"#);
    let (sent, _) = asked("POST", "/login", None, body);
    assert_eq!(sent, "1 evalsha, 1 set");
    let (sent, answer) = asked("PUT", "/expiry", Some(&login), Some(r#"{"after":60}"#));
    assert_eq!(sent, "2 evalsha, 1 getex, 1 zrem", "and one SET");
    let login = answer.cookie().unwrap();
    assert_eq!(
        of(asked("POST", "/logout", Some(&login), None)),
        "1 getdel, 1 zrem"
    );
}

fn bytes(server: &Server) {
    let mut redis = server.redis_connection();
    let mut usage = |key: &str| -> u64 {
        let mut usage = redis::cmd("MEMORY");
        usage.arg("USAGE").arg(key).arg("SAMPLES").arg(0);
        usage.query(&mut redis).unwrap()
    };
    println!("logins of the account | bytes of a session | its share of the index | together");
    for logins in 1..=10 {
        let body = r#"{"username":"alice","password":"wonderland"}"#;
        let login = server.send_as(FIREFOX, "POST", "/login", None, Some(body));
        let login = login.expect(200).cookie().unwrap();
        for (key, value) in [("basket", "3"), ("theme", "\"dark\"")] {
            let body = format!(r#"{{"value":{value}}}"#);
            server
                .send("PUT", &format!("/state/{key}"), Some(&login), Some(&body))
                .expect(204);
        }
        // Used two weeks after the login: the longest that the time of the last use gets.
        server.rewrite(&login, |held| held.replacen(",0,\"", ",20160,\"", 1));
        let all = server.dump();
        assert!(all.iter().any(|(_, held)| held.contains(",20160,\"")));
        let keys = all.iter().filter(|(key, _)| key.contains("session:"));
        let sessions: u64 = keys.map(|(key, _)| usage(key)).sum();
        let (session, index) = (sessions / logins, usage("statelab:logins:1") / logins);
        println!(
            "{logins:21} | {session:18} | {index:22} | {}",
            session + index
        );
        assert!(session + index <= 300, "{session} + {index}");
    }
}

fn sealed(server: &Server) {
    let body = r#"{"username":"alice","password":"wonderland"}"#;
    let login = server.send_as(FIREFOX, "POST", "/login", None, Some(body));
    let login = login.expect(200).cookie().unwrap();
    let put = |value: &str| server.send("PUT", "/state/a", Some(&login), Some(value));
    put(r#"{"value":"secret"}"#).expect(204);
    let mut redis = server.redis_connection();
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg("*session:*")
        .query(&mut redis)
        .unwrap();
    let [key] = &keys[..] else { panic!("{keys:?}") };
    let held: Vec<u8> = redis::cmd("GET").arg(key).query(&mut redis).unwrap();
    let held = String::from_utf8_lossy(&held);
    for word in ["secret", "Firefox", "@in"] {
        assert!(!held.contains(word), "{held}");
    }
    // And all goes on as it does without.
    let state = server.send("GET", "/state", Some(&login), None).expect(200);
    assert_eq!(state.body, r#"{"state":{"a":"secret"}}"#);
    put(r#"{"value":2}"#).expect(204);
    let answer = server.send("PUT", "/expiry", Some(&login), Some(r#"{"after":60}"#));
    let next = answer.expect(200).cookie().unwrap();
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    assert!(!server.is_logged_in(&next));
}

/// What redis-cli shows of a login, as it stands in the book.
fn excerpt(server: &Server) {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src/sessions.md");
    let page = std::fs::read_to_string(page).unwrap();
    let body = r#"{"username":"alice","password":"wonderland"}"#;
    let login = server.send_as(FIREFOX, "POST", "/login", None, Some(body));
    let login = login.expect(200).cookie().unwrap();
    for (key, value) in [("basket", "3"), ("theme", "\"dark\"")] {
        let body = format!(r#"{{"value":{value}}}"#);
        server
            .send("PUT", &format!("/state/{key}"), Some(&login), Some(&body))
            .expect(204);
    }
    let session = server.key_of(&login);
    let mut seen = String::new();
    let mut look = |line: String| {
        let shown = server.redis_cli(&line);
        seen.push_str(&format!("127.0.0.1:6379> {line}\n{shown}"));
    };
    look(format!("GET {session}"));
    look(format!("PTTL {session}"));
    look(format!("MEMORY USAGE {session}"));
    look("ZRANGE statelab:logins:1 0 -1 WITHSCORES".to_owned());
    server
        .send("PUT", "/expiry", Some(&login), Some(r#"{"after":86400}"#))
        .expect(200);
    look(format!("GET {session}"));
    look(format!("PTTL {session}"));
    let shown = page.split("```text\n").skip(1);
    let shown = shown.map(|block| block.split("```").next().unwrap());
    let same = |block: &str| masked(block) == masked(&seen);
    assert!(
        shown.into_iter().any(same),
        "put this into the page:\n{seen}"
    );
}

/// Without what differs from run to run: digests, instants, milliseconds.
fn masked(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut masked = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if is_part(c) {
            word.push(c);
            continue;
        }
        masked.push_str(match word.len() {
            22 => "DIGEST",
            4.. if word.bytes().all(|byte| byte.is_ascii_digit()) => "NUMBER",
            _ => &word,
        });
        masked.push(c);
        word.clear();
    }
    masked.trim_end().to_owned()
}
