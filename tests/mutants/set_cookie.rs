//! The `Set-Cookie` lines of the breakable server.

use crate::fault::Fault;
use crate::http::Answer;
use crate::server::Server;
use crate::world::now;

const LIMIT: usize = 4096;

impl Server {
    /// The attributes that protect the cookie.
    fn attributes(&self) -> String {
        let mut attributes = "; Path=/".to_owned();
        if !self.is(Fault::NoSecure) {
            attributes.push_str("; Secure");
        }
        if !self.is(Fault::NoHttpOnly) {
            attributes.push_str("; HttpOnly");
        }
        if self.is(Fault::DomainSet) {
            attributes.push_str("; Domain=localhost");
        }
        let same_site = if self.is(Fault::SameSiteNone) {
            "None"
        } else {
            "Lax"
        };
        format!("{attributes}; SameSite={same_site}")
    }

    /// Gives the cookie; `None` when it is too large.
    pub(crate) fn give(
        &self,
        answer: Answer,
        value: &str,
        until: Option<i64>,
        at_login: bool,
    ) -> Option<Answer> {
        let name = self.cookie_name();
        let unlimited =
            self.is(Fault::EmitsLargeCookies) || at_login && self.is(Fault::LargeCookieAtLogin);
        if name.len() + value.len() > LIMIT && !unlimited {
            return None;
        }
        let mut line = format!("{name}={value}{}", self.attributes());
        if let Some(until) = until {
            line.push_str(&format!("; Max-Age={}", (until - now()).max(1)));
        }
        if self.is(Fault::CookieOutlivesTheLogin) {
            line.push_str("; Expires=Fri, 01 Jan 2100 00:00:00 GMT");
        }
        if self.is(Fault::DateOfTheWrongForm) {
            line.push_str("; Expires=Friday, 01-Jan-2100 00:00:00 GMT");
        }
        let mut answer = answer.with("Set-Cookie", line.clone());
        if self.is(Fault::NameSetTwice) {
            answer = answer.with("Set-Cookie", line);
        }
        if self.is(Fault::ReadableCopy) {
            answer = answer.with("Set-Cookie", format!("for-script={value}; Path=/"));
        }
        if self.is(Fault::TwoCookiesOpenTheDoor) {
            answer = answer.with("Set-Cookie", format!("legacy={value}{}", self.attributes()));
        }
        Some(answer)
    }

    /// The line that tells a browser to forget.
    pub(crate) fn deletion(&self) -> String {
        let attributes = if self.is(Fault::DeletionBreaksThePrefix) {
            "; Path=/; HttpOnly".to_owned()
        } else {
            self.attributes()
        };
        format!("{}={attributes}; Max-Age=0", self.cookie_name())
    }
}
