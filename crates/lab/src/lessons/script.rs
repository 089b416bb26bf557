//! What a lesson is.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use contract::settings::lifetime;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cost::Measure;
use crate::clock;
use crate::column::Column;
use crate::profile::Profile;
use crate::verdict::Word;

/// A lesson of a few minutes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its name in addresses and on the command line.
    pub name: String,
    /// Its heading.
    pub title: Text,
    /// What is to be learnt.
    pub goal: Text,
    /// What would change what was seen.
    pub change: Text,
    /// Three steps of help with the predictions, each nearer to the answer.
    #[serde(rename(deserialize = "hint"))]
    pub hints: [Text; 3],
    /// What to do, one after the other.
    #[serde(rename(deserialize = "step"))]
    pub steps: Vec<Step>,
}

impl Lesson {
    /// What can be done of it: steps that need a Redis are its last.
    pub fn possible(&self, has_redis: bool) -> &[Step] {
        let needs = self.steps.iter().position(|step| step.needs_redis);
        let end = needs.filter(|_| !has_redis).unwrap_or(self.steps.len());
        &self.steps[..end]
    }
}

/// The same in each language of the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Simplified Chinese.
    pub zh: String,
}

impl Text {
    /// In this one.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// One thing to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What.
    pub act: Act,
    /// Who logs in.
    pub account: Option<String>,
    /// Which choice of which column is switched on.
    pub switch: Option<Switch>,
    /// Which exercise of `lab watch` is to be solved.
    pub exercise: Option<String>,
    /// How far the clock is moved.
    pub span: Option<Span>,
    /// The question to be answered before: who lets in? With a measure: who has the most?
    pub ask: Option<Text>,
    /// What comes of it.
    pub expect: Option<Expected>,
    /// What is measured after it.
    pub measure: Option<Measure>,
    /// Who has the most of that.
    pub most: Option<Most>,
    /// There has to be a Redis for it, and in each step after it.
    #[serde(default)]
    pub needs_redis: bool,
    /// Why, in at most 40 words.
    pub explain: Option<Text>,
}

/// A length of time: `5m` in the file, as on the command lines; seconds for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        lifetime(&text).map(Self).map_err(D::Error::custom)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0.as_secs())
    }
}

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&clock::in_words(self.0))
    }
}

/// The verdict on cookie, session and token.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// In the profile `hardened`.
    pub hardened: [Word; 3],
    /// In the profile `stateless`.
    pub stateless: [Word; 3],
}

impl Expected {
    /// In this profile.
    pub fn of(&self, profile: Profile) -> [Word; 3] {
        match profile {
            Profile::Hardened => self.hardened,
            Profile::Stateless => self.stateless,
        }
    }
}

/// A switch of a column's head.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Whose.
    pub column: Column,
    /// The choice, in the word that the command line has for it.
    pub choice: String,
}

/// Who has the most of what is measured; all that are equal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Most {
    /// In the profile `hardened`.
    pub hardened: Vec<Column>,
    /// In the profile `stateless`.
    pub stateless: Vec<Column>,
}

impl Most {
    /// In this profile.
    pub fn of(&self, profile: Profile) -> &[Column] {
        match profile {
            Profile::Hardened => &self.hardened,
            Profile::Stateless => &self.stateless,
        }
    }
}

/// What can be done: what a visitor and a thief do, and what happens around the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// `POST /login`.
    Login,
    /// `GET /me`.
    Visit,
    /// `GET /admin`.
    Admin,
    /// `POST /logout`.
    Logout,
    /// The thief sends his copies.
    Replay,
    /// The thief sends copies that he has changed.
    Forge,
    /// The visitor follows a link on a page of another site.
    Link,
    /// A page of another site posts a form.
    Foreign,
    /// A page of a host next door posts a form.
    Sibling,
    /// `root` loses the role admin.
    Demote,
    /// `root` gets it back.
    Promote,
    /// The store is emptied.
    Flush,
    /// The servers are restarted with their keys.
    Restart,
    /// The servers are restarted with new keys.
    Rekey,
    /// Redis is cut off.
    Cut,
    /// Redis answers again.
    Mend,
    /// A column runs otherwise from now on.
    Switch,
    /// The learner solves an exercise, in a terminal.
    Watch,
    /// The servers' clock is moved ahead.
    Ahead,
}

impl Act {
    /// Something goes to the servers, so that there are verdicts.
    pub fn is_request(self) -> bool {
        matches!(
            self,
            Self::Login
                | Self::Visit
                | Self::Admin
                | Self::Logout
                | Self::Replay
                | Self::Forge
                | Self::Link
                | Self::Foreign
                | Self::Sibling
        )
    }

    /// The attacker needs host names of his own for it, which a room of a class has not.
    pub(crate) fn needs_names(self) -> bool {
        matches!(self, Self::Link | Self::Foreign | Self::Sibling)
    }

    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Visit => "visit",
            Self::Admin => "admin",
            Self::Logout => "logout",
            Self::Replay => "replay",
            Self::Forge => "forge",
            Self::Link => "link",
            Self::Foreign => "foreign",
            Self::Sibling => "sibling",
            Self::Demote => "demote",
            Self::Promote => "promote",
            Self::Flush => "flush",
            Self::Restart => "restart",
            Self::Rekey => "rekey",
            Self::Cut => "cut",
            Self::Mend => "mend",
            Self::Switch => "switch",
            Self::Watch => "watch",
            Self::Ahead => "ahead",
        }
    }
}
