//! Where things are and how they are spelt. The defaults are the contract; they
//! are spelt out here and taken from no server, so that renaming a field in a
//! server turns the suite red.

/// A method and a path; `{key}` and `{id}` stand for what is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: String,
    /// The path, below the base URL.
    pub path: String,
    /// The statuses that mean success; empty: any 2xx.
    pub statuses: Vec<u16>,
}

impl Route {
    fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            statuses: Vec::new(),
        }
    }

    /// Reads `POST /login` or, with the statuses of success, `POST /login -> 200, 204`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no route; write it like `POST /login -> 200`");
        let (line, statuses) = text.split_once("->").unwrap_or((text, ""));
        let (method, path) = line.trim().split_once(' ').ok_or_else(wrong)?;
        let path = path.trim();
        if !path.starts_with('/') || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(wrong());
        }
        let mut route = Self::new(method, path);
        for status in statuses
            .split(',')
            .map(str::trim)
            .filter(|status| !status.is_empty())
        {
            route.statuses.push(status.parse().map_err(|_| wrong())?);
        }
        Ok(route)
    }

    /// Does this status mean that it worked?
    #[must_use]
    pub fn succeeded(&self, status: u16) -> bool {
        if self.statuses.is_empty() {
            (200..300).contains(&status)
        } else {
            self.statuses.contains(&status)
        }
    }

    /// GET and HEAD change nothing; all else does.
    #[must_use]
    pub fn is_unsafe(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS")
    }
}

/// The routes. `None`: the target has no such thing.
#[derive(Clone, Debug)]
pub struct Routes {
    /// In.
    pub login: Route,
    /// The protected resource.
    pub me: Route,
    /// Out.
    pub logout: Route,
    /// Out on every device.
    pub logout_everywhere: Option<Route>,
    /// A new pair of tokens for a refresh token.
    pub refresh: Option<Route>,
    /// Change the password.
    pub password: Option<Route>,
    /// What needs the role `admin`.
    pub admin: Option<Route>,
    /// Read what the visitor put in.
    pub state: Option<Route>,
    /// Put something in, under `{key}`.
    pub write_state: Option<Route>,
    /// Take it out.
    pub delete_state: Option<Route>,
    /// Take everything out, the login too.
    pub flush: Option<Route>,
    /// Change this login's lifetime.
    pub expiry: Option<Route>,
    /// Where am I logged in?
    pub logins: Option<Route>,
    /// The public keys (RFC 7517).
    pub jwks: Option<Route>,
    /// End one of them.
    pub end_login: Option<Route>,
    /// Have the server set a cookie named `{key}`, protected as its own are.
    pub write_cookie: Option<Route>,
}

impl Default for Routes {
    fn default() -> Self {
        let route = |method, path| Some(Route::new(method, path));
        Self {
            login: Route::new("POST", "/login"),
            me: Route::new("GET", "/me"),
            logout: Route::new("POST", "/logout"),
            logout_everywhere: route("POST", "/logout/everywhere"),
            refresh: route("POST", "/refresh"),
            password: route("POST", "/password"),
            admin: route("GET", "/admin"),
            state: route("GET", "/state"),
            write_state: route("PUT", "/state/{key}"),
            delete_state: route("DELETE", "/state/{key}"),
            flush: route("DELETE", "/state"),
            expiry: route("PUT", "/expiry"),
            logins: route("GET", "/logins"),
            jwks: route("GET", "/.well-known/jwks.json"),
            end_login: route("DELETE", "/logins/{id}"),
            write_cookie: route("PUT", "/cookies/{key}"),
        }
    }
}

impl Routes {
    /// Those that a target need not have, by the names that they have in a manifest.
    pub(crate) fn optional(&mut self) -> [(&'static str, &mut Option<Route>); 13] {
        [
            ("logout_everywhere", &mut self.logout_everywhere),
            ("refresh", &mut self.refresh),
            ("password", &mut self.password),
            ("admin", &mut self.admin),
            ("state", &mut self.state),
            ("write_state", &mut self.write_state),
            ("delete_state", &mut self.delete_state),
            ("flush", &mut self.flush),
            ("expiry", &mut self.expiry),
            ("logins", &mut self.logins),
            ("jwks", &mut self.jwks),
            ("end_login", &mut self.end_login),
            ("write_cookie", &mut self.write_cookie),
        ]
    }
}

/// How the JSON is spelt. What is sent is a member name; what is read is a JSON
/// pointer (RFC 6901).
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// Sent at login: the user name or the e-mail address.
    pub username: String,
    /// Sent at login.
    pub password: String,
    /// Sent at login: keep it after the browser closes.
    pub remember: String,
    /// Sent at the password change: the one that is.
    pub current_password: String,
    /// Sent at the password change: the one that shall be.
    pub new_password: String,
    /// Sent to refresh and to log out: the refresh token.
    pub refresh_token: String,
    /// Read from login and refresh.
    pub access: String,
    /// Read from login and refresh.
    pub refresh: String,
    /// Read from login and from the protected resource: the end of the credential.
    pub expires_at: String,
    /// Read from login and refresh: the end of the refresh token.
    pub refresh_expires_at: String,
    /// Read from the protected resource: who it is.
    pub who: String,
    /// Read from the state: all of it.
    pub state: String,
    /// Read from the list of logins: the list.
    pub logins: String,
    /// Read from an entry of it: what it is ended by.
    pub login_id: String,
    /// Read from an entry of it: is it the login that asks?
    pub login_current: String,
}

impl Default for Fields {
    fn default() -> Self {
        Self {
            username: "username".into(),
            password: "password".into(),
            remember: "remember".into(),
            current_password: "current".into(),
            new_password: "new".into(),
            refresh_token: "refresh".into(),
            access: "/access".into(),
            refresh: "/refresh".into(),
            expires_at: "/expires_at".into(),
            refresh_expires_at: "/refresh_expires_at".into(),
            who: "/user/username".into(),
            state: "/state".into(),
            logins: "/logins".into(),
            login_id: "/id".into(),
            login_current: "/current".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_read_with_and_without_statuses() {
        let route = Route::parse("POST /login -> 200, 302").unwrap();
        assert_eq!(
            (route.method.as_str(), route.path.as_str()),
            ("POST", "/login")
        );
        assert!(route.succeeded(302) && !route.succeeded(204));
        assert!(Route::parse("GET /me").unwrap().succeeded(204));
        for wrong in ["", "/me", "get /me", "GET me", "GET /me -> ok"] {
            assert!(Route::parse(wrong).is_err(), "{wrong}");
        }
    }
}
