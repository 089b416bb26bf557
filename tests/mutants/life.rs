//! How long a login of the breakable server lives.

use std::sync::PoisonError;

use harness::Mechanism;

use crate::fault::Fault;
use crate::server::Server;
use crate::visitor::Unknown;
use crate::world::{Visitor, World, now};

impl Server {
    /// When a login of then ends, if it is used now.
    pub(crate) fn ends(&self, since: i64) -> i64 {
        let by_disuse = now() + self.limits.lifetime;
        let Some(absolute) = self.limits.absolute else {
            return by_disuse;
        };
        match self.fault {
            Some(Fault::SlidingWithoutAbsolute) => by_disuse,
            Some(Fault::AbsoluteWithoutIdle) => since + absolute,
            _ => by_disuse.min(since + absolute),
        }
    }

    /// Each use begins the idle time anew, on an instance that has one.
    pub(crate) fn used(&self, presented: &str, visitor: &mut Visitor) {
        if self.limits.absolute.is_none() || visitor.account.is_none() {
            return;
        }
        visitor.expires = self.ends(visitor.since);
        if self.mechanism == Mechanism::Session
            && let Some(kept) = self.world().sessions.get_mut(presented)
        {
            kept.expires = visitor.expires;
        }
    }

    /// The session that was presented, from the store or from memory.
    pub(crate) fn session(&self, presented: &str) -> Result<Visitor, Unknown> {
        self.ask_store()?;
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cached
            .get(presented)
            .filter(|_| self.is(Fault::CachesSessions))
        {
            return Ok(known.clone());
        }
        let found = self.world().sessions.get(presented).cloned();
        let found = found.ok_or(Unknown::Nobody(Some("session")))?;
        cached.insert(presented.to_owned(), found.clone());
        Ok(found)
    }

    /// Is this copy of a login's cookie older than one that was used?
    pub(crate) fn is_old_copy(&self, world: &mut World, visitor: &Visitor) -> bool {
        if self.mechanism != Mechanism::Cookie || self.is(Fault::RollsBack) {
            return false;
        }
        let newest = world.versions.entry(visitor.login.clone()).or_default();
        *newest = visitor.version.max(*newest);
        visitor.version < *newest
    }

    /// One login too many ends the oldest.
    pub(crate) fn make_way(&self, world: &mut World, visitor: &Visitor) {
        world.begun.push(visitor.login.clone());
        let Some(cap) = self.limits.cap.filter(|_| !self.is(Fault::NoCap)) else {
            return;
        };
        let account = visitor.account;
        let mut live: Vec<String> = world.begun.clone();
        live.retain(|login| {
            let session = world
                .sessions
                .values()
                .any(|held| held.login == *login && held.account == account);
            let family = world.families.get(login);
            *login != visitor.login
                && (session || family.is_some_and(|family| Some(family.account) == account))
        });
        while live.len() >= cap {
            let over = match self.fault {
                Some(Fault::CapEndsTheNewest) => live.pop(),
                _ => Some(live.remove(0)),
            };
            let over = over.unwrap_or_default();
            world.sessions.retain(|_, held| held.login != over);
            world.families.remove(&over);
        }
    }

    /// What an anonymous visitor's state says, where that is believed.
    pub(crate) fn puzzled(&self, mut visitor: Visitor) -> Visitor {
        if visitor.account.is_none() && self.is(Fault::StateNamesTheUser) {
            visitor.account = visitor
                .state
                .get("user_id")
                .and_then(serde_json::Value::as_i64);
        }
        visitor
    }
}
