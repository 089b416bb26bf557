//! How often a password may be guessed on the breakable server.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::http::{Answer, Request};
use crate::server::Server;

/// Wrong passwords for one name, then the next try has to wait. More than any check
/// sends that is not about it.
pub(crate) const LIMIT: u32 = 30;
/// Longer than a check takes, on a busy machine too.
const WAIT: Duration = Duration::from_secs(3);

/// The wrong tries of each name.
#[derive(Default)]
pub(crate) struct Attempts(HashMap<String, (u32, Instant)>);

impl Server {
    /// The refusal, when this try has to wait; else it counts as a wrong one.
    pub(crate) fn too_many(&self, request: &Request, name: &str) -> Option<Answer> {
        if self.is(Fault::NoLoginLimit) {
            return None;
        }
        let mut world = self.world();
        let unknown = world.named(name).is_none();
        let mut key = name.trim().to_lowercase();
        if self.is(Fault::LimitByForwardedFor) {
            key.push_str(&request.text("x-forwarded-for").unwrap_or_default());
        }
        let tries = world.attempts.0.entry(key).or_insert((0, Instant::now()));
        if tries.1.elapsed() > WAIT {
            *tries = (0, Instant::now());
        }
        if tries.0 >= LIMIT && !(unknown && self.is(Fault::OnlyTheKnownHaveToWait)) {
            let problem = Answer::problem(429, "too-many-attempts");
            return Some(problem.with("Retry-After", (WAIT.as_secs() + 1).to_string()));
        }
        *tries = (tries.0 + 1, Instant::now());
        None
    }

    /// The password was right.
    pub(crate) fn forgiven(&self, name: &str) {
        let mut world = self.world();
        if self.is(Fault::AnySuccessForgives) {
            world.attempts.0.clear();
        }
        world.attempts.0.remove(&name.trim().to_lowercase());
    }
}
