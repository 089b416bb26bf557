//! What a view has of exchanges that were sent to make it big.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::{Sketch, Wire};
use crate::board::{Board, By, Record, State};
use crate::column::Column;
use crate::hosts::Hosts;
use crate::http::RequestHead;
use crate::profile::Profile;
use crate::stores::{StoreKind, StoreLabel};

fn sent(board: &Arc<Board>, fields: &[u8], body: Vec<u8>) {
    let request = [b"GET /me HTTP/1.1\r\n", fields, b"\r\n\r\n"].concat();
    board.begin(Column::Jwt, By::Browser).finish(Record {
        request: RequestHead::parse(&request).unwrap().unwrap(),
        bytes_up: (request.len() + body.len()) as u64,
        request_head: request,
        request_body: body,
        response: None,
        response_head: Vec::new(),
        response_body: Vec::new(),
        bytes_down: 0,
        duration: Duration::ZERO,
    });
}

fn wire(board: &Board) -> Wire {
    let exchanges: Vec<_> =
        board.read(|state, _| state.column(Column::Jwt).history().cloned().collect());
    Wire::of(&exchanges, Column::Jwt)
}

/// The smallest that counts as one; no two are alike.
fn token(number: usize) -> String {
    let header = BASE64_URL_SAFE_NO_PAD.encode(number.to_be_bytes());
    format!("{header}.e30.")
}

#[test]
fn an_exchange_has_no_more_credentials_than_people_read() {
    let (board, _events) = Board::new(Profile::Hardened);
    for exchange in 0..20 {
        let tokens = (0..1_500).map(|at| format!("a={}", token(exchange * 1_500 + at)));
        let cookies = tokens.collect::<Vec<_>>().join(";");
        sent(&board, format!("Cookie: {cookies}").as_bytes(), Vec::new());
    }
    let wire = wire(&board);
    assert_eq!(wire.exchanges.len(), 20);
    for exchange in &wire.exchanges {
        assert!(exchange.cut);
        assert_eq!(exchange.carried.len(), 16);
    }
    assert_eq!(wire.credentials.len(), 20 * 16);
}

#[test]
fn what_is_long_is_cut_and_says_so() {
    let (board, _events) = Board::new(Profile::Hardened);
    let long = "x".repeat(30_000);
    let hostile = [b"X-A: ".to_vec(), vec![0x80; 15_000]].concat();
    for _ in 0..18 {
        sent(&board, &hostile, vec![1; 60_000]);
    }
    sent(
        &board,
        b"X-A: b",
        format!("{}ü{long}", &long[..8 * 1024 - 1]).into_bytes(),
    );
    // A token that is as long as a head, and one that says much when it is taken apart.
    let deep = format!(r#"{{"a":{}1{}}}"#, "[".repeat(99), "]".repeat(99));
    let deep = format!(
        "e30.{}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(deep),
        "s".repeat(7_000)
    );
    let tokens = [
        format!("e30.e30.{}", &long[..9_000]),
        deep.clone(),
        format!("{deep}s"),
    ];
    let cookies = tokens.map(|token| format!("a={token}")).join("; ");
    sent(&board, format!("Cookie: {cookies}").as_bytes(), Vec::new());
    let wire = wire(&board);
    let written = serde_json::to_string(&wire).unwrap();
    assert!(written.len() < 1_000_000, "{}", written.len());
    assert!(wire.exchanges.iter().all(|exchange| exchange.cut));
    assert!(wire.exchanges[0].request_body.starts_with(r"\x01\x01"));
    let [.., readable, last] = wire.exchanges.as_slice() else {
        panic!("two at least");
    };
    // Not even half of a character.
    assert_eq!(readable.request_body, long[..8 * 1024 - 1]);
    assert_eq!(last.carried.len(), 1, "the second of three");
}

#[test]
fn what_people_send_is_whole_and_each_credential_is_taken_apart_once() {
    let (board, _events) = Board::new(Profile::Hardened);
    let (one, other) = (token(1), token(2));
    sent(
        &board,
        format!("Authorization: Bearer {one}").as_bytes(),
        b"{}".to_vec(),
    );
    sent(
        &board,
        format!("Cookie: a={one}; b=c; d={other}").as_bytes(),
        vec![b'x'; 4_000],
    );
    let wire = wire(&board);
    assert!(!wire.exchanges.iter().any(|exchange| exchange.cut));
    assert_eq!(wire.credentials.len(), 2);
    let places = |at: usize| -> Vec<(&str, usize)> {
        let carried = wire.exchanges[at].carried.iter();
        carried
            .map(|one| (one.place.as_str(), one.credential))
            .collect()
    };
    assert_eq!(places(0), [("Authorization", 0)]);
    assert_eq!(places(1), [("a", 0), ("d", 1)]);
    assert_eq!(wire.exchanges[1].request_body.len(), 4_000);
}

#[test]
fn the_board_is_free_while_the_exchanges_are_drawn() {
    let (board, _events) = Board::new(Profile::Hardened);
    sent(&board, b"X-A: b", Vec::new());
    let store = StoreLabel {
        kind: StoreKind::Embedded,
        label: String::new(),
    };
    let hosts = Hosts::new(8000);
    let sketch = board.read(|state, revision| Sketch::of(state, revision, hosts, &store));
    board.update(State::forget);
    let view = sketch.draw();
    assert_eq!(view.columns[Column::Jwt.index()].wire.exchanges.len(), 1);
}
