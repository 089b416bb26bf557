//! Variants: how each server runs, as far as the page can switch it.
//!
//! A comparison of three mechanisms is fair only when each is seen at its best and at its worst.
//! [`SETTINGS`] is which settings each column has; [`Variants`] is which choice of each is on.

mod catalogue;

pub(crate) use catalogue::{COUNTS_AGAIN, Logins};
pub use catalogue::{Choice, SETTINGS, Setting};

use crate::column::Column;
use crate::profile::Profile;

/// No column has more settings.
const MOST: usize = 4;

/// One choice of each setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Variants {
    /// By column, and then by setting: the place of the choice.
    chosen: [[u8; MOST]; 3],
}

impl Variants {
    /// All servers in this profile, and the first choice of everything else.
    pub fn usual(profile: Profile) -> Self {
        Self::default().in_profile(profile)
    }

    /// The same with all servers in this profile.
    #[must_use]
    pub fn in_profile(self, profile: Profile) -> Self {
        let with = |variants: Self, column| variants.with(column, profile.name());
        Column::ALL.into_iter().fold(self, |variants, column| {
            with(variants, column).unwrap_or(variants)
        })
    }

    /// The same with the choice of this name; `None` when the column has none of it.
    pub fn with(mut self, column: Column, word: &str) -> Option<Self> {
        let (at, choice) = settings(column).enumerate().find_map(|(at, setting)| {
            let is_named = |choice: &Choice| choice.word == word;
            Some((at, setting.choices.iter().position(is_named)?))
        })?;
        self.chosen[column.index()][at] = u8::try_from(choice).ok()?;
        Some(self)
    }

    /// The same with all of these.
    pub fn with_all<'a>(
        self,
        column: Column,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Option<Self> {
        words
            .into_iter()
            .try_fold(self, |variants, word| variants.with(column, word))
    }

    /// The same with this column as it is in `other`.
    #[must_use]
    pub(crate) fn taking(mut self, column: Column, other: Self) -> Self {
        self.chosen[column.index()] = other.chosen[column.index()];
        self
    }

    /// Each setting of a column with the choice that is on.
    pub fn of(self, column: Column) -> impl Iterator<Item = (&'static Setting, &'static Choice)> {
        settings(column)
            .zip(self.chosen[column.index()])
            .map(|(setting, choice)| (setting, &setting.choices[usize::from(choice)]))
    }

    /// Whether this choice is on.
    pub fn has(self, column: Column, word: &str) -> bool {
        self.of(column).any(|(_, choice)| choice.word == word)
    }

    /// How much the server of this column looks up.
    pub fn profile(self, column: Column) -> Profile {
        match self.has(column, Profile::Stateless.name()) {
            true => Profile::Stateless,
            false => Profile::Hardened,
        }
    }

    /// What the server is started with.
    pub(crate) fn arguments(self, column: Column) -> Vec<&'static str> {
        self.of(column)
            .flat_map(|(_, choice)| choice.arguments.iter().copied())
            .collect()
    }

    /// Whether a login that was made with these settings counts with those as well.
    pub(crate) fn keep_logins(self, column: Column, to: Self) -> bool {
        self.changes(column, to)
            .all(|(setting, _)| setting.logins == Logins::Stay)
    }

    /// What is another in `to`.
    pub(crate) fn changes(
        self,
        column: Column,
        to: Self,
    ) -> impl Iterator<Item = (&'static Setting, &'static Choice)> {
        self.of(column)
            .zip(to.of(column))
            .filter(|((_, from), (_, to))| from.word != to.word)
            .map(|(_, to)| to)
    }
}

/// The settings of a column.
pub fn settings(column: Column) -> impl Iterator<Item = &'static Setting> {
    SETTINGS
        .iter()
        .filter(move |setting| setting.column == column)
}

/// Every word of a column, for a command line.
pub fn words(column: Column) -> Vec<&'static str> {
    settings(column)
        .flat_map(|setting| setting.choices.iter().map(|choice| choice.word))
        .collect()
}

/// Are these two choices of one setting?
pub(crate) fn exclude(column: Column, one: &str, other: &str) -> bool {
    let has = |setting: &Setting, word| setting.choices.iter().any(|choice| choice.word == word);
    one != other && settings(column).any(|setting| has(setting, one) && has(setting, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_has_more_settings_than_there_is_room_for() {
        for column in Column::ALL {
            assert!(settings(column).count() <= MOST);
        }
    }

    #[test]
    fn a_word_turns_one_setting_of_one_column() {
        let usual = Variants::usual(Profile::Hardened);
        assert!(usual.has(Column::Jwt, "storage"));
        let other = usual.with(Column::Jwt, "cookie").unwrap();
        let changed: Vec<&str> = usual
            .changes(Column::Jwt, other)
            .map(|(_, choice)| choice.word)
            .collect();
        assert_eq!(changed, ["cookie"]);
        assert_eq!(usual.changes(Column::Cookie, other).count(), 0);
        assert!(other.arguments(Column::Jwt).contains(&"cookies"));
        assert_eq!(usual.with(Column::Cookie, "eddsa"), None);
        assert!(exclude(Column::Jwt, "hs256", "eddsa"));
        assert!(!exclude(Column::Jwt, "cookie", "eddsa"));
        let both = usual.with_all(Column::Jwt, ["cookie", "eddsa"]);
        assert!(both.is_some_and(|both| both.has(Column::Jwt, "eddsa")));
    }

    #[test]
    fn a_profile_is_a_setting_of_each_column() {
        let stateless = Variants::usual(Profile::Stateless);
        assert_eq!(stateless.profile(Column::Session), Profile::Stateless);
        let mixed = stateless.with(Column::Cookie, "hardened").unwrap();
        assert_eq!(mixed.profile(Column::Cookie), Profile::Hardened);
        assert_eq!(mixed.profile(Column::Jwt), Profile::Stateless);
        assert_eq!(mixed.in_profile(Profile::Stateless), stateless);
    }
}
