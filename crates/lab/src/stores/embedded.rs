//! Maps in this process, watched.

use std::sync::Arc;

use store::{Operation, Source};

use crate::board::{Board, StoreCommand};
use crate::column::Column;

const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A map for each server.
pub(crate) fn observed(board: &Arc<Board>) -> [Source; 3] {
    Column::ALL.map(|column| one(column, board))
}

/// A map; its operations go to the board like commands over a tap.
pub(crate) fn one(column: Column, board: &Arc<Board>) -> Source {
    let source = Source::embedded(MAX_BYTES);
    let board = Arc::clone(board);
    source.observe(Arc::new(move |operation: &Operation| {
        let command = StoreCommand {
            command: operation.command.clone(),
            reply: Some(String::new()),
            duration: operation.took,
            leg: None,
        };
        board.store_command(column, command);
    }));
    source
}
