//! A login that does not count as its server runs now, and does when the server is switched back.

use super::ColumnMemory;
use crate::clock;
use crate::variants::Variants;

/// Whose it is, how the server ran when it was made, and what the browser held then.
pub struct Dormant {
    username: String,
    made_with: Variants,
    held: Held,
}

/// The cookie and the token that the browser holds, as far as the lab knows.
#[derive(PartialEq, Eq)]
struct Held(Option<String>, Option<String>);

impl ColumnMemory {
    /// What the switch does to the login that the browser holds; `true`: one counts again.
    pub(crate) fn login_after_switch(&mut self, from: Variants, to: Variants) -> bool {
        let stays = from.keep_logins(self.column, to);
        if let Some(username) = self.logged_in_as.take_if(|_| !stays) {
            self.dormant = Some(Dormant {
                username,
                made_with: from,
                held: self.held(),
            });
            return false;
        }
        let column = self.column;
        let Some(dormant) = self.dormant.take() else {
            return false;
        };
        if !dormant.made_with.keep_logins(column, to) {
            self.dormant = Some(dormant);
            return false;
        }
        let counts = dormant.held == self.held();
        if counts {
            self.logged_in_as = Some(dormant.username);
        }
        counts
    }

    /// Whose login does not count now. What the browser does not hold any more never will.
    pub fn dormant(&self) -> Option<&str> {
        let dormant = self.dormant.as_ref()?;
        (dormant.held == self.held()).then_some(dormant.username.as_str())
    }

    fn held(&self) -> Held {
        let cookie = self.jar.get(self.column.cookie_name(), clock::now_ms());
        let items = &self.read_by_script.items;
        let token = items.iter().find(|(name, _)| name == "access");
        Held(
            cookie.map(|kept| kept.value),
            token.map(|(_, value)| value.clone()),
        )
    }
}
