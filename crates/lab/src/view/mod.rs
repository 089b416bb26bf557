//! The view model: all that the page knows. It renders this and computes nothing.
//!
//! Every instant is in milliseconds since 1970, by the lab's clock. `demo-client/view.d.ts`
//! has the same types for the page.

mod browser;
mod carried;
mod draw;
mod server;
mod settings;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeMap;

use serde::Serialize;

pub use browser::{Browser, Item, ItemKind, Part, SourceOfItem};
pub use carried::{Carried, Credential};
pub use draw::Sketch;
pub use server::Server;
pub use settings::{ChoiceView, SettingView};
pub use wire::{ExchangeView, StoreCommandView, Wire};

use crate::column::Column;
use crate::line::Line;
use crate::profile::Profile;
use crate::stores::StoreLabel;
use crate::verdict::Verdict;

/// Everything, at one moment.
#[derive(Clone, Serialize)]
pub struct View {
    /// Grows with each change.
    pub revision: u64,
    /// The lab's clock, so that a countdown needs no clock of the browser's.
    pub now_ms: u64,
    /// How far the servers' clock was moved ahead of it: simulated. What servers and store say of
    /// their time is by that one; what the browser forgets, it forgets by its own.
    pub ahead_ms: u64,
    /// The page's own origin.
    pub origin: String,
    /// How much the servers look up, as it was chosen for all of them.
    pub profile: Profile,
    /// The store.
    pub store: StoreLabel,
    /// What the line to Redis does.
    pub line: Line,
    /// A sentence about what happened last.
    pub notice: Option<String>,
    /// Each account's roles as they are now.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Cookie, session, JWT.
    pub columns: Vec<ColumnView>,
}

/// One server's column.
#[derive(Clone, Serialize)]
pub struct ColumnView {
    /// Which.
    pub id: Column,
    /// Its heading.
    pub title: &'static str,
    /// The server's origin.
    pub host: String,
    /// The address of the page that acts inside the column.
    pub frame: String,
    /// How much this server looks up.
    pub profile: Profile,
    /// What can be switched, and how it is.
    pub settings: Vec<SettingView>,
    /// What the last switch has changed, in sentences.
    pub switched: Vec<&'static str>,
    /// Who is logged in, as far as the answers told.
    pub logged_in_as: Option<String>,
    /// Whose login the browser holds that does not count as the server runs now, and does when it
    /// is switched back.
    pub dormant: Option<String>,
    /// The attacker has a copy of a credential.
    pub stolen: bool,
    /// What is to be said about the last action.
    pub verdict: Option<Verdict>,
    /// What the browser holds.
    pub browser: Browser,
    /// What went over the wire.
    pub wire: Wire,
    /// What the server holds.
    pub server: Server,
}
