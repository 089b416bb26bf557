//! Who is asking, by each of the three mechanisms, and what they are given.

use harness::Mechanism;
use serde_json::Map;

use crate::fault::Fault;
use crate::guards::cookies;
use crate::http::{Answer, Request};
use crate::seal::{seal, unseal};
use crate::server::Server;
use crate::token::{Claims, Purpose, claimed, issue, verify};
use crate::world::{Account, Family, Visitor, World, now, random_id};

/// Why nobody can be said to be asking.
pub(crate) enum Unknown {
    /// The store could not be asked.
    Unavailable,
    /// No credential that is accepted; a text, when one came and was refused.
    Nobody(Option<&'static str>),
}

/// A login's cookie, or its two tokens.
pub(crate) enum Given {
    Cookie(String),
    Tokens { access: String, refresh: String },
}

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
            return found.into_iter().next();
        }
        let in_query = request
            .query
            .strip_prefix("access_token=")
            .filter(|_| self.is(Fault::TokenInTheQuery));
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

    /// Who is asking, anonymous visitors with a state too.
    pub(crate) fn visitor(&self, request: &Request) -> Result<Visitor, Unknown> {
        let presented = self.presented(request).ok_or(Unknown::Nobody(None))?;
        let visitor = match self.mechanism {
            Mechanism::Cookie => unseal(&self.keys.secret, &presented, self.fault)
                .ok_or(Unknown::Nobody(Some("sealed")))?,
            Mechanism::Session => {
                self.ask_store()?;
                let found = self.world().sessions.get(&presented).cloned();
                found.ok_or(Unknown::Nobody(Some("session")))?
            }
            Mechanism::Jwt => visitor_of(
                &verify(&self.keys, &presented, Purpose::Access, self.fault)
                    .map_err(|why| Unknown::Nobody(Some(why)))?,
            ),
        };
        self.still(visitor, &presented)
    }

    /// The visitor as of now: not expired, not ended, with today's roles.
    fn still(&self, mut visitor: Visitor, presented: &str) -> Result<Visitor, Unknown> {
        let over = visitor.expires <= now() && !self.is(Fault::NoServerSideExpiry);
        // A token's own end was looked at when it was verified.
        if over && self.by_cookie() {
            return Err(Unknown::Nobody(Some("over")));
        }
        let Some(id) = visitor.account.filter(|_| self.looks_up()) else {
            return Ok(visitor);
        };
        self.ask_store()?;
        let mut world = self.world();
        let ended = match self.mechanism {
            Mechanism::Session => false,
            Mechanism::Cookie => world.revoked.contains(&visitor.login),
            Mechanism::Jwt => {
                let forgotten = self.is(Fault::DenialIsForgotten)
                    && world
                        .ended
                        .get(&visitor.login)
                        .is_some_and(|at| at.elapsed().as_millis() > 900);
                let here = self.ended_here.lock();
                let here = here.is_ok_and(|ended| ended.contains(&visitor.login));
                let raw = world.revoked.contains(presented);
                here || raw || !world.families.contains_key(&visitor.login) && !forgotten
            }
        };
        let account = world.account(id).ok_or(Unknown::Nobody(Some("account")))?;
        if ended || account.epoch != visitor.epoch {
            return Err(Unknown::Nobody(Some("ended")));
        }
        if !self.is(Fault::RoleIsCachedAtLogin) {
            visitor.roles.clone_from(&account.roles);
        }
        Ok(visitor)
    }

    fn ask_store(&self) -> Result<(), Unknown> {
        if self.store_is_up() {
            return Ok(());
        }
        match self.fault {
            Some(Fault::StoreErrorMeansNobody) => Err(Unknown::Nobody(Some("store"))),
            Some(Fault::StoreErrorMeansAnyone) => Ok(()),
            Some(Fault::StoreHangs) => {
                std::thread::sleep(std::time::Duration::from_secs(2));
                Err(Unknown::Unavailable)
            }
            _ => Err(Unknown::Unavailable),
        }
    }

    /// A new login of this account.
    pub(crate) fn logged_in(
        &self,
        account: &Account,
        name: &str,
        state: Map<String, serde_json::Value>,
    ) -> Visitor {
        Visitor {
            login: random_id(),
            account: Some(account.id),
            roles: account.roles.clone(),
            since: now(),
            expires: now() + self.lifetime,
            epoch: account.epoch,
            by_email: name.contains('@'),
            state,
        }
    }

    /// Keeps the visitor and says what the client gets. A session stays under
    /// `id`, when there is one.
    pub(crate) fn keep(&self, visitor: &Visitor, id: Option<String>) -> Given {
        match self.mechanism {
            Mechanism::Cookie => Given::Cookie(seal(&self.keys.secret, visitor)),
            Mechanism::Session => {
                let id = id.unwrap_or_else(random_id);
                self.world().sessions.insert(id.clone(), visitor.clone());
                Given::Cookie(id)
            }
            Mechanism::Jwt => self.tokens(&mut self.world(), visitor, None),
        }
    }

    /// A pair of tokens; `parent` is the refresh token that it came from.
    pub(crate) fn tokens(
        &self,
        world: &mut World,
        visitor: &Visitor,
        parent: Option<&str>,
    ) -> Given {
        let claims = |lasts: i64| Claims {
            sub: visitor.account.unwrap_or_default().to_string(),
            family: visitor.login.clone(),
            roles: visitor.roles.clone(),
            auth_time: visitor.since,
            epoch: visitor.epoch,
            exp: now() + lasts,
            ..Claims::of_this_server()
        };
        let access_lasts = if self.is(Fault::AccessLastsADay) {
            24 * 3600
        } else {
            self.lifetime
        };
        let (access, refresh) = (claims(access_lasts), claims(30 * 24 * 3600));
        let family = Family {
            account: visitor.account.unwrap_or_default(),
            epoch: visitor.epoch,
            current: refresh.jti.clone(),
            parent: parent.unwrap_or_default().into(),
        };
        world.families.insert(visitor.login.clone(), family);
        Given::Tokens {
            access: issue(&self.keys, Purpose::Access, &access),
            refresh: issue(&self.keys, Purpose::Refresh, &refresh),
        }
    }

    /// Ends the login that came with a request.
    pub(crate) fn end(&self, request: &Request, visitor: &Visitor) {
        let presented = self.presented(request).unwrap_or_default();
        let mut world = self.world();
        match self.mechanism {
            Mechanism::Session => drop(world.sessions.remove(&presented)),
            Mechanism::Cookie if visitor.account.is_some() => {
                let _ = world.revoked.insert(visitor.login.clone());
            }
            Mechanism::Cookie => {}
            Mechanism::Jwt if self.is(Fault::DenylistByText) => {
                world.revoked.insert(presented);
            }
            Mechanism::Jwt if self.is(Fault::RevocationIsLocal) => {
                let ended = self.ended_here.lock();
                let _ = ended.map(|mut ended| ended.insert(visitor.login.clone()));
            }
            Mechanism::Jwt => {
                world.families.remove(&visitor.login);
                world
                    .ended
                    .insert(visitor.login.clone(), std::time::Instant::now());
            }
        }
    }

    /// The 401 with its challenge.
    pub(crate) fn nobody(&self, why: Option<&'static str>) -> Answer {
        let answer = if self.is(Fault::ParserTextInTheAnswer) && why.is_some() {
            let detail = why.unwrap_or_default();
            Answer::json(
                401,
                &serde_json::json!({"title": "login-required", "detail": detail}),
            )
        } else {
            Answer::problem(401, "login-required")
        };
        if self.is(Fault::StoreErrorMeansNobody) && why == Some("store") {
            return answer
                .with("WWW-Authenticate", "Cookie")
                .with("Set-Cookie", self.deletion());
        }
        match (self.mechanism, why) {
            _ if self.is(Fault::NoChallenge) => answer,
            (Mechanism::Jwt, Some(_)) => {
                answer.with("WWW-Authenticate", "Bearer error=\"invalid_token\"")
            }
            (Mechanism::Jwt, None) => answer.with("WWW-Authenticate", "Bearer"),
            _ => answer.with(
                "WWW-Authenticate",
                format!("Cookie cookie-name=\"{}\"", self.cookie_name()),
            ),
        }
    }
}

pub(crate) fn visitor_of(claims: &Claims) -> Visitor {
    Visitor {
        login: claims.family.clone(),
        account: claims.sub.parse().ok(),
        roles: claims.roles.clone(),
        since: claims.auth_time,
        expires: claims.exp,
        epoch: claims.epoch,
        by_email: false,
        state: Map::new(),
    }
}

/// The family that a token names, true or not.
pub(crate) fn named_family(token: &str) -> Option<String> {
    claimed(token).map(|claims| claims.family)
}
