//! What exchanges teach, on records made by hand.

use std::time::Duration;

use super::{Board, By, Record, StoreCommand};
use crate::column::Column;
use crate::http::{RequestHead, ResponseHead};
use crate::profile::Profile;
use crate::stolen::Stolen;

fn record(request: &str, response: &str, body: &str) -> Record {
    let request = format!("{request}\r\n\r\n").into_bytes();
    let response = format!("{response}\r\n\r\n").into_bytes();
    Record {
        request: RequestHead::parse(&request).unwrap().unwrap(),
        request_head: request,
        request_body: Vec::new(),
        response: ResponseHead::parse(&response).unwrap(),
        response_head: response,
        response_body: body.into(),
        bytes_up: 0,
        bytes_down: 0,
        duration: Duration::ZERO,
    }
}

const ALICE: &str =
    r#"{"user":{"username":"alice","roles":["user"]},"expires_at":"2100-01-01T00:00:00Z"}"#;

/// The thief's copy after these exchanges of one column.
fn stolen(column: Column, exchanges: &[(&str, &str, &str)]) -> Option<String> {
    let (board, _events) = Board::new(Profile::Hardened);
    for (request, response, body) in exchanges {
        board
            .begin(column, By::Browser)
            .finish(record(request, response, body));
    }
    board.read(|state, _| state.column(column).stolen.as_ref().map(Stolen::header))
}

#[test]
fn a_thief_keeps_what_was_let_in_and_nothing_else() {
    let visit = "GET /me HTTP/1.1\r\nAuthorization: Bearer abc";
    let copy = Some("Authorization: Bearer abc".to_owned());
    assert_eq!(
        stolen(Column::Jwt, &[(visit, "HTTP/1.1 200 OK", ALICE)]),
        copy
    );
    assert_eq!(
        stolen(Column::Jwt, &[(visit, "HTTP/1.1 401 Unauthorized", "")]),
        None
    );
    assert_eq!(
        stolen(Column::Jwt, &[(visit, "HTTP/1.1 503 Unavailable", "")]),
        None
    );
}

#[test]
fn an_anonymous_visitors_cookie_is_no_login() {
    let put = (
        "PUT /state/a HTTP/1.1",
        "HTTP/1.1 204 No Content\r\nSet-Cookie: __Host-session=anon; Secure; Path=/",
        "",
    );
    assert_eq!(stolen(Column::Session, &[put]), None);
    let login = (
        "POST /login HTTP/1.1",
        "HTTP/1.1 200 OK\r\nSet-Cookie: __Host-session=new; Secure; Path=/",
        ALICE,
    );
    let copy = Some("Cookie: __Host-session=new".to_owned());
    assert_eq!(stolen(Column::Session, &[put, login]), copy);
    // The deletion at logout takes the browser's copy, not the thief's.
    let logout = (
        "POST /logout HTTP/1.1\r\nCookie: __Host-session=new",
        "HTTP/1.1 204 No Content\r\nSet-Cookie: __Host-session=; Secure; Path=/; Max-Age=0",
        "",
    );
    assert_eq!(stolen(Column::Session, &[put, login, logout, put]), copy);
}

#[test]
fn a_store_command_belongs_to_the_request_that_went_out_last() {
    let (board, _events) = Board::new(Profile::Hardened);
    let command = |name: &str| StoreCommand {
        command: name.to_owned(),
        reply: Some(String::new()),
        duration: Duration::ZERO,
        leg: None,
    };
    let answered = || record("GET /me HTTP/1.1", "HTTP/1.1 200 OK", "");
    board.store_command(Column::Jwt, command("before"));
    let first = board.begin(Column::Jwt, By::Browser);
    board.store_command(Column::Jwt, command("first"));
    board.store_command(Column::Cookie, command("elsewhere"));
    let second = board.begin(Column::Jwt, By::Attacker);
    board.store_command(Column::Jwt, command("second"));
    second.finish(answered());
    first.finish(answered());
    // A request that never got an answer leaves nothing behind.
    drop(board.begin(Column::Jwt, By::Browser));
    board.store_command(Column::Jwt, command("after"));
    let seen: Vec<Vec<String>> = board.read(|state, _| {
        let history = state.column(Column::Jwt).history();
        history
            .map(|exchange| {
                exchange
                    .commands
                    .iter()
                    .map(|one| one.command.clone())
                    .collect()
            })
            .collect()
    });
    assert_eq!(seen, [["second"], ["first"]]);
}

