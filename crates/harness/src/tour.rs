//! A walk through the whole contract, for claims about every answer: the
//! grammar of each `Set-Cookie`, `no-store` on each answer, a credential that
//! stands nowhere else.

use serde_json::json;

use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::outcome::Stop;
use crate::restore::Password;
use crate::routes::Route;
use crate::target::Target;

/// One stop of the walk.
pub(crate) struct Step {
    /// What was done.
    pub(crate) name: &'static str,
    /// The route was there and gave the visitor's answer, good or bad.
    pub(crate) exchange: Exchange,
}

/// The walk.
pub(crate) struct Tour<'t> {
    target: &'t Target,
    pub(crate) steps: Vec<Step>,
    /// Every credential that was given out on the way.
    pub(crate) credentials: Vec<Credential>,
}

impl<'t> Tour<'t> {
    /// Walks it.
    pub(crate) fn of(target: &'t Target) -> Result<Self, Stop> {
        let mut tour = Self {
            target,
            steps: Vec::new(),
            credentials: Vec::new(),
        };
        let before = tour.before_login()?;
        let held = tour.logged_in(before.as_ref())?;
        tour.refused(&held)?;
        tour.out(&held)?;
        tour.password()?;
        tour.out_everywhere()?;
        Ok(tour)
    }

    fn before_login(&mut self) -> Result<Option<Credential>, Stop> {
        let target = self.target;
        let wrong = target.login_request("nobody-of-this-name", "not-a-password");
        self.take("login with a wrong password", &wrong)?;
        self.take(
            "the resource, anonymous",
            &target.request(&target.routes.me),
        )?;
        if let Some(route) = &target.routes.admin {
            self.take("the admin's resource, anonymous", &target.request(route))?;
        }
        let Some(route) = &target.routes.write_state else {
            return Ok(None);
        };
        let request = target
            .request_at(route, "before")
            .json(&json!({"value": "login"}));
        let exchange = self.take("state written, anonymous", &request)?;
        target.credential_in(&exchange)
    }

    fn logged_in(&mut self, before: Option<&Credential>) -> Result<Credential, Stop> {
        let target = self.target;
        let user = &target.user;
        let login = target.login_request(&user.username, &user.password);
        let login = before.map_or(login.clone(), |before| before.attach(login));
        let mut held = target.login_by(&login)?;
        self.credentials.push(held.credential.clone());
        self.steps.push(Step {
            name: "login",
            exchange: held.exchange,
        });
        let reads = [
            ("the resource", Some(&target.routes.me)),
            ("the admin's resource", target.routes.admin.as_ref()),
            ("the list of logins", target.routes.logins.as_ref()),
            ("state read", target.routes.state.as_ref()),
        ];
        for (name, route) in reads {
            if let Some(route) = route {
                self.take(name, &held.credential.attach(target.request(route)))?;
            }
        }
        let value = json!({"value": "a value"});
        if let Some(route) = &target.routes.write_state {
            let request = target.request_at(route, "tour").json(&value);
            held.credential = self.go("state written", request, &held.credential)?;
        }
        if let Some(route) = &target.routes.delete_state {
            let request = target.request_at(route, "tour");
            held.credential = self.go("state deleted", request, &held.credential)?;
        }
        if let Some(route) = &target.routes.expiry {
            for after in [json!(60), json!(0), json!(null)] {
                let request = target.request(route).json(&json!({ "after": after }));
                held.credential = self.go("lifetime changed", request, &held.credential)?;
            }
        }
        if let (Some(refresh), Some(_)) = (&held.credential.refresh, &target.routes.refresh) {
            let request = target.refresh_request(refresh)?;
            let exchange = self.take("refresh", &request)?;
            held.credential = target.follow(&held.credential, &exchange)?;
            self.credentials.push(held.credential.clone());
        }
        Ok(held.credential)
    }

    fn refused(&mut self, held: &Credential) -> Result<(), Stop> {
        let target = self.target;
        let path = format!("{}/nothing-here", target.base().prefix());
        self.take("no such route", &held.attach(Request::new("GET", &path)))?;
        let login = target.request(&target.routes.login);
        self.take(
            "login with broken JSON",
            &login.clone().body_of("application/json", "{"),
        )?;
        self.take("login that is not JSON", &login.body_of("text/plain", "{}"))?;
        let junk = held.with_value("A".repeat(held.value.len()));
        self.take(
            "the resource, with junk",
            &junk.attach(target.request(&target.routes.me)),
        )?;
        if target.routes.password.is_some() {
            let request = target.password_request("not-the-password", "another-password")?;
            self.take(
                "password change with a wrong password",
                &held.attach(request),
            )?;
        }
        if held.refresh.is_some() && target.routes.refresh.is_some() {
            self.take("refresh with junk", &target.refresh_request("not-a-token")?)?;
        }
        Ok(())
    }

    fn out(&mut self, held: &Credential) -> Result<(), Stop> {
        let target = self.target;
        self.take(
            "logout",
            &held.attach(target.request(&target.routes.logout)),
        )?;
        self.take(
            "the resource, after logout",
            &held.attach(target.request(&target.routes.me)),
        )?;
        self.take(
            "logout, again",
            &held.attach(target.request(&target.routes.logout)),
        )?;
        Ok(())
    }

    fn password(&mut self) -> Result<(), Stop> {
        if self.target.routes.password.is_none() {
            return Ok(());
        }
        let password = Password::of(self.target);
        for new in [
            "a-password-for-the-tour",
            self.target.user.password.as_str(),
        ] {
            if let Some(exchange) = password.change(new)? {
                self.steps.push(Step {
                    name: "password changed",
                    exchange,
                });
            }
        }
        Ok(())
    }

    fn out_everywhere(&mut self) -> Result<(), Stop> {
        let target = self.target;
        let ends: [Option<(&'static str, &Route)>; 2] = [
            target
                .routes
                .logout_everywhere
                .as_ref()
                .map(|route| ("logout everywhere", route)),
            target.routes.flush.as_ref().map(|route| ("flush", route)),
        ];
        for (name, route) in ends.into_iter().flatten() {
            let user = &target.user;
            let mut body = target.login_body(&user.username, &user.password);
            body[&target.fields.remember] = true.into();
            let login = target.login_by(&target.request(&target.routes.login).json(&body))?;
            self.credentials.push(login.credential.clone());
            self.steps.push(Step {
                name: "login, to be remembered",
                exchange: login.exchange,
            });
            self.take(name, &login.credential.attach(target.request(route)))?;
        }
        Ok(())
    }

    fn take(&mut self, name: &'static str, request: &Request) -> Result<Exchange, Stop> {
        let exchange = self.target.send_patiently(request)?;
        self.steps.push(Step {
            name,
            exchange: exchange.clone(),
        });
        Ok(exchange)
    }

    fn go(
        &mut self,
        name: &'static str,
        request: Request,
        held: &Credential,
    ) -> Result<Credential, Stop> {
        let exchange = self.take(name, &held.attach(request))?;
        let followed = self.target.follow(held, &exchange)?;
        self.credentials.push(followed.clone());
        Ok(followed)
    }
}
