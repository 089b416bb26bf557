//! What an answer gives, and what a browser sends back by itself.

use crate::credential::{Carrier, Credential};
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::Stop;
use crate::set_cookie::SetCookie;
use crate::target::Target;

impl Target {
    /// The credential that an answer gives, if it gives one.
    pub(crate) fn credential_in(&self, exchange: &Exchange) -> Result<Option<Credential>, Stop> {
        let found = match self.mechanism {
            Mechanism::Jwt => self.tokens_in(exchange),
            Mechanism::Cookie | Mechanism::Session => self.cookie_in(exchange)?,
        };
        if let Some(credential) = &found {
            self.keep_secret(&credential.value);
            if let Some(refresh) = &credential.refresh {
                self.keep_secret(refresh.as_bytes());
            }
        }
        Ok(found)
    }

    /// The tokens, in the body or in the cookies that the manifest names.
    fn tokens_in(&self, exchange: &Exchange) -> Option<Credential> {
        let body = exchange.response.json();
        let cookies = SetCookie::all(&exchange.response);
        let text = |pointer: &str| body.as_ref()?.pointer(pointer)?.as_str().map(str::to_owned);
        let in_cookie = |name: Option<&str>| {
            let mut of_name = cookies.iter().filter(|set| Some(set.name.as_str()) == name);
            let last = of_name.next_back().filter(|set| !set.deletes())?;
            Some(last.value.clone()).filter(|value| !value.is_empty())
        };
        let refresh = in_cookie(self.refresh_cookie.as_deref());
        let refresh = refresh.map(|value| String::from_utf8_lossy(&value).into_owned());
        let (carrier, value) = match text(&self.fields.access) {
            Some(access) => (Carrier::Bearer, access.into_bytes()),
            None => {
                let name = self.cookie.clone()?;
                let value = in_cookie(Some(&name))?;
                (Carrier::Cookie(name), value)
            }
        };
        Some(Credential {
            carrier,
            value,
            refresh: text(&self.fields.refresh).or(refresh),
        })
    }

    /// The cookies that a browser would put on any request to the target, whatever
    /// page sends it. A bearer token is not among them.
    pub(crate) fn as_browser(&self, credential: &Credential, request: Request) -> Request {
        let mut pairs = Vec::new();
        if credential.cookie_name().is_some() {
            pairs.push(credential.pair());
        }
        if let (Some(name), Some(refresh)) = (&self.refresh_cookie, &credential.refresh) {
            pairs.push(format!("{name}={refresh}").into_bytes());
        }
        if pairs.is_empty() {
            return request;
        }
        request.header("Cookie", pairs.join(&b"; "[..]))
    }

    fn cookie_in(&self, exchange: &Exchange) -> Result<Option<Credential>, Stop> {
        let mut candidates = Vec::new();
        for cookie in SetCookie::all(&exchange.response) {
            candidates.retain(|known: &Credential| known.cookie_name() != Some(&cookie.name));
            if !cookie.deletes() && !cookie.value.is_empty() {
                let carrier = Carrier::Cookie(cookie.name);
                candidates.push(Credential {
                    carrier,
                    value: cookie.value,
                    refresh: None,
                });
            }
        }
        let known = self.cookie.as_ref().or(self.found_cookie.get());
        if let Some(name) = known {
            return Ok(candidates
                .into_iter()
                .find(|c| c.cookie_name() == Some(name)));
        }
        // Nobody said which one it is: it is the one that opens the resource.
        for candidate in candidates {
            if self.visitor(&self.me(&candidate)?).is_some() {
                let name = candidate.cookie_name().unwrap_or_default().to_owned();
                let _ = self.found_cookie.set(name);
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    /// The credential after this answer: the new one, where it gives one.
    pub(crate) fn follow(
        &self,
        held: &Credential,
        exchange: &Exchange,
    ) -> Result<Credential, Stop> {
        Ok(self
            .credential_in(exchange)?
            .unwrap_or_else(|| held.clone()))
    }
}
