//! A victim whose browser sends his cookie wherever a page tells it to.

use serde_json::{Value, json};

use crate::credential::Credential;
use crate::http::Request;
use crate::outcome::Stop;
use crate::restore::Password;
use crate::set_cookie::SetCookie;
use crate::target::Target;

const KEY: &str = "kept";
const NEW_PASSWORD: &str = "chosen-by-the-attacker";

/// A logged-in visitor with a value in his state.
pub(super) struct Victim<'t> {
    target: &'t Target,
    pub(super) held: Credential,
    /// Does the target keep a state for him?
    pub(super) has_state: bool,
    /// What his state holds.
    value: Option<Value>,
    password: Password<'t>,
}

/// The request as a foreign page's browser sends it, but for what says where
/// that page is.
pub(super) fn cross_site(request: Request) -> Request {
    let mut request = silent(request);
    request.is_of_the_own_page = false;
    request
}

/// The request without what says where its page is.
pub(super) fn silent(request: Request) -> Request {
    request.without("origin").without("sec-fetch-site")
}

impl<'t> Victim<'t> {
    pub(super) fn of(target: &'t Target) -> Result<Self, Stop> {
        let held = target.login(&target.user)?.credential;
        target.control_before(&held, &target.user)?;
        let refresh_by_cookie = target.refresh_cookie.is_some() && held.refresh.is_some();
        if held.cookie_name().is_none() && !refresh_by_cookie {
            let why = "no browser sends a token by itself that is not in a cookie";
            return Err(Stop::NotApplicable(why.into()));
        }
        let mut victim = Self {
            target,
            held,
            has_state: target.routes.write_state.is_some(),
            value: None,
            password: Password::of(target),
        };
        victim.acts_himself()?;
        Ok(victim)
    }

    /// The control: what he does on the target's own page works.
    pub(super) fn acts_himself(&mut self) -> Result<(), Stop> {
        let target = self.target;
        if self.has_state {
            let exchange = target.write_state(Some(&self.held), KEY, &json!("by the victim"))?;
            // 501: tokens keep no state.
            if exchange.response.status == 501 {
                self.has_state = false;
                return target.control_before(&self.held, &target.user);
            }
            if !exchange.response.is_success() {
                return Err(Stop::broken_by(
                    "a request of the own page",
                    exchange.line(),
                    &exchange,
                ));
            }
            self.held = target.follow(&self.held, &exchange)?;
            self.value = Some(json!("by the victim"));
        }
        target.control_before(&self.held, &target.user)
    }

    /// The request that a page would most simply forge, with the cookie on it:
    /// a write, or where there is no state a logout.
    pub(super) fn write(&self) -> Result<Request, Stop> {
        let target = self.target;
        let request = match &target.routes.write_state {
            Some(route) if self.has_state => target
                .request_at(route, KEY)
                .json(&json!({"value": "by the attacker"})),
            _ => target.request(&target.routes.logout),
        };
        Ok(self.sent(request))
    }

    /// As his browser sends it, whatever page it is on: with his cookies.
    pub(super) fn sent(&self, request: Request) -> Request {
        self.target.as_browser(&self.held, request)
    }

    /// Every unsafe route, with the cookie on it.
    pub(super) fn unsafe_requests(&self) -> Result<Vec<(Request, String)>, Stop> {
        let target = self.target;
        let routes = &target.routes;
        let mut requests = vec![(target.request(&routes.logout), "a logout")];
        // What the cookie alone does not open cannot be forged.
        if self.held.cookie_name().is_some() {
            requests.extend(self.with_the_access_cookie()?);
        }
        if let (Some(route), Some(_)) = (&routes.refresh, &target.refresh_cookie) {
            requests.push((target.request(route).json(&json!({})), "a refresh"));
        }
        // Login CSRF: the victim goes on under the attacker's name.
        let attacker = target.second.as_ref().unwrap_or(&target.user);
        requests.push((
            target.login_request(&attacker.username, &attacker.password),
            "a login",
        ));
        let attach = |(request, what): (Request, &str)| (self.sent(request), what.to_owned());
        let mut requests: Vec<_> = requests.into_iter().map(attach).collect();
        if self.has_state {
            requests.push((self.write()?, "a write".to_owned()));
        }
        Ok(requests)
    }

    fn with_the_access_cookie(&self) -> Result<Vec<(Request, &'static str)>, Stop> {
        let target = self.target;
        let routes = &target.routes;
        let mut requests = Vec::new();
        if let Some(route) = &routes.logout_everywhere {
            requests.push((target.request(route), "a logout everywhere"));
        }
        if let Some(route) = routes.flush.as_ref().filter(|_| self.has_state) {
            requests.push((target.request(route), "a flush"));
        }
        if let Some(route) = routes.delete_state.as_ref().filter(|_| self.has_state) {
            requests.push((target.request_at(route, KEY), "a deletion"));
        }
        if let Some(route) = &routes.expiry {
            let request = target.request(route).json(&json!({"after": 1}));
            requests.push((request, "a change of the lifetime"));
        }
        if routes.password.is_some() {
            let request = target.password_request(&target.user.password, NEW_PASSWORD)?;
            requests.push((request, "a password change"));
        }
        Ok(requests)
    }

    /// Refused: a 4xx that is about where it came from, no cookie in the answer,
    /// and nothing of the victim's has changed.
    pub(super) fn unmoved(&self, attack: &Request, what: &str) -> Result<(), Stop> {
        let target = self.target;
        let exchange = target.send_patiently(attack)?;
        if exchange.response.is_success()
            && attack
                .body
                .as_ref()
                .is_some_and(|body| contains(body, NEW_PASSWORD))
        {
            self.password.is_now(NEW_PASSWORD);
        }
        // 501: the mechanism has no such thing, so there is nothing to forge.
        if exchange.response.status == 501 {
            return Ok(());
        }
        target.rejected(&exchange, what)?;
        // With a live cookie these would mean that something else was refused.
        if matches!(exchange.response.status, 401 | 404 | 405) {
            let expected = format!("{what} is refused because of where it came from (403)");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
        let own = [self.held.cookie_name(), target.refresh_cookie.as_deref()];
        if SetCookie::all(&exchange.response)
            .iter()
            .any(|set| own.contains(&Some(&set.name)))
        {
            let expected = format!("the answer to {what} leaves the victim's cookie alone");
            return Err(Stop::failed(expected, "it sets or deletes it", &exchange));
        }
        self.unchanged(what)
    }

    /// Nothing of the victim's has changed.
    pub(super) fn unchanged(&self, what: &str) -> Result<(), Stop> {
        self.target
            .control_after(&self.held, &self.target.user, what)?;
        let Some(value) = &self.value else {
            return Ok(());
        };
        let now = self.target.state_value(&self.held, KEY)?;
        if now.as_ref() == Some(value) {
            return Ok(());
        }
        Err(Stop::failed_overall(
            format!("the victim's value is as it was after {what}"),
            format!("{now:?}"),
        ))
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}
