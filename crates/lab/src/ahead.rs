//! Moves the servers' clock ahead, so that a lesson need not wait for a credential to expire.

use std::time::Duration;

use crate::clock;
use crate::director::{Director, DirectorError};
use crate::stores::Keys;

impl Director {
    /// Clock and store together, while no request is under way: none meets a server whose clock
    /// says one thing and whose store another.
    pub(crate) async fn move_ahead(&self, span: Duration) -> Result<(), DirectorError> {
        let still = self.fleet.addresses.stillness().await;
        let still = still.ok_or(DirectorError::Busy)?;
        let moved = self.stores.move_ahead(span).await;
        let keys = moved.inspect_err(|error| log::debug!("the clock was not moved: {error:?}"))?;
        let ahead = self.stores.ahead();
        self.board.update(|state| state.ahead = ahead);
        drop(still);
        let words = clock::in_words(ahead);
        let (notice, result) = match keys {
            Keys::Moved => (
                format!(
                    "Simulated: the servers' clock is {words} ahead, and what the store keeps ends sooner. Whose time is up?"
                ),
                Ok(()),
            ),
            Keys::Unknown => {
                let half = DirectorError::Keys(words);
                (half.to_string(), Err(half))
            }
        };
        self.tell(notice)?;
        self.board.look_again();
        result
    }
}
