//! How bytes get through the front.

use std::io::{BufRead, BufReader, Read, Write};

use lab::Profile;
use serde_json::json;

use crate::Running;
use crate::client::{Visitor, connect, raw};

#[test]
fn two_requests_on_one_connection_go_to_two_hosts() {
    let lab = Running::embedded(Profile::Hardened);
    let port = lab.port;
    let both = format!(
        "GET /healthz HTTP/1.1\r\nHost: jwt.lab.localhost:{port}\r\n\r\n\
         GET /__lab/view HTTP/1.1\r\nHost: lab.localhost:{port}\r\nConnection: close\r\n\r\n"
    );
    let mut stream = connect(port);
    stream.write_all(both.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK\r\n").count(), 2, "{text}");
    assert!(text.contains("\"request_line\":\"GET /healthz HTTP/1.1\""));
}

#[test]
fn a_chunked_body_and_one_that_waits_to_be_asked_for_arrive_whole() {
    let lab = Running::embedded(Profile::Hardened);
    let port = lab.port;
    let login = json!({ "username": "alice", "password": "wonderland" }).to_string();
    let (first, second) = login.split_at(10);
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: jwt.lab.localhost:{port}\r\nContent-Type: application/json\r\n"
    );
    let chunked = format!(
        "{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n\
         {:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    assert_eq!(raw(port, chunked.as_bytes()).status, 200);

    let mut stream = connect(port);
    let waits = format!(
        "{head}Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        login.len()
    );
    stream.write_all(waits.as_bytes()).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    stream.write_all(login.as_bytes()).unwrap();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("HTTP/1.1 200"), "{rest}");

    // The body on the wire card is without its framing.
    let view = Visitor::new(port).view();
    let exchanges = view["columns"][2]["wire"]["exchanges"].as_array().unwrap();
    assert_eq!(exchanges.len(), 2);
    assert!(
        exchanges
            .iter()
            .all(|exchange| exchange["request_body"] == login.as_str())
    );
}

#[test]
fn two_lengths_are_refused() {
    let lab = Running::embedded(Profile::Hardened);
    let smuggled = format!(
        "POST /login HTTP/1.1\r\nHost: jwt.lab.localhost:{}\r\nContent-Length: 4\r\n\
         Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        lab.port
    );
    assert_eq!(raw(lab.port, smuggled.as_bytes()).status, 400);
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: lab.localhost:{}\r\nX: {}\r\n\r\n",
        lab.port,
        "a".repeat(40_000)
    );
    assert_eq!(raw(lab.port, huge.as_bytes()).status, 431);
    assert_eq!(raw(lab.port, b"\x16\x03\x01\x00\x05hello").status, 400);
}

#[test]
fn an_answer_that_comes_before_the_end_of_the_body_gets_through() {
    let lab = Running::embedded(Profile::Hardened);
    let mut request = format!(
        "POST /login HTTP/1.1\r\nHost: cookie.lab.localhost:{}\r\nContent-Type: application/json\r\n\
         Content-Length: 1000000\r\n\r\n",
        lab.port
    )
    .into_bytes();
    request.extend(vec![b'x'; 100_000]);
    assert_eq!(raw(lab.port, &request).status, 413);
}

#[test]
fn the_stream_tells_of_each_change() {
    let lab = Running::embedded(Profile::Hardened);
    let port = lab.port;
    let mut stream = connect(port);
    let ask = format!("GET /__lab/events HTTP/1.1\r\nHost: lab.localhost:{port}\r\n\r\n");
    stream.write_all(ask.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    let mut revision = || {
        let data = lines.find(|line| line.starts_with("data: ")).unwrap();
        let view: serde_json::Value = serde_json::from_str(&data[6..]).unwrap();
        view["revision"].as_u64().unwrap()
    };
    let first = revision();
    Visitor::new(port).log_in("alice", "wonderland");
    assert!(revision() > first);
}

/// A page that is reloaded leaves its stream behind; places for streams are few.
#[test]
fn a_stream_ends_with_its_page() {
    let lab = Running::embedded(Profile::Hardened);
    let ask = format!(
        "GET /__lab/events HTTP/1.1\r\nHost: lab.localhost:{}\r\n\r\n",
        lab.port
    );
    for page in 0..40 {
        let mut stream = connect(lab.port);
        stream.write_all(ask.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        assert!(line.contains("200"), "page {page}: {line}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn the_history_is_bounded() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    for _ in 0..25 {
        visitor.ask(0, "GET /healthz", "");
    }
    let view = visitor.view();
    let exchanges = view["columns"][0]["wire"]["exchanges"].as_array().unwrap();
    assert_eq!(exchanges.len(), 20);
    assert_eq!(
        (&exchanges[0]["id"], &exchanges[19]["id"]),
        (&json!(6), &json!(25))
    );
}
