//! The switches in the head of a column: which variants there are, and which are on.

use serde::Serialize;

use crate::board::State;
use crate::column::Column;
use crate::variants::Variants;

/// One switch.
#[derive(Clone, Serialize)]
pub struct SettingView {
    /// Its name, for the page's catalogues.
    pub name: &'static str,
    /// The choice that a lab has by itself.
    pub usual: &'static str,
    /// What it can be.
    pub choices: Vec<ChoiceView>,
}

/// One of its positions.
#[derive(Clone, Serialize)]
pub struct ChoiceView {
    /// Its name, in addresses and on the command line too.
    pub word: &'static str,
    /// The server runs so.
    pub on: bool,
    /// What it needs is here.
    pub possible: bool,
}

impl SettingView {
    pub(super) fn of(state: &State, column: Column, has_redis: bool) -> Vec<Self> {
        let possible = |word: &str| word != "redis" || has_redis;
        let usual = Variants::usual(state.profile).of(column);
        usual
            .zip(state.variants.of(column))
            .map(|((setting, usual), (_, on))| Self {
                name: setting.name,
                usual: match possible(usual.word) {
                    true => usual.word,
                    false => on.word,
                },
                choices: setting
                    .choices
                    .iter()
                    .map(|choice| ChoiceView {
                        word: choice.word,
                        on: choice.word == on.word,
                        possible: possible(choice.word),
                    })
                    .collect(),
            })
            .collect()
    }
}
