//! Acts on what happens on the wire: probes after a logout, reads the store after an answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::attacker::Attacker;
use crate::board::{Board, Event};
use crate::clock;
use crate::column::Column;
use crate::stores::Stores;

/// How long keys are left unread when nothing happens.
const REST: Duration = Duration::from_secs(60);
/// A key that is due is gone a moment later.
const GRACE: Duration = Duration::from_millis(50);

/// Runs until the board is gone.
pub(crate) async fn run(
    mut events: UnboundedReceiver<Event>,
    board: Arc<Board>,
    stores: Arc<Stores>,
    attacker: Attacker,
) {
    loop {
        match timeout(until_next_expiry(&board), events.recv()).await {
            Ok(Some(Event::LoggedOut(column))) => attacker.probe(column).await,
            Ok(Some(Event::Answered)) | Err(_) => {}
            Ok(None) => return,
        }
        // Several answers in a row need one look; a logout among them needs its probe at once.
        while let Ok(event) = events.try_recv() {
            if let Event::LoggedOut(column) = event {
                attacker.probe(column).await;
            }
        }
        refresh(&board, &stores).await;
    }
}

async fn refresh(board: &Board, stores: &Stores) {
    for column in Column::ALL {
        let keys = stores.keys(column).await;
        let changed = board.read(|state, _| state.column(column).keys != keys);
        if changed {
            board.update(|state| state.column_mut(column).keys = keys);
        }
    }
}

fn until_next_expiry(board: &Board) -> Duration {
    let next = board.read(|state, _| {
        let columns = Column::ALL
            .into_iter()
            .filter_map(|column| state.column(column).keys.as_ref());
        columns.flatten().filter_map(|key| key.expires_at_ms).min()
    });
    let left = next.map_or(REST, |end| {
        Duration::from_millis(end.saturating_sub(clock::now_ms()))
    });
    (left + GRACE).min(REST)
}
