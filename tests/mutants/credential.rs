//! The credential of a request to the breakable server: where it is looked for, and
//! which key has made it.

use harness::Mechanism;

use crate::fault::Fault;
use crate::guards::cookies;
use crate::http::Request;
use crate::seal::unseal;
use crate::server::Server;
use crate::token::{Claims, Purpose, verify};
use crate::world::Visitor;

impl Server {
    pub(crate) fn cookie_name(&self) -> &'static str {
        if self.mechanism == Mechanism::Cookie {
            "__Host-login"
        } else {
            "__Host-session"
        }
    }

    /// The credential as it came.
    pub(crate) fn presented(&self, request: &Request) -> Option<String> {
        if self.by_cookie() {
            let mut found = cookies(request, self.cookie_name(), self.fault);
            if self.is(Fault::TwoCookiesOpenTheDoor) {
                found.extend(cookies(request, "legacy", self.fault));
            }
            found.dedup();
            if found.len() > 1 && !self.is(Fault::FirstCookieCounts) {
                return None;
            }
            return found.into_iter().next();
        }
        let in_query = request
            .query
            .strip_prefix("access_token=")
            .filter(|_| self.is(Fault::TokenInTheQuery));
        let several = request.all("authorization").count() > 1;
        if several && !self.is(Fault::FirstAuthorizationCounts) {
            return None;
        }
        let header = request.text("authorization");
        let bearer = header.as_deref().and_then(|header| self.bearer(header));
        bearer.or(in_query).map(str::to_owned)
    }

    fn bearer<'h>(&self, header: &'h str) -> Option<&'h str> {
        match header.split_once(' ') {
            Some(("Bearer", token)) => Some(token),
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                Some(token).filter(|_| !self.is(Fault::SchemeByCase))
            }
            None if self.is(Fault::TokenWithoutScheme) => Some(header),
            _ => None,
        }
    }

    /// A cookie that this key has sealed, or one from before.
    pub(crate) fn unsealed(&self, presented: &str) -> Option<Visitor> {
        let before = self
            .before
            .iter()
            .filter(|_| !self.is(Fault::RotationDropsEverybody));
        let mut keys = [&self.keys].into_iter().chain(before);
        keys.find_map(|keys| unseal(&keys.secret, presented, self.fault))
    }

    /// A token that this key has signed, or one from before.
    pub(crate) fn verified(&self, token: &str, purpose: Purpose) -> Result<Claims, &'static str> {
        let first = verify(&self.keys, token, purpose, self.fault);
        let before = self
            .before
            .iter()
            .filter(|_| !self.is(Fault::RotationDropsEverybody));
        let mut before = before.map(|keys| verify(keys, token, purpose, self.fault));
        first.or_else(|why| before.find_map(Result::ok).ok_or(why))
    }
}
