//! Nothing secret leaves unless it was asked for, in any format.

mod known;
mod properties;

use std::time::Duration;

use serde_json::Value;

use super::{Export, Format, Secrets};
use crate::board::{By, Exchange, Record, StoreCommand};
use crate::column::Column;
use crate::http::{RequestHead, ResponseHead};

const COOKIE: &str = "sealed-cookie-of-alice";
const OTHER: &str = "next-cookie-of-alice";
const PASSWORD: &str = "wonderland";
const TOKEN: &str = "eyJ.access.token";

fn exchange(by: By) -> Exchange {
    let request = format!(
        "POST /login?token=query-secret&lang=en HTTP/1.1\r\nHost: x\r\nCookie: __Host-login={COOKIE}; a=b\r\nX-Odd: it's\r\n\r\n"
    );
    let response = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: __Host-login={OTHER}; Path=/; Secure\r\n\r\n"
    );
    let body = format!(r#"{{"username":"alice","password":"{PASSWORD}"}}"#);
    let record = Record {
        request: RequestHead::parse(request.as_bytes()).unwrap().unwrap(),
        request_head: request.clone().into_bytes(),
        bytes_up: (request.len() + body.len()) as u64,
        request_body: body.into_bytes(),
        response: ResponseHead::parse(response.as_bytes()).unwrap(),
        response_head: response.clone().into_bytes(),
        response_body: format!(r#"{{"access":"{TOKEN}"}}"#).into_bytes(),
        bytes_down: response.len() as u64,
        duration: Duration::from_millis(3),
    };
    let command = StoreCommand {
        command: "GET lab-8000:cookie:revoked:id-of-the-login; #1".to_owned(),
        reply: Some("nil".to_owned()),
        duration: Duration::ZERO,
        leg: None,
    };
    Exchange {
        id: 7,
        at_ms: 1_000,
        ahead: Duration::from_secs(300),
        by,
        record,
        commands: vec![command],
    }
}

fn text(format: Format, shown: bool) -> String {
    let export = Export {
        column: Column::Cookie,
        origin: "http://cookie.lab.localhost:8000".to_owned(),
        masked: (!shown).then(|| Secrets::knowing([])),
    };
    export.text(format, &[&exchange(By::Browser), &exchange(By::Attacker)])
}

#[test]
fn nothing_secret_leaves_unasked() {
    for format in [Format::Curl, Format::Har, Format::Mermaid, Format::Markdown] {
        let text = text(format, false);
        for secret in [
            COOKIE,
            OTHER,
            PASSWORD,
            TOKEN,
            "query-secret",
            "id-of-the-login",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(text.contains("/login"), "{text}");
    }
    let shown = text(Format::Har, true);
    for secret in [COOKIE, OTHER, PASSWORD, TOKEN, "query-secret"] {
        assert!(shown.contains(secret), "{secret} is missing in {shown}");
    }
    let command = text(Format::Curl, true);
    assert!(
        command.starts_with(&format!("CREDENTIAL='{COOKIE}'\ncurl ")),
        "{command}"
    );
}

/// Simple JWT's routes take forms, and a token may travel under another name.
#[test]
fn no_form_and_no_other_header_gives_it_away() {
    let bodies = [
        format!("username=alice&password={PASSWORD}"),
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{PASSWORD}\r\n--b--"
        ),
        // Cut off where the record ends.
        format!(r#"{{"username":"alice","password":"{PASSWORD}"#),
    ];
    for body in bodies {
        let mut one = exchange(By::Browser);
        let head = format!("POST /api/token/ HTTP/1.1\r\nX-Auth: JWT {TOKEN}\r\n\r\n");
        one.record.request = RequestHead::parse(head.as_bytes()).unwrap().unwrap();
        one.record.request_head = head.into_bytes();
        one.record.request_body = body.into_bytes();
        for format in [Format::Curl, Format::Har, Format::Mermaid, Format::Markdown] {
            let export = Export {
                column: Column::Jwt,
                origin: "http://jwt.lab.localhost:8000".to_owned(),
                masked: Some(Secrets::knowing([])),
            };
            let text = export.text(format, &[&one]);
            for secret in [PASSWORD, TOKEN] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
}

#[test]
fn an_archive_has_what_the_format_asks_for() {
    let archive: Value = serde_json::from_str(&text(Format::Har, false)).unwrap();
    assert_eq!(archive["log"]["version"], "1.2");
    let entry = &archive["log"]["entries"][1];
    assert_eq!(entry["startedDateTime"], "1970-01-01T00:00:01Z");
    let comment = "sent by the attacker, with a copy of the credential; the server's clock was 5 min ahead: simulated";
    assert_eq!(entry["comment"], comment);
    let request = &entry["request"];
    assert_eq!(request["httpVersion"], "HTTP/1.1");
    let url = "http://cookie.lab.localhost:8000/login?token=[masked 12]&lang=en";
    assert_eq!(request["url"], url);
    assert_eq!(request["cookies"][0]["name"], "__Host-login");
    assert_eq!(request["queryString"][1]["name"], "lang");
    assert_eq!(request["headers"][2]["value"], "it's");
    assert_eq!(request["bodySize"], 44);
    let response = &entry["response"];
    assert_eq!(response["status"], 200);
    assert_eq!(response["cookies"][0]["name"], "__Host-login");
    let set = response["headers"][1]["value"].as_str().unwrap();
    assert!(set.ends_with("; Path=/; Secure"), "{set}");
}

#[test]
fn a_diagram_has_an_arrow_for_each_hop() {
    let lines = text(Format::Mermaid, true);
    let lines: Vec<&str> = lines.lines().map(str::trim).collect();
    assert_eq!(lines[0], "sequenceDiagram");
    assert_eq!(lines[2], "participant S as cookie-state");
    let arrows = [
        "S->>R: GET lab-8000:cookie:revoked:…",
        "R-->>S: 3 B",
        "S-->>B: 200, Set-Cookie __Host-login",
    ];
    assert_eq!(
        lines[5],
        "Note over S: the server's clock was 5 min ahead: simulated"
    );
    assert!(
        lines[6].starts_with("B->>S: POST /login (credential "),
        "{lines:?}"
    );
    assert_eq!(lines[7..10], arrows);
    assert!(lines[11].starts_with("T->>S: "));
    assert_eq!(super::mermaid::escaped("a;b#c"), "a#59;b#35;c");
}
