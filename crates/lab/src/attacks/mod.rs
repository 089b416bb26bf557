//! Attacks: checks of the suite, run with their exchanges shown.
//!
//! Each runs against a server of its own, which is started for it with the column's variants,
//! and with accounts and a store of its own. So nothing is faked, and what a class has on the
//! screen stays as it is. Read in this order: `catalogue` is which there are, `range` where
//! they run, `tried` what came of it.

mod catalogue;
mod range;
mod tried;

pub use catalogue::{ATTACKS, Attack};
pub use tried::Tried;

pub(crate) use range::Ground;

use crate::column::Column;
use crate::error::LabError;
use crate::variants::Variants;

impl Attack {
    /// Runs it against one column as that runs now; `None` where it has nothing to aim at. It takes from
    /// milliseconds to a few seconds: some wait until something has expired.
    ///
    /// # Errors
    /// When the server that it needs does not start.
    pub async fn run(
        &'static self,
        column: Column,
        variants: Variants,
    ) -> Result<Option<Tried>, LabError> {
        self.run_on(column, variants, Ground::default()).await
    }

    /// The same, on this ground.
    pub(crate) async fn run_on(
        &'static self,
        column: Column,
        variants: Variants,
        ground: Ground,
    ) -> Result<Option<Tried>, LabError> {
        let Some(case) = self.case(column) else {
            return Ok(None);
        };
        let finding = range::try_one(case, column, variants, ground).await?;
        Ok(Some(Tried::of(self, column, variants, &finding)))
    }
}
