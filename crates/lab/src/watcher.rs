//! Acts on what happens on the wire: probes after a logout, reads the store after an answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::attacker::Attacker;
use crate::board::{Board, Event};
use crate::column::Column;
use crate::stores::Stores;

/// How long keys are left unread when nothing happens.
const REST: Duration = Duration::from_secs(60);
/// A key that is due is gone a moment later.
const GRACE: Duration = Duration::from_millis(50);

/// Runs until the board is gone. Probes wait for nothing, least of all for a slow store: their
/// time is what is measured.
pub(crate) async fn run(
    mut events: UnboundedReceiver<Event>,
    board: Arc<Board>,
    stores: Arc<Stores>,
    attacker: Attacker,
) {
    let answered = Notify::new();
    let mut probes = JoinSet::new();
    let listen = async {
        while let Some(event) = events.recv().await {
            match event {
                Event::Answered => answered.notify_one(),
                Event::LoggedOut(column) => {
                    let attacker = attacker.clone();
                    probes.spawn(async move { attacker.probe(column).await });
                }
            }
            while probes.try_join_next().is_some() {}
        }
    };
    let look = async {
        loop {
            // Several answers in a row need one look.
            let _ = timeout(until_next_expiry(&board, &stores), answered.notified()).await;
            refresh(&board, &stores).await;
        }
    };
    tokio::select! {
        () = listen => {}
        () = look => {}
    }
}

async fn refresh(board: &Board, stores: &Stores) {
    for column in Column::ALL {
        let variants = board.read(|state, _| state.variants);
        let keys = stores.keys(column, variants).await;
        let changed = board.read(|state, _| state.column(column).keys != keys);
        if changed {
            board.update(|state| state.column_mut(column).keys = keys);
        }
    }
}

fn until_next_expiry(board: &Board, stores: &Stores) -> Duration {
    let next = board.read(|state, _| {
        let columns = Column::ALL
            .into_iter()
            .filter_map(|column| state.column(column).keys.as_ref());
        columns.flatten().filter_map(|key| key.expires_at_ms).min()
    });
    let left = next.map_or(REST, |end| {
        Duration::from_millis(end.saturating_sub(stores.now_ms()))
    });
    (left + GRACE).min(REST)
}
