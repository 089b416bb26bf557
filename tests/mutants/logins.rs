//! The list of logins of the breakable server.

use harness::Mechanism;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::http::{Answer, Request};
use crate::routes::{not_possible, unavailable};
use crate::server::Server;

impl Server {
    /// Each live login with its account.
    fn live(&self) -> Vec<(String, i64)> {
        let world = self.world();
        let sessions = world.sessions.values();
        let sessions = sessions.filter_map(|held| Some((held.login.clone(), held.account?)));
        let families = world.families.iter();
        sessions
            .chain(families.map(|(login, family)| (login.clone(), family.account)))
            .collect()
    }

    pub(crate) fn logins(&self, request: &Request) -> Answer {
        if self.mechanism == Mechanism::Cookie {
            return not_possible();
        }
        self.seen(request, |visitor| {
            let everybody = self.is(Fault::ListNamesEverybody);
            let live = self.live().into_iter();
            let own = live.filter(|(_, account)| everybody || Some(*account) == visitor.account);
            let entries: Vec<Value> = own
                .map(|(login, _)| json!({"id": login, "current": login == visitor.login}))
                .collect();
            Answer::json(200, &json!({ "logins": entries }))
        })
    }

    pub(crate) fn end_login(&self, request: &Request, id: &str) -> Answer {
        if self.mechanism == Mechanism::Cookie {
            return not_possible();
        }
        self.seen(request, |visitor| {
            if !self.may_write() {
                return unavailable();
            }
            let foreign = self.is(Fault::ForeignLoginsCanBeEnded);
            let live = self.live();
            let found = live.iter().any(|(login, account)| {
                login == id && (foreign || Some(*account) == visitor.account)
            });
            if !found {
                return Answer::problem(404, "not-found");
            }
            let mut world = self.world();
            world.sessions.retain(|_, held| held.login != id);
            world.families.remove(id);
            Answer::empty(204)
        })
    }
}
