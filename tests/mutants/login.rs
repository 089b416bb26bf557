//! In and out, on the breakable server.

use harness::{Mechanism, Profile};
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::guards::{percent_decoded, says_json};
use crate::http::{Answer, Request};
use crate::routes::{not_possible, unavailable};
use crate::server::Server;
use crate::token::Purpose;
use crate::visitor::{Given, Unknown, named_family};
use crate::world::{Visitor, timestamp};

impl Server {
    pub(crate) fn login(&self, request: &Request) -> Answer {
        let body = match self.login_body(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        if (self.looks_up() || !self.by_cookie()) && !self.may_write() {
            return unavailable();
        }
        let Some(name) = body["username"].as_str() else {
            return Answer::problem(400, "malformed-request");
        };
        if let Some(wait) = self.too_many(request, name) {
            return wait;
        }
        let candidates: Vec<String> = match &body["password"] {
            Value::String(password) => vec![password.clone()],
            Value::Array(list) if self.is(Fault::ListOfPasswords) => list
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect(),
            Value::Null if self.is(Fault::NullPassword) && body.get("password").is_some() => self
                .world()
                .named(name)
                .map(|account| account.password.clone())
                .into_iter()
                .collect(),
            _ => return Answer::problem(400, "malformed-request"),
        };
        let candidates = if self.is(Fault::AnyPasswordInTheBody) {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            text.split('"').map(str::to_owned).collect()
        } else {
            candidates
        };
        let before = match self.visitor(request) {
            Ok(before) => Some(before),
            Err(Unknown::Unavailable) => return unavailable(),
            Err(Unknown::Nobody(_)) => None,
        };
        let state = match &before {
            Some(before) if before.account.is_none() || self.is(Fault::NextUserGetsTheState) => {
                before.state.clone()
            }
            _ => Map::new(),
        };
        let name = if self.is(Fault::NameInAQuery) && name.contains("' OR '1'='1") {
            "alice"
        } else {
            name
        };
        let spliced = name == "alice" && body["username"] != name && self.is(Fault::NameInAQuery);
        let factory =
            self.is(Fault::FactoryPassword) && name == "admin" && body["password"] == name;
        let visitor = {
            let mut world = self.world();
            let Some(account) = world.named(if factory { "root" } else { name }) else {
                let name = if self.is(Fault::OtherMessageForUnknownUser) {
                    "unknown-user"
                } else {
                    "invalid-credentials"
                };
                return self.wrong(name);
            };
            let right = candidates
                .iter()
                .any(|candidate| self.matches(&account.password, candidate));
            if !right && !spliced && !factory {
                drop(world);
                if self.is(Fault::NoDummyHash) {
                    // What an account costs that is there.
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                return self.wrong("invalid-credentials");
            }
            if account.disabled {
                return self.wrong("invalid-credentials");
            }
            let mut visitor = self.logged_in(account, name, state);
            if let Some(roles) = body["roles"]
                .as_array()
                .filter(|_| self.is(Fault::RolesFromTheBody))
            {
                let roles = roles
                    .iter()
                    .filter_map(|role| role.as_str().map(str::to_owned));
                visitor.roles = roles.collect();
            }
            self.make_way(&mut world, &visitor);
            visitor
        };
        self.forgiven(name);
        let goes_on = self.is(Fault::FirstLoginGoesOn) || self.is(Fault::SecondLoginKeepsTheFirst);
        if let Some(before) = before.filter(|_| !goes_on) {
            self.end(request, &before);
        }
        let remember = body["remember"] == true;
        let presented = self.presented(request).filter(|value| !value.is_empty());
        let id = match self.fault {
            Some(Fault::KeepsIdAtLogin) if self.mechanism == Mechanism::Session => {
                presented.filter(|id| id.len() == 32)
            }
            Some(Fault::AdoptsInventedId) => presented,
            _ => None,
        };
        self.hand_over(&visitor, id, remember)
    }

    fn login_body(&self, request: &Request) -> Result<Value, Answer> {
        let form = request
            .text("content-type")
            .is_some_and(|kind| kind.contains("form-urlencoded"));
        if form && self.is(Fault::LoginByForm) {
            let text = String::from_utf8_lossy(&request.body).into_owned();
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            return Ok(pairs
                .map(|(name, value)| (name.to_owned(), Value::from(percent_decoded(value))))
                .collect());
        }
        self.json_body(request)
    }

    pub(crate) fn json_body(&self, request: &Request) -> Result<Value, Answer> {
        if !says_json(request, self.fault) {
            return Err(Answer::problem(415, "unsupported-media-type"));
        }
        let body = match self.fault {
            Some(Fault::ReadsTheFirstValue) => request.first_json(),
            _ => request.json(),
        };
        body.filter(Value::is_object).ok_or_else(|| {
            let told = Answer::problem(400, "malformed-request");
            if self.is(Fault::StackInTheBody) {
                let detail = "thread 'worker' panicked at /opt/app/src/login.rs:17:5";
                return Answer::json(400, &json!({ "detail": detail }));
            }
            told
        })
    }

    fn matches(&self, password: &str, candidate: &str) -> bool {
        match self.fault {
            Some(Fault::PasswordCutAt72) => {
                let cut = |text: &str| text.bytes().take(72).collect::<Vec<u8>>();
                cut(password) == cut(candidate)
            }
            Some(Fault::PasswordTrimmed) => password.trim() == candidate.trim(),
            _ => password == candidate,
        }
    }

    fn wrong(&self, name: &str) -> Answer {
        Answer::problem(401, name).with(
            "WWW-Authenticate",
            if self.by_cookie() { "Cookie" } else { "Bearer" },
        )
    }

    /// The answer to a login that worked.
    fn hand_over(&self, visitor: &Visitor, id: Option<String>, remember: bool) -> Answer {
        let kept = self.keep(visitor, id);
        let answer = Answer::json(
            200,
            &json!({
                "user": self.user(visitor),
                "expires_at": timestamp(visitor.expires),
            }),
        );
        match kept {
            Given::Cookie(value) => {
                let until = remember.then_some(visitor.expires);
                let given = self.give(answer, &value, until, true);
                given.unwrap_or_else(|| Answer::problem(413, "state-too-large"))
            }
            Given::Tokens { access, refresh } => self.pair(visitor, &access, &refresh),
        }
    }

    pub(crate) fn given(&self, visitor: &Visitor) -> Answer {
        self.hand_over(visitor, None, false)
    }

    pub(crate) fn pair(&self, visitor: &Visitor, access: &str, refresh: &str) -> Answer {
        let until = timestamp(visitor.expires);
        Answer::json(
            200,
            &json!({
                "user": self.user(visitor),
                "expires_at": until,
                "access": access,
                "refresh": refresh,
                "token_type": "Bearer",
                "refresh_expires_at": until,
            }),
        )
    }

    pub(crate) fn logout(&self, request: &Request) -> Answer {
        let sent = self.presented(request).is_some();
        if self.is(Fault::LogoutWithoutCookieCrashes) && !sent {
            return Answer::empty(500);
        }
        if self.is(Fault::LogoutByUnverifiedToken) {
            let family = self
                .presented(request)
                .and_then(|token| named_family(&token));
            family.and_then(|family| self.world().families.remove(&family));
        }
        let writes = self.looks_up() || !self.by_cookie();
        if sent && writes && !self.may_write() {
            return match self.is(Fault::LogoutSaysDone) {
                true => self.forgotten(sent),
                false => unavailable(),
            };
        }
        match self.visitor(request) {
            Ok(visitor) if self.is(Fault::LogoutKeepsTheFamily) => {
                // Only the access token is denied; the refresh token goes on.
                let presented = self.presented(request).unwrap_or_default();
                self.world().revoked.insert(presented);
                drop(visitor);
            }
            Ok(visitor) if !self.is(Fault::LogoutOnlyDeletesCookie) => self.end(request, &visitor),
            Err(Unknown::Unavailable) => return unavailable(),
            Ok(_) | Err(Unknown::Nobody(_)) => {}
        }
        let token = request
            .json()
            .and_then(|body| body["refresh"].as_str().map(str::to_owned));
        if let Some(Ok(claims)) = token.map(|token| self.verified(&token, Purpose::Refresh)) {
            self.world().families.remove(&claims.family);
        }
        self.forgotten(sent)
    }

    /// 204, and the cookie deleted where one came.
    fn forgotten(&self, sent: bool) -> Answer {
        let answer = Answer::empty(204);
        let answer = if self.is(Fault::UnquotedClearSiteData) {
            answer.with("Clear-Site-Data", "cookies")
        } else {
            answer
        };
        if sent && self.by_cookie() {
            answer.with("Set-Cookie", self.deletion())
        } else {
            answer
        }
    }

    pub(crate) fn logout_everywhere(&self, request: &Request) -> Answer {
        if self.mechanism == Mechanism::Cookie && self.profile == Profile::Stateless {
            return not_possible();
        }
        if !self.may_write() {
            return unavailable();
        }
        self.seen(request, |asking| {
            let account = asking.account.unwrap_or_default();
            let by_email = self.is(Fault::EverywhereMissesLoginsByEmail);
            let mut missed = usize::from(self.is(Fault::EverywhereMissesOne));
            let mut stays = |login: &str, email: bool| {
                let stays = missed > 0 && login != asking.login || by_email && email;
                missed -= usize::from(stays && missed > 0);
                stays
            };
            let mut world = self.world();
            world.sessions.retain(|_, held| {
                held.account != Some(account) || stays(&held.login, held.by_email)
            });
            world
                .families
                .retain(|login, family| family.account != account || stays(login, false));
            let missing = by_email || self.is(Fault::EverywhereMissesOne);
            if let Some(account) = world.account(account).filter(|_| !missing) {
                account.epoch += 1;
            }
            drop(world);
            self.forgotten(true)
        })
    }
}
