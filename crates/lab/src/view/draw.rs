//! Draws the board.

use std::sync::Arc;

use super::{Browser, ColumnView, Server, SettingView, View, Wire};
use crate::board::{Exchange, State};
use crate::clock;
use crate::column::Column;
use crate::hosts::Hosts;
use crate::stores::StoreLabel;

/// A view that lacks what went over the wire. The board is locked while it is sketched, and not
/// while the exchanges are drawn: that takes as long as what visitors sent is long.
pub struct Sketch {
    view: View,
    exchanges: [Vec<Arc<Exchange>>; 3],
}

impl Sketch {
    /// Of this state.
    pub fn of(state: &State, revision: u64, hosts: Hosts, store: &StoreLabel) -> Self {
        let history = |column| state.column(column).history().cloned().collect();
        Self {
            view: sketch(state, revision, hosts, store),
            exchanges: Column::ALL.map(history),
        }
    }

    /// The whole view.
    pub fn draw(mut self) -> View {
        for (column, exchanges) in self.view.columns.iter_mut().zip(&self.exchanges) {
            column.wire = Wire::of(exchanges, column.id);
        }
        self.view
    }
}

fn sketch(state: &State, revision: u64, hosts: Hosts, store: &StoreLabel) -> View {
    let now_ms = clock::now_ms();
    View {
        revision,
        now_ms,
        ahead_ms: clock::millis(state.ahead),
        origin: hosts.page(),
        profile: state.profile,
        store: store.clone(),
        line: state.line,
        notice: state.notice.clone(),
        roles: state.roles.clone(),
        columns: Column::ALL
            .map(|column| sketch_column(state, column, hosts, store, now_ms))
            .into(),
    }
}

fn sketch_column(
    state: &State,
    column: Column,
    hosts: Hosts,
    store: &StoreLabel,
    now_ms: u64,
) -> ColumnView {
    let memory = state.column(column);
    let host = hosts.column(column);
    ColumnView {
        id: column,
        title: column.title(),
        frame: format!("{host}/__lab/column"),
        host,
        profile: state.variants.profile(column),
        settings: SettingView::of(state, column, store.is_redis()),
        switched: memory.switched.clone(),
        logged_in_as: memory.logged_in_as.clone(),
        dormant: memory.dormant().map(str::to_owned),
        stolen: memory.stolen.is_some(),
        verdict: memory.verdict.clone(),
        browser: Browser::of(memory, column, now_ms),
        wire: Wire::default(),
        server: Server::of(memory),
    }
}
