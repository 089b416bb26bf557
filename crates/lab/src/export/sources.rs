//! Where the credentials stand that an export must not have.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::board::{Credential, Exchange, State};
use crate::clock;
use crate::column::Column;

/// What servers set and answered, what visitors sent, what the browser and the thief hold, in all
/// columns: one password is good for all of them. Shared with the board and not read yet, for that
/// can take long, and the board is locked while this is made.
///
/// Has credentials in it, so it has no `Debug`.
pub struct Sources {
    /// What is exported may have more credentials than are remembered.
    pub(super) exchanges: Vec<Arc<Exchange>>,
    pub(super) remembered: Vec<Credential>,
    pub(super) held: Vec<Zeroizing<String>>,
}

impl Sources {
    /// All of the board's.
    pub fn of(state: &State) -> Self {
        let columns = || Column::ALL.into_iter().map(|column| state.column(column));
        let now_ms = clock::now_ms();
        let held = columns().flat_map(|memory| {
            let read = &memory.read_by_script;
            let read = read.items.iter().chain(&read.cookies);
            let read = read.map(|(_, value)| value.clone());
            let kept = memory.jar.live(now_ms).map(|kept| kept.value);
            let stolen = memory.stolen.iter();
            kept.chain(read)
                .chain(stolen.map(|stolen| stolen.reveal().to_owned()))
        });
        Self {
            exchanges: columns().flat_map(|one| one.history().cloned()).collect(),
            remembered: columns()
                .flat_map(|one| one.credentials().cloned())
                .collect(),
            held: held.map(Zeroizing::new).collect(),
        }
    }
}
