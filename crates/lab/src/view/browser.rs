//! The browser card: what the browser holds for a column's host.

use serde::Serialize;

use crate::board::ColumnMemory;
use crate::column::Column;
use crate::jar::Kept;
use crate::login_cookie;
use crate::token::{self, Piece};

/// What the browser holds.
#[derive(Clone, Serialize)]
pub struct Browser {
    /// Cookies first, then `localStorage`; last what is of another server.
    pub items: Vec<Item>,
}

/// One thing.
#[derive(Clone, Serialize)]
pub struct Item {
    /// Where it lies.
    pub kind: ItemKind,
    /// Its name.
    pub name: String,
    /// Its whole value: this is the visitor's own machine.
    pub value: String,
    /// Bytes of name and value.
    pub bytes: usize,
    /// The attributes of a cookie.
    pub attributes: Vec<String>,
    /// When it ends by itself.
    pub expires_at_ms: Option<u64>,
    /// Script on the page can read it, a stranger's script too.
    pub script_readable: bool,
    /// It is the credential of another column's server: in a room one host has all three.
    pub foreign: bool,
    /// How the lab knows.
    pub source: SourceOfItem,
    /// What can be read in it.
    pub parts: Vec<Part>,
}

/// Where the browser keeps a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// In the jar.
    Cookie,
    /// In `localStorage`.
    LocalStorage,
}

/// How the lab knows of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SourceOfItem {
    /// Worked out from the answers.
    #[serde(rename = "inferred")]
    Inferred,
    /// Told by the column's own script.
    #[serde(rename = "read by script")]
    ReadByScript,
}

/// A part of a value.
#[derive(Clone, Serialize)]
pub struct Part {
    /// `header`, `claims`, `signature` of a token; `contents`, `signature`, `sealed` or
    /// `identifier` of a cookie.
    pub name: &'static str,
    /// What can be read.
    pub text: String,
    /// A sentence about it.
    pub note: String,
}

impl Browser {
    pub(super) fn of(memory: &ColumnMemory, column: Column, now_ms: u64) -> Self {
        let script = &memory.read_by_script;
        let inferred = memory
            .jar
            .live(now_ms)
            .map(|kept| cookie(&kept, column, &script.cookies));
        let unseen = script
            .cookies
            .iter()
            .filter(|(name, _)| memory.jar.get(name, now_ms).is_none());
        let told = unseen.map(|pair| read_by_script(ItemKind::Cookie, pair));
        let stored = script
            .items
            .iter()
            .map(|pair| read_by_script(ItemKind::LocalStorage, pair));
        let mut items: Vec<Item> = inferred.chain(told).chain(stored).collect();
        for item in &mut items {
            item.foreign = item.kind == ItemKind::Cookie && is_of_another(&item.name, column);
        }
        items.sort_by_key(|item| item.foreign);
        Self { items }
    }
}

/// Cookies do not know ports: where one host has all three servers, each gets those of the others.
fn is_of_another(name: &str, column: Column) -> bool {
    let of = match name {
        "__Host-refresh" => Some(Column::Jwt),
        _ => Column::ALL
            .into_iter()
            .find(|one| one.cookie_name() == name),
    };
    of.is_some_and(|of| of != column)
}

fn cookie(kept: &Kept, column: Column, read: &[(String, String)]) -> Item {
    // A cookie that was set before the lab looked has no attributes known; script has not
    // read it, or it would say so.
    let known = !kept.attributes.is_empty();
    Item {
        kind: ItemKind::Cookie,
        name: kept.name.clone(),
        value: kept.value.clone(),
        bytes: kept.name.len() + kept.value.len(),
        attributes: kept.attributes.clone(),
        expires_at_ms: kept.expires_at_ms,
        script_readable: read.iter().any(|(name, _)| *name == kept.name)
            || (known && !kept.is_http_only()),
        foreign: false,
        source: SourceOfItem::Inferred,
        parts: parts(&kept.name, &kept.value, column),
    }
}

fn read_by_script(kind: ItemKind, (name, value): &(String, String)) -> Item {
    Item {
        kind,
        name: name.clone(),
        value: value.clone(),
        bytes: name.len() + value.len(),
        attributes: Vec::new(),
        expires_at_ms: token::expires_at_ms(value),
        script_readable: true,
        foreign: false,
        source: SourceOfItem::ReadByScript,
        parts: token_parts(value),
    }
}

/// What can be read in a cookie of this name.
pub(super) fn parts(name: &str, value: &str, column: Column) -> Vec<Part> {
    match column {
        Column::Cookie if name == column.cookie_name() => shown(login_cookie::pieces(value)),
        Column::Session if name == column.cookie_name() => vec![Part {
            name: "identifier",
            text: value.to_owned(),
            note: format!(
                "{} bytes: a random id, encrypted. It says nothing by itself; what belongs to it is in the server's store.",
                value.len()
            ),
        }],
        _ => token_parts(value),
    }
}

/// What can be read in a token; nothing when it is none.
pub(super) fn token_parts(value: &str) -> Vec<Part> {
    shown(token::pieces(value))
}

fn shown(pieces: Vec<Piece>) -> Vec<Part> {
    let part = |piece: Piece| Part {
        name: piece.name,
        text: piece.text,
        note: piece.note,
    };
    pieces.into_iter().map(part).collect()
}
