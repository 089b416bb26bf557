//! What one exchange teaches about its column.

use std::collections::BTreeMap;
use std::time::Instant;

use super::column_memory::{ColumnMemory, Ended};
use super::{By, Exchange, Record};
use crate::clock;
use crate::column::Column;
use crate::stolen::{self, Carrier, Stolen};
use crate::token;
use crate::told::{self, Told};
use crate::verdict::{self, Action, Case, Cause};

/// A browser keeps no more of them for one site; who sends more is none.
const MOST_COOKIES: usize = 180;

impl ColumnMemory {
    /// Takes an exchange in; `true` when it ended the login.
    pub(super) fn learn(
        &mut self,
        exchange: Exchange,
        roles: &BTreeMap<String, Vec<String>>,
    ) -> bool {
        let record = &exchange.record;
        let now_ms = clock::now_ms();
        let action = Action::of(&record.request, exchange.by);
        let told = told::by(record);
        let held_back = exchange.by == By::Browser && self.held_back(record, now_ms);
        let carried = stolen::presented(self.column, record).is_some();
        let rides = self.rides(now_ms);
        let asker = told.username.clone().or_else(|| self.logged_in_as.clone());
        let mut logged_out = false;
        match exchange.by {
            By::Browser => {
                self.follow_cookies(record, now_ms);
                logged_out = self.follow_login(action, record, &told);
                self.follow_credential(action, record, &told, now_ms);
            }
            By::Neighbour => {
                // What it sent along may be planted; what it was given, it keeps.
                self.follow_answer(record, now_ms);
                let done = Action::of(&record.request, By::Browser);
                // A logout with the credential counts, whoever had it asked for. Who is said to be
                // logged in there may be the attacker, with a cookie that he planted.
                if carried && done == Some(Action::Logout) {
                    logged_out = self.follow_login(done, record, &Told::default());
                }
            }
            By::Attacker if action == Some(Action::Replay) => self.follow_replay(record),
            By::Attacker => {}
        }
        if let Some(action) = action {
            let is_admin = asker
                .and_then(|name| roles.get(&name))
                .is_some_and(|roles| roles.iter().any(|role| role == "admin"));
            // A credential ends by the clock of the server that judges it.
            let server_ms = now_ms.saturating_add(clock::millis(exchange.ahead));
            let case = Case {
                held_back,
                carried,
                rides,
                ..self.case(action, record, server_ms, is_admin)
            };
            self.verdict = Some(verdict::judge(&case));
            // It was about what comes next, and that has come.
            self.switched.clear();
        }
        self.keep(exchange);
        logged_out
    }

    fn case(&self, action: Action, record: &Record, now_ms: u64, is_admin: bool) -> Case {
        let stolen = self.stolen.as_ref().and_then(|stolen| stolen.expires_at_ms);
        Case {
            action,
            status: record.status(),
            now_ms,
            expires_at_ms: if action == Action::Replay {
                stolen
            } else {
                self.expires_at_ms
            },
            logged_out: self.ended.is_some(),
            refused_after: self.ended.and_then(|ended| ended.refused_after),
            is_admin,
            was_admin: self.was_admin,
            held_back: false,
            carried: false,
            rides: false,
            cause: self.cause(),
        }
    }

    /// Why a credential that comes along may not count.
    fn cause(&self) -> Cause {
        let otherwise = self.dormant().map(|_| Cause::Variant);
        self.lost.or(otherwise).unwrap_or(Cause::Refused)
    }

    /// The browser holds a credential that it sends by itself.
    pub(crate) fn rides(&self, now_ms: u64) -> bool {
        self.jar.get(self.column.cookie_name(), now_ms).is_some()
    }

    /// The browser was given the credential's cookie, has never sent it and does not now:
    /// some browsers do not count http://…localhost as secure.
    fn held_back(&self, record: &Record, now_ms: u64) -> bool {
        let name = self.column.cookie_name();
        let given = self
            .jar
            .get(name, now_ms)
            .is_some_and(|kept| !kept.came_back);
        given && record.cookie(name).is_none()
    }

