//! Switches variants: the servers that run otherwise from now on are restarted, the others are
//! not touched.

use crate::column::Column;
use crate::director::{Director, DirectorError, Done};
use crate::variants::{COUNTS_AGAIN, Choice, Logins, Setting, Variants};

impl Director {
    /// One choice of one column. Its word is in the catalogue.
    pub(crate) fn switch_one(&mut self, column: Column, word: &str) -> Result<Done, DirectorError> {
        let now = self.variants();
        let to = now.with(column, word).unwrap_or(now);
        if self.possible(to) != to {
            return Err(DirectorError::NoRedis);
        }
        self.switch_to(to)
    }

    /// All columns as they are to be. Nothing happens to one that is so already.
    pub(crate) fn switch_to(&mut self, to: Variants) -> Result<Done, DirectorError> {
        let (from, to) = (self.variants(), self.possible(to));
        let mut done = Done::default();
        for column in Column::ALL {
            let changes: Vec<_> = from.changes(column, to).collect();
            if changes.is_empty() {
                continue;
            }
            self.fleet.restart_one(column, &self.stores, to)?;
            let dropped = changes
                .iter()
                .any(|(setting, _)| setting.logins == Logins::Dropped);
            self.board.update(|state| {
                state.variants = state.variants.taking(column, to);
                // The column says it itself.
                state.notice = None;
                let memory = state.column_mut(column);
                memory.verdict = None;
                if dropped {
                    memory.logged_in_as = None;
                    memory.dormant = None;
                }
                let counts_again = memory.login_after_switch(from, to);
                memory.switched = said(&changes, counts_again);
            });
            if dropped {
                done.forget.push(column);
            }
        }
        self.board.look_again();
        Ok(done)
    }

    /// What Reset goes back to: how the lab was started, or how a lesson wants it; in the profile
    /// that was chosen for all of it.
    pub(crate) fn clean_variants(&self, usual: bool) -> Variants {
        let profile = self.board.read(|state, _| state.profile);
        let variants = match usual {
            true => Variants::usual(profile),
            false if profile == self.started_in => self.at_start,
            false => self.at_start.in_profile(profile),
        };
        self.possible(variants)
    }

    /// Which variants are on.
    pub(crate) fn variants(&self) -> Variants {
        self.board.read(|state, _| state.variants)
    }

    fn possible(&self, variants: Variants) -> Variants {
        self.stores.possible(variants)
    }
}

/// What has changed, and then what became of the logins.
fn said(changes: &[(&'static Setting, &'static Choice)], counts_again: bool) -> Vec<&'static str> {
    let ends = changes
        .iter()
        .filter_map(|(setting, _)| match setting.logins {
            Logins::End(_) if counts_again => Some(COUNTS_AGAIN),
            Logins::End(why) => Some(why),
            Logins::Stay | Logins::Dropped => None,
        });
    let changed = changes.iter().map(|(_, choice)| choice.said);
    changed.chain(ends).collect()
}
