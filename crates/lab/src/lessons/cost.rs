//! What a step cost in each column: counted from the bytes of both legs, never estimated.

use serde::{Deserialize, Serialize};

use super::traffic::is_setting_up;
use crate::board::{By, ColumnMemory};
use crate::column::Column;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Bytes of the credential in the last request.
    Credential,
    /// Commands that the last request had the server send to the store.
    Asks,
    /// Bytes of all keys of the column in Redis, by its own `MEMORY USAGE`.
    Kept,
}

impl Measure {
    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Asks => "asks",
            Self::Kept => "kept",
        }
    }

    /// Of the last request of a visitor's browser; `None` where that does not say it.
    pub(crate) fn of(self, memory: &ColumnMemory) -> Option<u64> {
        let mut all = memory.history().rev();
        let last = all.find(|exchange| exchange.by == By::Browser)?;
        let commands = last.commands.iter();
        let asks = commands.filter(|one| !is_setting_up(&one.command));
        let count = match self {
            Self::Credential => last.record.credential_bytes(),
            Self::Asks => asks.count(),
            Self::Kept => return None,
        };
        u64::try_from(count).ok()
    }
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Cookie, session, token; `None` where it is not known.
    pub figures: [Option<u64>; 3],
    /// Who has the most; all that are equal, and nobody where there is nothing.
    pub most: Vec<Column>,
    /// Half of the visits here took no longer, in microseconds. Shown, never judged: it is a
    /// matter of the machine.
    pub visit_us: [Option<u64>; 3],
}

impl Cost {
    /// All three could be measured: not every Redis lets its memory be asked for.
    pub fn is_known(&self) -> bool {
        self.figures.iter().all(Option::is_some)
    }

    pub(crate) fn of(figures: [Option<u64>; 3], visit_us: [Option<u64>; 3]) -> Self {
        let top = figures.into_iter().flatten().max().filter(|most| *most > 0);
        let has_it = |column: &Column| top.is_some() && figures[column.index()] == top;
        Self {
            figures,
            most: Column::ALL.into_iter().filter(has_it).collect(),
            visit_us,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_are_equal_have_the_most_and_nobody_of_nothing() {
        let most = |figures: [u64; 3]| Cost::of(figures.map(Some), [None; 3]).most;
        assert_eq!(most([291, 129, 547]), [Column::Jwt]);
        assert_eq!(most([1, 1, 1]), Column::ALL);
        assert_eq!(most([0, 1, 0]), [Column::Session]);
        assert_eq!(most([0, 0, 0]), []);
        assert_eq!(Cost::of([None; 3], [None; 3]).most, []);
    }
}