    fn follow_cookies(&mut self, record: &Record, now_ms: u64) {
        // Another server's credential comes along where all share one jar, and who set it tells of
        // it: what was sent a moment before its deletion says nothing.
        let others = Column::ALL.into_iter().filter(|one| *one != self.column);
        let others: Vec<&str> = others.map(Column::cookie_name).collect();
        for (name, value) in record.cookies().take(MOST_COOKIES) {
            if !others.contains(&name) {
                self.jar.saw(name, value, now_ms);
            }
        }
        self.follow_answer(record, now_ms);
    }

    pub(super) fn follow_answer(&mut self, record: &Record, now_ms: u64) {
        let answer = record.response.iter();
        for line in answer.flat_map(|response| response.head.all("set-cookie")) {
            self.jar.set(line, &record.request, now_ms);
        }
    }

    fn follow_login(&mut self, action: Option<Action>, record: &Record, told: &Told) -> bool {
        let ends = action == Some(Action::Logout)
            || (record.request.method == "DELETE" && record.request.path() == "/state");
        if ends && record.succeeded() {
            self.dormant = None;
            self.lost = None;
            let was_logged_in = self.logged_in_as.take().is_some();
            if was_logged_in {
                self.ended = Some(Ended {
                    acknowledged: Instant::now(),
                    refused_after: None,
                });
            }
            return was_logged_in;
        }
        if action == Some(Action::Login) && record.succeeded() {
            self.ended = None;
            self.was_admin = told.is_admin;
        }
        if record.succeeded() && told.username.is_some() {
            self.logged_in_as = told.username.clone();
            self.dormant = None;
            self.lost = None;
        }
        if told.expires_at_ms.is_some() {
            self.expires_at_ms = told.expires_at_ms;
        }
        if matches!(action, Some(Action::Visit | Action::Admin)) && record.status() == Some(401) {
            self.logged_in_as = None;
        }
        false
    }

    /// Keeps a copy of every credential that is known to be good: one that an answer hands
    /// out to somebody who is logged in, or one that a request was let in with.
    fn follow_credential(
        &mut self,
        action: Option<Action>,
        record: &Record,
        told: &Told,
        now_ms: u64,
    ) {
        if self.logged_in_as.is_none() {
            return;
        }
        let name = self.column.cookie_name();
        let in_cookie = record
            .sets_cookie(name)
            .then(|| self.jar.get(name, now_ms))
            .flatten()
            .map(|kept| (Carrier::Cookie, kept.value));
        let in_body = told
            .access
            .clone()
            .filter(|_| self.column == Column::Jwt)
            .map(|access| (Carrier::Bearer, access));
        let let_in = matches!(action, Some(Action::Visit | Action::Admin)) && record.succeeded();
        let presented = stolen::carried(self.column, record)
            .filter(|_| let_in)
            .map(|(carrier, secret)| (carrier, secret.to_owned()));
        let Some((carrier, secret)) = in_cookie.or(in_body).or(presented) else {
            return;
        };
        let secret = secret.as_str();
        let known = self.stolen.as_ref().filter(|stolen| stolen.is(secret));
        let expires_at_ms = token::expires_at_ms(secret)
            .or(told.expires_at_ms)
            .or_else(|| known.and_then(|stolen| stolen.expires_at_ms))
            .or(self.expires_at_ms);
        if known.is_none() {
            // A new login's credential: the earlier logout does not concern it.
            self.ended = None;
        }
        self.stolen = Some(Stolen::new(self.column, carrier, secret, expires_at_ms));
    }

    fn follow_replay(&mut self, record: &Record) {
        if let (Some(401 | 403), Some(ended)) = (record.status(), &mut self.ended) {
            let elapsed = ended.acknowledged.elapsed();
            ended.refused_after.get_or_insert(elapsed);
        }
    }
}
