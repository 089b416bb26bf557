//! Who is asking, by each of the three mechanisms, and what they are given.

use harness::Mechanism;
use serde_json::Map;

use crate::fault::Fault;
use crate::http::{Answer, Request};
use crate::seal::seal;
use crate::server::Server;
use crate::token::{Claims, Purpose, claimed, issue};
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
    /// Who is asking, anonymous visitors with a state too.
    pub(crate) fn visitor(&self, request: &Request) -> Result<Visitor, Unknown> {
        if let Some(name) = request.text("x-forwarded-user")
            && self.is(Fault::BelievesForwardedUser)
            && let Some(account) = self.world().named(&name)
        {
            return Ok(self.logged_in(account, &name, Map::new()));
        }
        let presented = self.presented(request).ok_or(Unknown::Nobody(None))?;
        let visitor = match self.mechanism {
            Mechanism::Cookie => self
                .unsealed(&presented)
                .ok_or(Unknown::Nobody(Some("sealed")))?,
            Mechanism::Session => self.puzzled(self.session(&presented)?),
            Mechanism::Jwt => visitor_of(
                &self
                    .verified(&presented, Purpose::Access)
                    .map_err(|why| Unknown::Nobody(Some(why)))?,
            ),
        };
        if self.is(Fault::ExpiredIsRevived) {
            self.used(&presented, &mut visitor.clone());
        }
        let mut visitor = self.still(visitor, &presented)?;
        self.used(&presented, &mut visitor);
        Ok(visitor)
    }

    /// The visitor as of now: not expired, not ended, with today's roles.
    fn still(&self, mut visitor: Visitor, presented: &str) -> Result<Visitor, Unknown> {
        let too_early = visitor.since > now() + self.limits.ahead;
        if too_early && self.is(Fault::RefusesTheFuture) {
            return Err(Unknown::Nobody(Some("early")));
        }
        let over = visitor.expires <= now() && !self.is(Fault::NoServerSideExpiry);
        // A token's own end was looked at when it was verified.
        if over && self.by_cookie() {
            return Err(Unknown::Nobody(Some("over")));
        }
        let Some(id) = visitor.account.filter(|_| self.looks_up()) else {
            return Ok(visitor);
        };
        if self.is(Fault::DenylistErrorMeansAlive) && !self.store_is_up() {
            return Ok(visitor);
        }
        self.ask_store()?;
        let mut world = self.world();
        let old = self.is_old_copy(&mut world, &visitor);
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
        let disabled = account.disabled && !self.is(Fault::DisabledStays);
        if ended || old || disabled || account.epoch != visitor.epoch {
            return Err(Unknown::Nobody(Some("ended")));
        }
        if !self.is(Fault::RoleIsCachedAtLogin) {
            visitor.roles.clone_from(&account.roles);
        }
        Ok(visitor)
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
            since: now() + self.limits.ahead,
            expires: self.ends(now()),
            epoch: account.epoch,
            by_email: name.contains('@'),
            state,
            email: self.is(Fault::CookieTellsTheEmail).then(|| account.email()),
            ..Visitor::default()
        }
    }

    /// Keeps the visitor and says what the client gets. A session stays under
    /// `id`, when there is one.
    pub(crate) fn keep(&self, visitor: &Visitor, id: Option<String>) -> Given {
        match self.mechanism {
            Mechanism::Cookie => Given::Cookie(seal(&self.keys.secret, visitor, self.fault)),
            Mechanism::Session => {
                let id = id.unwrap_or_else(|| self.fresh_id());
                self.world().sessions.insert(id.clone(), visitor.clone());
                Given::Cookie(id)
            }
            Mechanism::Jwt => self.tokens(&mut self.world(), visitor, None),
        }
    }

    fn fresh_id(&self) -> String {
        if !self.is(Fault::CountedIds) {
            return random_id();
        }
        let since = time::OffsetDateTime::now_utc().unix_timestamp_nanos();
        format!("{since:020x}{}", &random_id()[..12])
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
        let lasts = self.ends(visitor.since) - now();
        let access_lasts = if self.is(Fault::AccessLastsADay) {
            24 * 3600
        } else {
            lasts
        };
        let refresh_lasts = match self.limits.absolute {
            Some(_) => lasts,
            None => 30 * 24 * 3600,
        };
        let (access, refresh) = (claims(access_lasts), claims(refresh_lasts));
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
        let cached = self.cached.lock();
        let _ = cached.map(|mut cached| cached.remove(&presented));
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
        ..Visitor::default()
    }
}

/// The family that a token names, true or not.
pub(crate) fn named_family(token: &str) -> Option<String> {
    claimed(token).map(|claims| claims.family)
}
