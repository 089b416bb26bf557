//! The same requests as in drf.py, and the same answers as in drf.txt: every order of the three.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use contract::passwords::Password;
use serde_json::json;

use crate::wire::{House, Server};

const ANSWERS: &str = include_str!("drf.txt");

/// The `Authorization` lines of drf.py, by name.
async fn credentials(logins: &Server) -> BTreeMap<&'static str, Option<String>> {
    let line = |text: &[u8]| format!("Basic {}", BASE64_STANDARD.encode(text));
    let basic = |text: &[u8]| Some(line(text));
    let plain = |text: &str| Some(text.to_owned());
    let alice = line(b"alice:wonderland");
    BTreeMap::from([
        ("nothing", None),
        ("token", Some(logins.token("alice", "wonderland").await)),
        ("bad-token", plain("Bearer a.b.c")),
        ("password", Some(alice.clone())),
        ("wrong-password", basic(b"alice:x")),
        ("empty", plain("")),
        ("other-scheme", plain("Digest YTpi")),
        ("bearer-alone", plain("Bearer")),
        ("bearer-three", plain("Bearer a b")),
        ("basic-alone", plain("Basic")),
        ("basic-three", plain("Basic a b")),
        ("basic-capitals", Some(alice.replace("Basic", "bASIC"))),
        ("basic-two-spaces", Some(alice.replace(' ', "  "))),
        ("basic-no-base64", plain("Basic !!!")),
        ("basic-no-colon", basic(b"alice")),
        ("basic-unpadded", plain("Basic YTp")),
        ("basic-unknown", basic(b"nobody:wonderland")),
        ("basic-disabled", basic(b"bob:builder")),
        ("basic-utf-8", basic("root:bücherwurm".as_bytes())),
        ("basic-latin-1", basic(b"root:b\xfccherwurm")),
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_answers_as_django_rest_framework_does() {
    let house = House::new();
    let accounts = &house.services.accounts;
    // Another server, with the same key, store and accounts: what is logged in there counts here.
    let logins = house.server("jwt,session", &[]);
    let sessions = BTreeMap::from([
        ("none", None),
        ("alive", Some(logins.session("alice", "wonderland").await)),
        ("disabled", Some(logins.session("bob", "builder").await)),
    ]);
    let lines = credentials(&logins).await;
    accounts.set_disabled("bob", true).await.unwrap();
    let root = accounts.by_id(3).unwrap().unwrap();
    let (old, new) = (Password::from("toor-toor"), Password::from("bücherwurm"));
    let here = [127, 0, 0, 1].into();
    let changed = accounts.change_password(root.id, root.epoch, &old, &new, here);
    assert_eq!(changed.await.unwrap().username, "root");

    let mut servers = BTreeMap::new();
    let rows = ANSWERS.lines().filter(|line| !line.starts_with('#'));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [order, session, credential, request, expected @ ..] = &cells[..] else {
            panic!("{row}")
        };
        let server = servers
            .entry(*order)
            .or_insert_with(|| house.server(order, &[]));
        let (method, where_to) = request.split_once(' ').unwrap();
        let own = server.own();
        let mut headers = Vec::new();
        headers.extend(
            sessions[session]
                .iter()
                .map(|line| ("Cookie", line.as_str())),
        );
        headers.extend(
            lines[credential]
                .iter()
                .map(|line| ("Authorization", line.as_str())),
        );
        match method {
            "POST-own" => headers.push(("Origin", &own)),
            "POST-foreign" => headers.push(("Origin", "http://evil.test")),
            _ => {}
        }
        let method = method.split('-').next().unwrap();
        let body = (method == "POST").then(|| json!({ "text": row }));
        let path = format!("/{where_to}");
        let answer = server.send(method, &path, &headers, body).await;
        let challenge = answer.header("www-authenticate").unwrap_or("-");
        let said = answer.said();
        let said = [
            answer.status.to_string().as_str(),
            challenge.split(' ').next().unwrap(),
            answer.header("vary").map_or("-", |_| "cookie"),
            // Which of its checks failed is another matter there.
            match said.starts_with("CSRF Failed") {
                true => "CSRF Failed",
                false => said,
            },
        ]
        .join(" | ");
        if said != expected.join(" | ") {
            wrong.push(format!("{row}\n   here: {said}"));
        }
        seen += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((servers.len(), seen), (16, 717));
}

/// Where this is not Django, on purpose.
#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_not_django() {
    let house = House::new();
    let server = house.server("jwt,session,basic", &[]);
    let token = server.token("alice", "wonderland").await;
    let ask = async |line: &str| server.get("/me", &[("Authorization", line)]).await;

    // Schemes are read in any case (RFC 9110 section 11.1); Simple JWT knows `Bearer` only.
    assert_eq!(ask(&token.replace("Bearer", "bearer")).await.said(), "jwt");
    // A token is one word after one space; Simple JWT takes several.
    assert_eq!(ask(&token.replace(' ', "  ")).await.status, 401);
    // Python skips what is no base64.
    assert_eq!(ask("Basic YWxpY2U6!d29uZGVybGFuZA==").await.status, 401);
    // A token whose account is closed is a bad token, and nobody is told why.
    house
        .services
        .accounts
        .set_disabled("alice", true)
        .await
        .unwrap();
    let closed = ask(&token).await;
    let detail = "Given token not valid for any token type";
    assert_eq!((closed.status, closed.said()), (401, detail));
    // Two credentials could be two people. Django would read one line of both.
    let two = [
        ("Authorization", "Basic YTpi"),
        ("Authorization", "Basic YTpj"),
    ];
    assert_eq!(server.get("/me", &two).await.status, 400);
    let two = [("Cookie", "__Host-session=a; __Host-session=b")];
    assert_eq!(server.get("/me", &two).await.status, 400);
}
