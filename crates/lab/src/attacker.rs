//! The attacker's machine: presents a stolen credential straight to the server.
//!
//! A browser cannot do this: script can neither read an HttpOnly cookie nor write a `Cookie`
//! header. A thief needs no browser.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::board::{Board, By, Record};
use crate::column::Column;
use crate::front::Addresses;
use crate::front::relay::{self, Sent};
use crate::hosts::Hosts;
use crate::http::{Body, Framing, Incoming, RequestHead};
use crate::stolen::Stolen;

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
        let stolen = Column::ALL
            .into_iter()
            .filter_map(|column| Some((column, self.stolen(column)?)));
        let replays: Vec<_> = stolen
            .map(|(column, stolen)| async move {
                let ticket = self.board.begin(column, By::Attacker);
                if let Some(record) = self.present(column, &stolen).await {
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
        if !matches!(record.status(), Some(401 | 403)) {
            return;
        }
        self.board.update(|state| {
            if let Some(ended) = &mut state.column_mut(column).ended {
                let elapsed = ended.acknowledged.elapsed();
                ended.refused_after.get_or_insert(elapsed);
            }
        });
    }

    fn stolen(&self, column: Column) -> Option<Stolen> {
        self.board
            .read(|state, _| state.column(column).stolen.clone())
    }

    async fn present(&self, column: Column, stolen: &Stolen) -> Option<Record> {
        let head = format!(
            "GET /me HTTP/1.1\r\nHost: {}\r\nUser-Agent: somebody-else\r\nAccept: application/json\r\n\
             {}\r\nConnection: close\r\n\r\n",
            self.hosts.authority(column),
            stolen.header(),
        )
        .into_bytes();
        // What came in as a header goes out as one; anything else would not be a credential.
        let request = RequestHead::parse(&head).ok().flatten()?;
        let body = Body::new(Framing::Length(0));
        let sent = Sent {
            request,
            head,
            body,
            until_client_leaves: false,
        };
        let mut nothing = Incoming::new(tokio::io::empty());
        let address = self.servers.of(column);
        Some(
            relay::run(&mut nothing, &mut tokio::io::sink(), sent, address)
                .await
                .record,
        )
    }
}
