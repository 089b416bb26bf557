//! Everything as at the start.

use crate::director::{Director, DirectorError};
use crate::line::Line;

impl Director {
    /// Everything as at the start. The new keys make every credential that is out worthless.
    pub(crate) async fn reset(&mut self, usual: bool) -> Result<(), DirectorError> {
        self.stores.set_line(Line::Well);
        self.board.update(|state| state.line = Line::Well);
        // What is asked meanwhile waits, and what was under way is over: it would write into what is as
        // at the start, with the clock of before.
        let still = self.fleet.addresses.stillness().await;
        let _still = still.ok_or(DirectorError::Busy)?;
        self.stores
            .clear()
            .await
            .map_err(|error| self.unclear(&error))?;
        self.accounts.reset().await?;
        let variants = self.clean_variants(usual);
        self.fleet.restart(&self.stores, variants, true)?;
        self.stores.set_clock_back();
        self.board.update(|state| {
            state.forget();
            state.variants = variants;
        });
        self.tell(self.reset_to(usual))
    }

    /// What was reset, and what was not.
    fn reset_to(&self, usual: bool) -> String {
        let profile = self.board.read(|state, _| state.profile);
        if usual {
            "Accounts, keys, store, clock and history are as at the start; every column runs its usual variants.".to_owned()
        } else if profile == self.started_in {
            "Everything is as at the start: accounts, keys, store, clock, history and variants."
                .to_owned()
        } else {
            format!(
                "Accounts, keys, store, clock, history and variants are as at the start; the profile stays {}.",
                profile.name()
            )
        }
    }
}
