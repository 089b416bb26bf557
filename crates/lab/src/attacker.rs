//! The attacker's machine: presents a stolen credential straight to the server.
//!
//! A browser cannot do this: script can neither read an HttpOnly cookie nor write a `Cookie`
//! header. A thief needs no browser.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;

use crate::board::{Board, By, Record};
use crate::column::Column;
use crate::front::Addresses;
use crate::front::relay::{self, Sent};
use crate::hosts::Hosts;
use crate::http::{Body, Framing, Incoming, RequestHead};
use crate::stolen::Stolen;

/// The attacker has an account like anybody else.
const SELF: (&str, &str) = ("bob", "builder");

/// Somebody with copies of the credentials that went over the wire.
#[derive(Clone)]
pub(crate) struct Attacker {
    pub(crate) hosts: Hosts,
    pub(crate) servers: Arc<Addresses>,
    pub(crate) board: Arc<Board>,
}

impl Attacker {
    /// Presents every stolen credential; `false` when there is none.
    pub(crate) async fn replay(&self) -> bool {
        self.send_each("GET /me", Stolen::clone).await
    }

    /// Presents a changed copy of each, where only an admin is let in.
    pub(crate) async fn forge(&self) -> bool {
        self.send_each("GET /admin", Stolen::forged).await
    }

    async fn send_each(&self, line: &'static str, made_of: fn(&Stolen) -> Stolen) -> bool {
        let stolen = Column::ALL
            .into_iter()
            .filter_map(|column| Some((column, self.stolen(column)?)));
        let replays: Vec<_> = stolen
            .map(|(column, stolen)| async move {
                let ticket = self.board.begin(column, By::Attacker);
                let header = made_of(&stolen).header();
                if let Some(record) = self.send(column, line, &header, "").await {
                    ticket.finish(record);
                }
            })
            .collect();
        let any = !replays.is_empty();
        join_all(replays).await;
        any
    }

    /// Tries once, the moment a logout is acknowledged, so that the delay of a revocation is
    /// measured and not the time until somebody presses a button. Not shown on the wire card:
    /// the class shall predict first. Its store commands go with its ticket.
    pub(crate) async fn probe(&self, column: Column) {
        let Some(stolen) = self.stolen(column) else {
            return;
        };
        let _ticket = self.board.begin(column, By::Attacker);
        let Some(record) = self.present(column, &stolen).await else {
            return;
        };
        self.board.update(|state| {
            let is_real = state.ahead.is_zero();
            let memory = state.column_mut(column);
            if is_real {
                memory.tried_a_copy(&record);
            }
            if !matches!(record.status(), Some(401 | 403)) {
                return;
            }
            if let Some(ended) = &mut memory.ended {
                let elapsed = ended.acknowledged.elapsed();
                ended.refused_after.get_or_insert(elapsed);
            }
        });
    }

    fn stolen(&self, column: Column) -> Option<Stolen> {
        self.board
            .read(|state, _| state.column(column).stolen.clone())
    }

    /// Logs in as himself, and keeps the cookie to plant it with somebody else. Not shown: it is
    /// his own login, on his own machine.
    pub(crate) async fn own_cookie(&self, column: Column) -> Option<(&'static str, String)> {
        let name = column.cookie_name();
        let body = json!({ "username": SELF.0, "password": SELF.1 }).to_string();
        let fields = format!(
            "Content-Type: application/json\r\nContent-Length: {}",
            body.len()
        );
        let _ticket = self.board.begin(column, By::Attacker);
        let record = self.send(column, "POST /login", &fields, &body).await?;
        let answer = record.response?;
        let pairs = answer.head.texts("set-cookie").filter_map(|line| {
            let pair = line.split(';').next().unwrap_or_default();
            pair.split_once('=')
        });
        let mut own = pairs.filter(|(found, _)| *found == name);
        own.next().map(|(_, value)| (name, value.to_owned()))
    }

    /// Ends that login again, where it is in the store: nobody holds it any more, and what the
    /// store keeps is counted.
    pub(crate) async fn end_own(&self, column: Column, name: &str, value: &str) {
        if column != Column::Session {
            return;
        }
        let fields = format!("Cookie: {name}={value}\r\nContent-Length: 0");
        let ticket = self.board.begin(column, By::Attacker);
        self.send(column, "POST /logout", &fields, "").await;
        drop(ticket);
        self.board.look_again();
    }

    async fn present(&self, column: Column, stolen: &Stolen) -> Option<Record> {
        self.send(column, "GET /me", &stolen.header(), "").await
    }

    async fn send(&self, column: Column, line: &str, fields: &str, body: &str) -> Option<Record> {
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nUser-Agent: somebody-else\r\nAccept: application/json\r\n\
             {fields}\r\nConnection: close\r\n\r\n",
            self.hosts.authority(column),
        )
        .into_bytes();
        // What came in as a header goes out as one; anything else would not be a credential.
        let request = RequestHead::parse(&head).ok().flatten()?;
        let length = u64::try_from(body.len()).ok()?;
        let sent = Sent {
            request,
            head,
            body: Body::new(Framing::Length(length)),
            until_client_leaves: false,
            // Nothing here is held back.
            cut: None,
        };
        let mut body = Incoming::new(body.as_bytes());
        let _pass = self.servers.pass().await;
        let address = self.servers.of(column);
        let mut nowhere = tokio::io::sink();
        let outcome = relay::run(&mut body, &mut nowhere, sent, address).await;
        Some(outcome.record)
    }
}
