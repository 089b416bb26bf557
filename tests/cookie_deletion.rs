//! What cookie-state sets, a browser keeps as it was asked for; and what it deletes, is gone.
//!
//! Every combination of attributes goes through the cookie API into the harness's jar, which does
//! what RFC 6265bis says, and out again.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use clap::Parser;
use contract::Services;
use harness::http::{Base, Client, Exchange, Request};
use harness::jar::{self, Jar, cookie::Cookie, cookie::SameSite};
use serde_json::{Value, json};
use time::OffsetDateTime;
use url::Url;

const NAMES: [&str; 5] = ["a", "__Secure-a", "__Host-a", "__Http-a", "__Host-Http-a"];

/// A browser on `www.lab.localhost`, and the server that it talks to.
struct Stage {
    client: Client,
    jar: Jar,
}

impl Stage {
    fn send(&mut self, method: &str, name: &str, body: Option<&Value>) -> Exchange {
        let path = format!("/cookies/{name}");
        let url: Url = format!("http://www.lab.localhost{path}").parse().unwrap();
        let (asks, now) = (jar::Request::to(&url), OffsetDateTime::now_utc());
        let mut request = Request::new(method, &path);
        let cookies = self.jar.header(&asks, now);
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let exchange = self.client.send(&request).unwrap();
        for line in exchange.response.all("set-cookie") {
            let set = self.jar.set(line.as_bytes(), &asks, now);
            set.unwrap_or_else(|why| panic!("a browser drops {line}: {why:?}"));
        }
        exchange
    }

    fn kept(&self) -> Vec<Cookie> {
        let now = OffsetDateTime::now_utc();
        self.jar.cookies(now).cloned().collect()
    }
}

/// Every body that the API could be asked for one name with.
fn bodies() -> Vec<Value> {
    let paths = [
        json!("/"),
        json!("/cookies"),
        json!("/elsewhere"),
        Value::Null,
    ];
    let domains = [
        Value::Null,
        json!("lab.localhost"),
        json!("www.lab.localhost"),
    ];
    let sites = [Value::Null, json!("strict"), json!("lax"), json!("none")];
    let protections = ["plain", "signed", "private"];
    let mut bodies = Vec::new();
    for n in 0..4 * 3 * 4 * 8 {
        let (path, domain, site) = (n % 4, n / 4 % 3, n / 12 % 4);
        let flags = n / 48;
        bodies.push(json!({
            "value": "v", "path": paths[path], "domain": domains[domain], "samesite": sites[site],
            "secure": flags & 1 != 0, "httponly": flags & 2 != 0, "partitioned": flags & 4 != 0,
            "protection": protections[n % 3],
        }));
    }
    bodies
}

/// Whether the browser has it as it was asked for.
fn is_as_asked(kept: &Cookie, body: &Value) -> bool {
    let site = match body["samesite"].as_str() {
        None => SameSite::Default,
        Some("strict") => SameSite::Strict,
        Some("lax") => SameSite::Lax,
        Some(_) => SameSite::None,
    };
    let domain = body["domain"].as_str();
    // Without a Path it is the folder of the request, /cookies/a.
    kept.path == body["path"].as_str().unwrap_or("/cookies").as_bytes()
        && (kept.domain.as_str(), kept.host_only)
            == (domain.unwrap_or("www.lab.localhost"), domain.is_none())
        && (kept.same_site == site)
        && (kept.secure, kept.http_only, kept.partition.is_some())
            == (
                body["secure"] == true,
                body["httponly"] == true,
                body["partitioned"] == true,
            )
}

#[test]
fn what_is_set_is_kept_as_asked_and_what_is_deleted_is_gone() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let settings = cookie_state::Settings::parse_from(["cookie-state", "--listen", "127.0.0.1:0"]);
    let services = Services::open(&settings.common).unwrap();
    let running = cookie_state::start(&settings, &services).unwrap();
    let base = Base::parse(&format!("http://{}", running.address)).unwrap();
    let mut stage = Stage {
        client: Client::new(base, None).unwrap(),
        jar: Jar::default(),
    };
    let (mut taken, mut refused) = (0, 0);
    for name in NAMES {
        for body in bodies() {
            match stage.send("PUT", name, Some(&body)).response.status {
                204 => taken += 1,
                422 => {
                    refused += 1;
                    assert!(stage.kept().is_empty());
                    continue;
                }
                other => panic!("{other} for {name} {body}"),
            }
            let kept = stage.kept();
            let own = kept.iter().find(|kept| kept.name == name.as_bytes());
            assert!(
                own.is_some_and(|own| is_as_asked(own, &body)),
                "{name} {body}"
            );
            assert_eq!(kept.len(), 2, "the cookie, and the list");
            assert_eq!(stage.send("DELETE", name, None).response.status, 204);
            assert!(stage.kept().is_empty(), "{name} {body}: {:?}", stage.kept());
        }
    }
    assert!(
        taken > 300 && refused > 300,
        "{taken} taken, {refused} refused"
    );
}
