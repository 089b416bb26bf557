//! The verbs of the flow: log in, visit, act, refresh, log out. Each sends one
//! request and hands back the exchange; what it proves is for the case to say.

use serde_json::{Value, json};

use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::Stop;
use crate::target::{Account, Target};

/// What a case that cannot log in expected.
pub(crate) const A_LOGIN: &str = "a login with the right password";

/// A login that worked.
pub(crate) struct Login {
    pub(crate) credential: Credential,
    pub(crate) exchange: Exchange,
}

impl Target {
    /// The body of a login.
    pub(crate) fn login_body(&self, username: &str, password: &str) -> Value {
        let mut body = json!({});
        body[&self.fields.username] = username.into();
        body[&self.fields.password] = password.into();
        body
    }

    /// A login as the target's own page would send it.
    pub(crate) fn login_request(&self, username: &str, password: &str) -> Request {
        self.keep_secret(password.as_bytes());
        self.request(&self.routes.login)
            .json(&self.login_body(username, password))
    }

    /// Set-up: logs in, or the case is broken.
    pub(crate) fn login(&self, account: &Account) -> Result<Login, Stop> {
        self.login_by(&self.login_request(&account.username, &account.password))
    }

    /// Set-up: logs in with this request, or the case is broken.
    pub(crate) fn login_by(&self, request: &Request) -> Result<Login, Stop> {
        let login = self.try_login(request);
        self.login_ended(login.is_ok());
        login
    }

    fn try_login(&self, request: &Request) -> Result<Login, Stop> {
        let exchange = self.send_patiently(request)?;
        let expected = A_LOGIN;
        if !self.routes.login.succeeded(exchange.response.status) {
            return Err(Stop::broken_by(expected, exchange.line(), &exchange));
        }
        let credential = self.credential_in(&exchange)?.ok_or_else(|| {
            let actual = format!(
                "{}, and no credential that opens the resource",
                exchange.line()
            );
            Stop::broken_by(expected, actual, &exchange)
        })?;
        Ok(Login {
            credential,
            exchange,
        })
    }

    /// Visits the protected resource.
    pub(crate) fn me(&self, credential: &Credential) -> Result<Exchange, Stop> {
        self.send_patiently(&credential.attach(self.request(&self.routes.me)))
    }

    /// Who the resource says is there; `None` when it did not open.
    pub(crate) fn visitor(&self, exchange: &Exchange) -> Option<String> {
        if !self.routes.me.succeeded(exchange.response.status) {
            return None;
        }
        Some(
            exchange
                .response
                .json()?
                .pointer(&self.fields.who)?
                .as_str()?
                .to_owned(),
        )
    }

    /// Logs out.
    pub(crate) fn logout(&self, credential: &Credential) -> Result<Exchange, Stop> {
        self.send(&credential.attach(self.request(&self.routes.logout)))
    }

    /// Set-up: logs out, or the case is broken.
    pub(crate) fn end(&self, credential: &Credential) -> Result<Exchange, Stop> {
        let request = self.request(&self.routes.logout);
        let exchange = self.send_patiently(&credential.attach(request))?;
        if self.routes.logout.succeeded(exchange.response.status) {
            return Ok(exchange);
        }
        Err(Stop::broken_by(
            "a logout with a live credential",
            exchange.line(),
            &exchange,
        ))
    }

    /// Does something with a login, as a visitor would between login and logout,
    /// and hands back the credential after it.
    pub(crate) fn act(&self, credential: &Credential) -> Result<Credential, Stop> {
        let exchange = if self.mechanism == Mechanism::Jwt {
            let Some(refresh) = &credential.refresh else {
                return Ok(credential.clone());
            };
            self.send_patiently(&self.refresh_request(refresh)?)?
        } else {
            if self.routes.write_state.is_none() {
                return Ok(credential.clone());
            }
            self.write_state(Some(credential), "action", &json!("done"))?
        };
        if !exchange.response.is_success() {
            return Err(Stop::broken_by(
                "an action of a logged-in visitor",
                exchange.line(),
                &exchange,
            ));
        }
        self.follow(credential, &exchange)
    }

    /// Exchanges a refresh token.
    pub(crate) fn refresh_request(&self, token: &str) -> Result<Request, Stop> {
        let route = self.route(&self.routes.refresh, "refresh")?;
        if let Some(name) = &self.refresh_cookie {
            let request = self.request(route).json(&json!({}));
            return Ok(request.header("Cookie", format!("{name}={token}")));
        }
        let mut body = json!({});
        body[&self.fields.refresh_token] = token.into();
        Ok(self.request(route).json(&body))
    }

    /// Set-up: exchanges a refresh token, or the case is broken.
    pub(crate) fn refreshed(&self, credential: &Credential) -> Result<Credential, Stop> {
        let exchange = self.send_patiently(&self.refresh_request(self.refresh_of(credential)?)?)?;
        let fresh = self
            .credential_in(&exchange)?
            .filter(|fresh| fresh.refresh.is_some());
        fresh
            .filter(|_| exchange.response.is_success())
            .ok_or_else(|| {
                Stop::broken_by(
                    "a new pair for a live refresh token",
                    exchange.line(),
                    &exchange,
                )
            })
    }

    /// The refresh token of a login.
    pub(crate) fn refresh_of<'c>(&self, credential: &'c Credential) -> Result<&'c str, Stop> {
        credential
            .refresh
            .as_deref()
            .ok_or_else(|| Stop::NotApplicable("the target gives out no refresh token".into()))
    }

    /// Puts a value in.
    pub(crate) fn write_state(
        &self,
        credential: Option<&Credential>,
        key: &str,
        value: &Value,
    ) -> Result<Exchange, Stop> {
        let route = self.route(&self.routes.write_state, "write_state")?;
        let request = self.request_at(route, key).json(&json!({ "value": value }));
        self.send_patiently(&attached(request, credential))
    }

    /// Reads what was put in.
    pub(crate) fn read_state(&self, credential: Option<&Credential>) -> Result<Exchange, Stop> {
        let route = self.route(&self.routes.state, "state")?;
        self.send_patiently(&attached(self.request(route), credential))
    }

    /// One value of what was put in.
    pub(crate) fn state_value(
        &self,
        credential: &Credential,
        key: &str,
    ) -> Result<Option<Value>, Stop> {
        let exchange = self.read_state(Some(credential))?;
        let body = exchange
            .response
            .json()
            .filter(|_| exchange.response.is_success());
        Ok(body.and_then(|body| body.pointer(&self.fields.state)?.get(key).cloned()))
    }

    /// A password change.
    pub(crate) fn password_request(&self, current: &str, new: &str) -> Result<Request, Stop> {
        self.keep_secret(current.as_bytes());
        self.keep_secret(new.as_bytes());
        let mut body = json!({});
        body[&self.fields.current_password] = current.into();
        body[&self.fields.new_password] = new.into();
        Ok(self
            .request(self.route(&self.routes.password, "password")?)
            .json(&body))
    }
}

fn attached(request: Request, credential: Option<&Credential>) -> Request {
    match credential {
        Some(credential) => credential.attach(request),
        None => request,
    }
}
