//! Exchanges as files to take away.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{Data, Query};
use actix_web::{Error, HttpResponse};
use serde::Deserialize;

use super::Shared;
use crate::board::{Exchange, State};
use crate::column::Column;
use crate::export::{Export, Format, Secrets, Sources};
use crate::hosts::Hosts;

/// What is wanted.
#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    column: Column,
    format: Format,
    /// One exchange; left out: all that are remembered of the column.
    exchange: Option<u64>,
    /// Those of a step: this one and later.
    #[serde(default)]
    from: u64,
    /// Up to this one.
    to: Option<u64>,
    /// Only who asks for them gets credentials.
    #[serde(default)]
    credentials: Credentials,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Credentials {
    #[default]
    Masked,
    Shown,
}

/// What it takes to write the file. The board is locked while this is taken, and not while the
/// file is written.
struct Taken {
    exchanges: Vec<Arc<Exchange>>,
    sources: Option<Sources>,
}

impl Taken {
    /// `None`: one that was asked for was forgotten meanwhile.
    fn of(state: &State, wish: Wish) -> Option<Self> {
        let history = state.column(wish.column).history();
        let chosen = history
            .filter(|one| wish.exchange.is_none_or(|id| one.id == id))
            .filter(|one| one.id >= wish.from && wish.to.is_none_or(|to| one.id <= to));
        let exchanges: Vec<_> = chosen.cloned().collect();
        let is_there = wish.exchange.is_none() || !exchanges.is_empty();
        is_there.then(|| Self {
            exchanges,
            sources: (wish.credentials == Credentials::Masked).then(|| Sources::of(state)),
        })
    }

    fn text(self, wish: Wish, hosts: Hosts) -> String {
        let export = Export {
            column: wish.column,
            origin: hosts.column(wish.column),
            masked: self.sources.as_ref().map(Secrets::of),
        };
        let exchanges: Vec<&Exchange> = self.exchanges.iter().map(AsRef::as_ref).collect();
        export.text(wish.format, &exchanges)
    }
}

/// `GET /__lab/export?column=jwt&format=har`.
pub(super) async fn file(wish: Query<Wish>, shared: Data<Shared>) -> Result<HttpResponse, Error> {
    let wish = wish.into_inner();
    let turn = shared.turns.next().await?;
    let Some(taken) = shared.board.read(|state, _| Taken::of(state, wish)) else {
        let sentence = "This exchange is not remembered any more.\n";
        return Ok(HttpResponse::NotFound().body(sentence));
    };
    let hosts = shared.hosts;
    let text = turn.write(move || taken.text(wish, hosts)).await?;
    let Wish { column, format, .. } = wish;
    let number = wish.exchange.map(|id| format!("-{id}")).unwrap_or_default();
    let name = format!("statelab-{}{number}.{}", column.id(), format.extension());
    Ok(HttpResponse::Ok()
        .content_type(format.media_type())
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(text))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::board::{Board, By, Record};
    use crate::http::{RequestHead, ResponseHead};
    use crate::profile::Profile;

    #[test]
    fn the_board_is_free_while_a_file_is_written() {
        let (board, _events) = Board::new(Profile::Hardened);
        let request = b"GET /me HTTP/1.1\r\nCookie: __Host-login=sealed-cookie\r\n\r\n".to_vec();
        let answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        board.begin(Column::Cookie, By::Browser).finish(Record {
            request: RequestHead::parse(&request).unwrap().unwrap(),
            bytes_up: request.len() as u64,
            request_head: request,
            request_body: Vec::new(),
            response: ResponseHead::parse(&answer).unwrap(),
            bytes_down: answer.len() as u64,
            response_head: answer,
            response_body: b"it was sealed-cookie".to_vec(),
            duration: Duration::ZERO,
        });
        let wish = Wish {
            column: Column::Cookie,
            format: Format::Har,
            exchange: None,
            from: 0,
            to: None,
            credentials: Credentials::Masked,
        };
        let taken = board.read(|state, _| Taken::of(state, wish)).unwrap();
        // All of it is shared, so that taking it costs nothing, and needs the board no more.
        let is_shared = |state: &State| {
            let mut history = state.column(Column::Cookie).history();
            history.all(|one| Arc::strong_count(one) > 1)
        };
        assert!(board.read(|state, _| is_shared(state)));
        board.update(State::forget);
        let text = taken.text(wish, Hosts::new(8000));
        assert!(text.contains("/me"), "{text}");
        assert!(!text.contains("sealed-cookie"), "{text}");
        let gone = Wish {
            exchange: Some(1),
            ..wish
        };
        assert!(board.read(|state, _| Taken::of(state, gone)).is_none());
    }
}
