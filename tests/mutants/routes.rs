//! The contract's table, on the breakable server.

use std::sync::PoisonError;

use harness::Mechanism;
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::guards::cross_origin;
use crate::http::{Answer, Request};
use crate::seal::sign_value;
use crate::server::Server;
use crate::visitor::Unknown;
use crate::world::{Visitor, now, timestamp};

impl Server {
    /// The answer to a request.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        match self.fault {
            Some(Fault::RefusesEverything) => return self.nobody(None),
            Some(Fault::RefusesAfterLogin) if request.path != "/login" => return self.nobody(None),
            Some(Fault::NowAndThen500) if self.world().draw().is_multiple_of(20) => {
                return Answer::empty(500);
            }
            Some(Fault::AcceptsEverything) => return self.anything_goes(request),
            _ => {}
        }
        if self.is(Fault::BombCrashes) && request.all("cookie").any(|line| line.len() > 1500) {
            return Answer::empty(500);
        }
        if request.too_large {
            return Answer::problem(413, "payload-too-large");
        }
        let anonymous = self.presented(request).is_none();
        let guarded = (request.path != "/login" || !self.is(Fault::LoginIsNotGuarded))
            && !(self.is(Fault::LoginCsrf) && anonymous);
        if self.by_cookie() && guarded && cross_origin(request, self.port, self.fault) {
            return Answer::problem(403, "cross-origin-refused");
        }
        if let Some(place) = request
            .query
            .strip_prefix("next=")
            .filter(|_| self.is(Fault::OpenRedirect))
        {
            return Answer::empty(302).with("Location", place);
        }
        let overridden = request
            .text("x-http-method-override")
            .filter(|_| self.is(Fault::MethodOverride));
        let method = overridden.as_deref().unwrap_or(&request.method);
        self.route(method, request)
    }

    fn route(&self, method: &str, request: &Request) -> Answer {
        let key = request.path.strip_prefix("/state/").filter(|key| {
            !key.is_empty()
                && key
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
        });
        match (method, request.path.as_str()) {
            ("GET" | "HEAD", "/healthz" | "/readyz") => Answer::empty(200),
            ("GET" | "HEAD", "/me") => self.seen(request, |visitor| self.me(request, visitor)),
            ("GET", path)
                if self.is(Fault::AnythingBelowIsTheResource) && path.starts_with("/me/") =>
            {
                self.seen(request, |visitor| self.me(request, visitor))
            }
            ("GET", "/me/") if self.is(Fault::SlashSkipsTheGuard) => {
                self.me(request, &self.anyone())
            }
            ("GET" | "HEAD", "/admin") => self.seen(request, |visitor| self.admin(visitor)),
            ("GET" | "HEAD", "/logins") => self.logins(request),
            ("GET" | "HEAD", "/.well-known/jwks.json") if !self.by_cookie() => self.published(),
            ("POST", "/login") => self.login(request),
            ("POST", "/logout") => self.logout(request),
            ("GET", "/logout") if self.is(Fault::GetLogsOut) => self.logout(request),
            ("POST", "/logout/everywhere") => self.logout_everywhere(request),
            ("POST", "/refresh") => self.refresh(request),
            ("POST", "/password") => self.change_password(request),
            ("GET" | "HEAD", "/state") => self.read_state(request),
            ("DELETE", "/state") if self.is(Fault::FlushKeepsTheLogin) => {
                Answer::empty(204).with("Set-Cookie", self.deletion())
            }
            ("DELETE", "/state") => self.logout(request),
            ("PUT", "/expiry") => self.set_expiry(request),
            ("DELETE", path) if path.starts_with("/logins/") => {
                self.end_login(request, path.trim_start_matches("/logins/"))
            }
            ("PUT", "/cookies/theme") if self.mechanism == Mechanism::Cookie => {
                self.set_cookie(request)
            }
            ("OPTIONS", _) if self.is(Fault::PreflightsAllow) => Answer::empty(204),
            ("PUT" | "DELETE", _) if key.is_some() => {
                self.change_state(method, request, key.unwrap_or_default())
            }
            ("TRACE", _) if self.is(Fault::TraceEchoes) => {
                let echo = self.presented(request).unwrap_or_default();
                Answer {
                    status: 200,
                    headers: vec![("Content-Type", "message/http".into())],
                    body: echo,
                }
            }
            (_, "/me" | "/admin" | "/login" | "/logout" | "/state") => {
                Answer::problem(405, "method-not-allowed")
            }
            _ => Answer::problem(404, "not-found"),
        }
    }

    /// Somebody who is logged in, or the refusal.
    pub(crate) fn seen(&self, request: &Request, then: impl FnOnce(&Visitor) -> Answer) -> Answer {
        match self.visitor(request) {
            Ok(visitor) if visitor.account.is_some() => then(&self.taken_for(visitor)),
            Ok(_) => self.nobody(None),
            Err(Unknown::Nobody(why)) => self.nobody(why),
            Err(Unknown::Unavailable) => unavailable(),
        }
    }

    /// Who is served; where there is room for one only, whoever came last.
    fn taken_for(&self, visitor: Visitor) -> Visitor {
        if !self.is(Fault::OneVisitorAtATime) {
            return visitor;
        }
        let current = || self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current().replace(visitor.clone());
        std::thread::sleep(std::time::Duration::from_millis(2));
        current().clone().unwrap_or(visitor)
    }

    pub(crate) fn user(&self, visitor: &Visitor) -> Value {
        let mut world = self.world();
        let account = visitor.account.and_then(|id| world.account(id));
        account.map_or(json!(null), |account| {
            json!({
                "id": account.id,
                "username": account.username,
                "email": account.email(),
                "roles": visitor.roles,
            })
        })
    }

    fn me(&self, request: &Request, visitor: &Visitor) -> Answer {
        let mut body = json!({
            "user": self.user(visitor),
            "authenticated_at": timestamp(visitor.since),
            "expires_at": timestamp(visitor.expires),
            "mechanism": self.mechanism.name(),
        });
        if self.is(Fault::CredentialInTheBody) {
            body["session"] = self.presented(request).into();
        }
        let answer = Answer::json(200, &body);
        if self.is(Fault::SharedCacheMayKeep) {
            return answer.with("Cache-Control", "public, max-age=60");
        }
        // With an idle time each visit gives the cookie anew.
        if self.mechanism == Mechanism::Cookie && self.limits.absolute.is_some() {
            return self.re_kept(answer, visitor, Some(request));
        }
        answer
    }

    /// A value of the visitor's own, under a name of its own.
    fn set_cookie(&self, request: &Request) -> Answer {
        let body = match self.json_body(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let Some(value) = body["value"].as_str() else {
            return Answer::problem(400, "malformed-request");
        };
        let value = sign_value(&self.keys.secret, "theme", value, self.fault);
        Answer::empty(204).with("Set-Cookie", format!("theme={value}; Path=/"))
    }

    fn admin(&self, visitor: &Visitor) -> Answer {
        if visitor.roles.iter().any(|role| role == "admin") {
            return Answer::json(200, &json!({ "user": self.user(visitor) }));
        }
        Answer::problem(403, "role-required")
    }

    fn published(&self) -> Answer {
        let answer = Answer::json(200, &self.keys.published(self.fault));
        if self.is(Fault::KeysWithoutCaching) {
            return answer;
        }
        answer.with("Cache-Control", "public, max-age=300")
    }

    fn read_state(&self, request: &Request) -> Answer {
        if !self.by_cookie() {
            return not_possible();
        }
        let state = match self.visitor(request) {
            Ok(visitor) => visitor.state,
            Err(Unknown::Unavailable) => return unavailable(),
            Err(Unknown::Nobody(Some("store"))) => return self.nobody(Some("store")),
            Err(Unknown::Nobody(_)) => Map::new(),
        };
        if self.is(Fault::JunkMakesASession) {
            self.keep(&self.stranger(), None);
        }
        let answer = Answer::json(200, &json!({ "state": state }));
        if self.is(Fault::AnonymousGetMakesASession) && self.presented(request).is_none() {
            return self.re_kept(answer, &self.stranger(), None);
        }
        answer
    }

    /// An anonymous visitor, new.
    pub(crate) fn stranger(&self) -> Visitor {
        Visitor {
            expires: now() + self.limits.lifetime,
            ..Visitor::default()
        }
    }

    fn anyone(&self) -> Visitor {
        let world = self.world();
        let account = &world.accounts[0];
        self.logged_in(account, account.username, Map::new())
    }

    /// A server that lets everybody do everything.
    fn anything_goes(&self, request: &Request) -> Answer {
        match request.path.as_str() {
            "/login" | "/refresh" => self.given(&self.anyone()),
            "/state" => Answer::json(200, &json!({ "state": {} })),
            _ => self.me(request, &self.anyone()),
        }
    }
}

pub(crate) fn not_possible() -> Answer {
    Answer::problem(501, "not-possible-here")
}

pub(crate) fn unavailable() -> Answer {
    Answer::problem(503, "store-unavailable").with("Retry-After", "1")
}
