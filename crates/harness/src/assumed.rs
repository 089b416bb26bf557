//! Routes that a manifest does not mention are assumed to be where the contract has them. A
//! target that has none there lacks them: what needs them is untestable, and neither broken nor,
//! because it refuses, passed.

use serde_json::json;

use crate::outcome::Stop;
use crate::routes::Route;
use crate::target::Target;

/// The answers of a server that has no such route (RFC 9110, sections 15.5.5, 15.5.6, 15.6.2).
const NO_SUCH_ROUTE: [u16; 3] = [404, 405, 501];

/// What tells of these by its absence: an id or a key that is not there is a 404 too.
const TOLD_BY: [(&str, &str); 2] = [("delete_state", "write_state"), ("end_login", "logins")];

impl Target {
    /// Asks for each route that was assumed, and drops those that are not there. Returns them as
    /// `write_state (PUT /state/{key})`. It logs in, and does not judge: where no login works,
    /// nothing is dropped.
    pub fn drop_absent_routes(&mut self) -> Vec<String> {
        let names = std::mem::take(&mut self.assumed);
        let mut routes = self.routes.clone();
        let mut absent: Vec<&str> = Vec::new();
        for (name, route) in routes.optional() {
            let is_asked = names.contains(&name) && TOLD_BY.iter().all(|(told, _)| *told != name);
            let Some(route) = route.as_ref().filter(|_| is_asked) else {
                continue;
            };
            match self.is_absent(route) {
                Ok(true) => absent.push(name),
                Ok(false) => {}
                Err(_) => break,
            }
        }
        for (name, teller) in TOLD_BY {
            if names.contains(&name) && absent.contains(&teller) {
                absent.push(name);
            }
        }
        let dropped = routes.optional().into_iter();
        let dropped = dropped.filter(|(name, _)| absent.contains(name));
        let told = dropped.filter_map(|(name, route)| {
            let route = route.take()?;
            Some(format!("{name} ({} {})", route.method, route.path))
        });
        let told = told.collect();
        self.routes = routes;
        told
    }

    /// With a login of its own: some of them end it.
    fn is_absent(&self, route: &Route) -> Result<bool, Stop> {
        let held = self.login(&self.user)?.credential;
        let request = self.request_at(route, "conform");
        let request = if route.is_unsafe() {
            request.json(&json!({ "value": "conform" }))
        } else {
            request
        };
        let answer = self.send_patiently(&held.attach(request));
        // Whatever is left of that login; that the target ends logins is for a check to say.
        let _ = self.logout(&held);
        Ok(NO_SUCH_ROUTE.contains(&answer?.response.status))
    }
}