/// In the room of a class the servers differ by their ports alone.
#[test]
fn where_there_is_one_jar_what_one_server_sets_and_deletes_counts_for_all() {
    let login = "HTTP/1.1 200 OK\r\nSet-Cookie: __Host-login=a; Secure; Path=/";
    let logout = "HTTP/1.1 204 No Content\r\nSet-Cookie: __Host-login=; Secure; Path=/; Max-Age=0";
    for one_jar in [false, true] {
        let (board, _events) = Board::new(Profile::Hardened);
        board.update(|state| state.one_jar = one_jar);
        let answered = |request: &str, answer: &str| {
            let ticket = board.begin(Column::Cookie, By::Browser);
            ticket.finish(record(request, answer, ""));
            let now_ms = crate::clock::now_ms();
            board.read(|state, _| {
                let jar = &state.column(Column::Jwt).jar;
                jar.get("__Host-login", now_ms).is_some()
            })
        };
        assert_eq!(answered("POST /login HTTP/1.1", login), one_jar);
        assert!(!answered("POST /logout HTTP/1.1", logout));
        // Sent before the deletion came, answered after it.
        let late = "POST /logout HTTP/1.1\r\nCookie: __Host-login=a";
        let ticket = board.begin(Column::Jwt, By::Browser);
        ticket.finish(record(late, "HTTP/1.1 204 No Content", ""));
        let jar = board.read(|state, _| state.column(Column::Jwt).jar.clone());
        assert!(jar.get("__Host-login", crate::clock::now_ms()).is_none());
    }
}

/// All that is known to be a credential of a column.
fn known(board: &Board, column: Column) -> Vec<String> {
    board.read(|state, _| {
        let known = state.column(column).credentials();
        known.map(|one| one.to_string()).collect()
    })
}

fn sent(board: &std::sync::Arc<Board>, cookie: &str) {
    let visit = format!("GET /me HTTP/1.1\r\nCookie: a={cookie}");
    let record = record(&visit, "HTTP/1.1 200 OK", "{}");
    board.begin(Column::Jwt, By::Browser).finish(record);
}

#[test]
fn a_credential_is_known_longer_than_its_exchange_until_the_reset() {
    let (board, _events) = Board::new(Profile::Hardened);
    let first = "credential-of-the-first-login";
    sent(&board, first);
    for at in 0..400 {
        sent(&board, &format!("another-{}", at % 3));
    }
    let kept = board.read(|state, _| state.column(Column::Jwt).history().count());
    assert_eq!(kept, 20);
    assert_eq!(
        known(&board, Column::Jwt),
        [first, "another-1", "another-2", "another-0"]
    );
    assert_eq!(known(&board, Column::Cookie), [""; 0]);
    board.update(super::State::forget);
    assert_eq!(known(&board, Column::Jwt), [""; 0]);
}

#[test]
fn the_newest_thousand_credentials_are_known_and_a_megabyte_of_them() {
    let (board, _events) = Board::new(Profile::Hardened);
    let tokens = |from: usize, to: usize| -> Vec<String> {
        (from..to).map(|at| format!("token-{at:05}")).collect()
    };
    for from in [0, 600, 1_200] {
        let body = serde_json::json!({ "access": tokens(from, from + 600) }).to_string();
        let record = record("GET / HTTP/1.1", "HTTP/1.1 200 OK", &body);
        board.begin(Column::Jwt, By::Browser).finish(record);
    }
    assert_eq!(known(&board, Column::Jwt), tokens(800, 1_800));
    for at in 0..40 {
        sent(&board, &format!("{at:02}{}", "x".repeat(31_000)));
    }
    let bytes: usize = known(&board, Column::Jwt).iter().map(String::len).sum();
    assert!((1_000_000..=1 << 20).contains(&bytes), "{bytes}");
}
