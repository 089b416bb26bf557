//! Draws the board.

use super::{Browser, ColumnView, Server, SettingView, View, Wire};
use crate::board::State;
use crate::clock;
use crate::column::Column;
use crate::hosts::Hosts;
use crate::stores::StoreLabel;

/// The whole view of this state.
pub fn draw(state: &State, revision: u64, hosts: Hosts, store: &StoreLabel) -> View {
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
            .map(|column| draw_column(state, column, hosts, store, now_ms))
            .into(),
    }
}

fn draw_column(
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
        wire: Wire::of(memory, column),
        server: Server::of(memory),
    }
}
