//! What a visitor can change, on the breakable server.

use harness::Mechanism;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::http::{Answer, Request};
use crate::routes::{not_possible, unavailable};
use crate::server::Server;
use crate::visitor::{Given, Unknown};
use crate::world::{Visitor, now, random_id, timestamp};

impl Server {
    /// Keeps a visitor who was there before, under the credential that he has.
    pub(crate) fn re_kept(
        &self,
        answer: Answer,
        visitor: &Visitor,
        request: Option<&Request>,
    ) -> Answer {
        let held = request.and_then(|request| self.presented(request));
        if self.mechanism == Mechanism::Session && visitor.account.is_some() {
            return self.written_over(answer, visitor, &held.unwrap_or_default());
        }
        let known = |id: &String| self.world().sessions.contains_key(id);
        let adopts = self.is(Fault::AdoptsInventedId);
        let held = held.filter(|id| adopts || self.mechanism == Mechanism::Session && known(id));
        let newer = Visitor {
            version: visitor.version + 1,
            ..visitor.clone()
        };
        match self.keep(&newer, held) {
            Given::Cookie(value) => {
                let given = self.give(answer, &value, None, false);
                given.unwrap_or_else(|| Answer::problem(413, "state-too-large"))
            }
            Given::Tokens { .. } => not_possible(),
        }
    }

    /// A login's session is only ever written where it still is: a logout that came in
    /// between has the last word.
    fn written_over(&self, answer: Answer, visitor: &Visitor, id: &str) -> Answer {
        let resurrects = self.is(Fault::InFlightWriteResurrects);
        let mut world = self.world();
        match world.sessions.get_mut(id) {
            Some(kept) => *kept = visitor.clone(),
            None if resurrects => drop(world.sessions.insert(id.to_owned(), visitor.clone())),
            None => {
                drop(world);
                return self.nobody(Some("ended"));
            }
        }
        drop(world);
        let given = self.give(answer, id, None, false);
        given.unwrap_or_else(|| Answer::problem(413, "state-too-large"))
    }

    pub(crate) fn change_state(&self, method: &str, request: &Request, key: &str) -> Answer {
        if !self.by_cookie() {
            return not_possible();
        }
        let value = if method == "PUT" {
            match self.json_body(request) {
                Ok(body) => body.get("value").cloned(),
                Err(refusal) => return refusal,
            }
        } else {
            Some(Value::Null)
        };
        let Some(value) = value else {
            return Answer::problem(400, "malformed-request");
        };
        let mut visitor = match self.visitor(request) {
            Ok(visitor) => visitor,
            Err(Unknown::Unavailable) => return unavailable(),
            Err(Unknown::Nobody(_)) if method == "DELETE" => return Answer::empty(204),
            Err(Unknown::Nobody(_)) => self.stranger(),
        };
        if self.is(Fault::InFlightWriteResurrects) {
            std::thread::sleep(std::time::Duration::from_millis(60));
        }
        if self.mechanism == Mechanism::Session && !self.may_write() {
            return unavailable();
        }
        match method {
            "PUT" => drop(visitor.state.insert(key.into(), value)),
            _ => drop(visitor.state.remove(key)),
        }
        self.re_kept(Answer::empty(204), &visitor, Some(request))
    }

    pub(crate) fn set_expiry(&self, request: &Request) -> Answer {
        if !self.by_cookie() {
            return not_possible();
        }
        let body = match self.json_body(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let after = match body.get("after") {
            Some(Value::Null) => None,
            Some(after) if after.as_i64().is_some_and(|after| after >= 0) => {
                after.as_i64().filter(|after| *after > 0)
            }
            _ => return Answer::problem(400, "malformed-request"),
        };
        self.seen(request, |visitor| {
            let expires = now()
                + after
                    .unwrap_or(self.limits.lifetime)
                    .min(self.limits.lifetime);
            let visitor = Visitor {
                expires,
                ..visitor.clone()
            };
            let answer = Answer::json(200, &json!({ "expires_at": timestamp(expires) }));
            self.re_kept(answer, &visitor, Some(request))
        })
    }

    pub(crate) fn change_password(&self, request: &Request) -> Answer {
        self.seen(request, |visitor| {
            let body = match self.json_body(request) {
                Ok(body) => body,
                Err(refusal) => return refusal,
            };
            let unasked = self.is(Fault::PasswordChangesUnasked) && body.get("current").is_none();
            let new = match (&body["current"], &body["new"]) {
                (Value::String(_), Value::String(new)) => new.clone(),
                (_, Value::String(new)) if unasked => new.clone(),
                _ => return Answer::problem(400, "malformed-request"),
            };
            if !(8..=128).contains(&new.chars().count()) {
                return Answer::problem(422, "unacceptable");
            }
            if !self.may_write() {
                return unavailable();
            }
            let presented = self.presented(request).unwrap_or_default();
            let mut world = self.world();
            let ended = match self.mechanism {
                Mechanism::Session => !world.sessions.contains_key(&presented),
                Mechanism::Cookie => world.revoked.contains(&visitor.login),
                Mechanism::Jwt => !world.families.contains_key(&visitor.login),
            };
            if ended {
                drop(world);
                return self.nobody(Some("ended"));
            }
            let Some(account) = world.account(visitor.account.unwrap_or_default()) else {
                return Answer::problem(404, "not-found");
            };
            if body["current"] != account.password.as_str() && !unasked {
                return Answer::problem(401, "invalid-credentials")
                    .with("WWW-Authenticate", "Cookie");
            }
            account.password = new;
            if !self.is(Fault::OthersSurviveThePassword) {
                account.epoch += 1;
            }
            let (id, epoch) = (account.id, account.epoch);
            if self.mechanism == Mechanism::Jwt {
                world
                    .families
                    .retain(|login, family| family.account != id || *login == visitor.login);
                if let Some(own) = world.families.get_mut(&visitor.login) {
                    own.epoch = epoch;
                }
                return Answer::empty(204);
            }
            // The old credential ends in the same step: what a logout ends meanwhile must
            // not go on under a new name.
            match self.mechanism {
                Mechanism::Session => drop(world.sessions.remove(&presented)),
                _ => drop(world.revoked.insert(visitor.login.clone())),
            }
            drop(world);
            let fresh = Visitor {
                login: random_id(),
                epoch,
                ..visitor.clone()
            };
            match self.keep(&fresh, None) {
                Given::Cookie(value) => {
                    let given = self.give(Answer::empty(204), &value, None, false);
                    given.unwrap_or_else(|| Answer::problem(413, "state-too-large"))
                }
                Given::Tokens { .. } => not_possible(),
            }
        })
    }
}
