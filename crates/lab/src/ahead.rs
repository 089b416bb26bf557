//! Moves the servers' clock ahead, so that a lesson need not wait for a credential to expire.

use std::time::Duration;

use crate::clock;
use crate::director::{Director, DirectorError};

impl Director {
    /// Clock and store together, while no request is under way: none meets a server whose clock
    /// says one thing and whose store another.
    pub(crate) async fn move_ahead(&self, span: Duration) -> Result<(), DirectorError> {
        let still = self.fleet.addresses.stillness().await;
        let still = still.ok_or(DirectorError::Busy)?;
        let moved = self.stores.move_ahead(span).await;
        moved.inspect_err(|error| log::debug!("the clock was not moved: {error:?}"))?;
        let ahead = self.stores.ahead();
        self.board.update(|state| state.ahead = ahead);
        drop(still);
        self.tell(format!(
            "Simulated: the servers' clock is {} ahead, and what the store keeps ends sooner. Whose time is up?",
            clock::in_words(ahead)
        ))?;
        self.board.look_again();
        Ok(())
    }
}
