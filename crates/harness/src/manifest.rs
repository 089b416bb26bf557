//! A target described in TOML. `examples/target.toml` shows every key.

mod seam_lines;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::csrf::CsrfLines;
use crate::mechanism::{Mechanism, Profile};
use crate::routes::{Fields, Route, Routes};
use crate::target::{Account, Promises, Target};
use seam_lines::SeamLines;

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The base URL.
    pub url: String,
    /// How the target remembers visitors.
    pub mechanism: Mechanism,
    /// What it promises.
    #[serde(default)]
    pub profile: Profile,
    ca_file: Option<PathBuf>,
    cookie: Option<String>,
    refresh_cookie: Option<String>,
    csrf: Option<CsrfLines>,
    accounts: Option<Accounts>,
    #[serde(default)]
    routes: RouteLines,
    #[serde(default)]
    fields: Fields,
    #[serde(default)]
    promises: Promises,
    #[serde(default)]
    seams: SeamLines,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accounts {
    user: AccountLines,
    second: Option<AccountLines>,
    admin: Option<AccountLines>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountLines {
    username: String,
    password: String,
    email: Option<String>,
}

impl From<AccountLines> for Account {
    fn from(lines: AccountLines) -> Self {
        Self {
            username: lines.username,
            password: lines.password,
            email: lines.email,
        }
    }
}

/// `"POST /login"`, or `false` where the target has no such thing.
#[derive(Deserialize)]
#[serde(untagged)]
enum RouteLine {
    Line(String),
    Absent(bool),
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RouteLines {
    login: Option<String>,
    me: Option<String>,
    logout: Option<String>,
    logout_everywhere: Option<RouteLine>,
    refresh: Option<RouteLine>,
    password: Option<RouteLine>,
    admin: Option<RouteLine>,
    state: Option<RouteLine>,
    write_state: Option<RouteLine>,
    delete_state: Option<RouteLine>,
    flush: Option<RouteLine>,
    expiry: Option<RouteLine>,
    logins: Option<RouteLine>,
    jwks: Option<RouteLine>,
    end_login: Option<RouteLine>,
    write_cookie: Option<RouteLine>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// A sentence that says where the text is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Reads a manifest file.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Self::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The target that it describes.
    ///
    /// # Errors
    /// A sentence that names the key that is wrong.
    pub fn into_target(self) -> Result<Target, String> {
        let ca_file = self.ca_file.as_deref();
        let mut target = Target::trusting(&self.url, self.mechanism, self.profile, ca_file)?;
        if let Some(accounts) = self.accounts {
            target.user = accounts.user.into();
            target.second = accounts.second.map(Account::from);
            target.admin = accounts.admin.map(Account::from);
        }
        target.cookie = self.cookie;
        target.refresh_cookie = self.refresh_cookie;
        target.csrf = self.csrf.map(CsrfLines::into_tokens).transpose()?;
        target.fields = self.fields;
        target.routes = self.routes.into_routes()?;
        target.promises = self.promises;
        target.seams = self.seams.into_seams()?;
        Ok(target)
    }
}

impl RouteLines {
    fn into_routes(self) -> Result<Routes, String> {
        let defaults = Routes::default();
        let needed = |line: Option<String>, default: Route| match line {
            None => Ok(default),
            Some(line) => Route::parse(&line),
        };
        let may_be = |line: Option<RouteLine>, default: Option<Route>| match line {
            None | Some(RouteLine::Absent(true)) => Ok(default),
            Some(RouteLine::Absent(false)) => Ok(None),
            Some(RouteLine::Line(line)) => Route::parse(&line).map(Some),
        };
        Ok(Routes {
            login: needed(self.login, defaults.login)?,
            me: needed(self.me, defaults.me)?,
            logout: needed(self.logout, defaults.logout)?,
            logout_everywhere: may_be(self.logout_everywhere, defaults.logout_everywhere)?,
            refresh: may_be(self.refresh, defaults.refresh)?,
            password: may_be(self.password, defaults.password)?,
            admin: may_be(self.admin, defaults.admin)?,
            state: may_be(self.state, defaults.state)?,
            write_state: may_be(self.write_state, defaults.write_state)?,
            delete_state: may_be(self.delete_state, defaults.delete_state)?,
            flush: may_be(self.flush, defaults.flush)?,
            expiry: may_be(self.expiry, defaults.expiry)?,
            logins: may_be(self.logins, defaults.logins)?,
            jwks: may_be(self.jwks, defaults.jwks)?,
            end_login: may_be(self.end_login, defaults.end_login)?,
            write_cookie: may_be(self.write_cookie, defaults.write_cookie)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_read() {
        let manifest = Manifest::parse(include_str!("../examples/target.toml")).unwrap();
        let target = manifest.into_target().unwrap();
        assert_eq!(target.mechanism, Mechanism::Jwt);
        assert_eq!(target.routes.login.path, "/api/token");
        assert!(target.routes.state.is_none() && target.seams.signing_key.is_some());
        assert_eq!(target.user.username, "ada");
    }

    #[test]
    fn a_key_that_is_no_key_is_named() {
        let text = "url = \"http://localhost\"\nmechanism = \"session\"\nlogn = 1\n";
        assert!(
            Manifest::parse(text)
                .err()
                .is_some_and(|error| error.contains("logn"))
        );
    }

    #[test]
    fn seams_are_commands() {
        let text = "url = \"http://localhost:1\"\nmechanism = \"session\"\n[seams]\n\
            set_role = 'test {username}:{role} = root:admin,user'\n\
            store_keys = 'echo 7'\nstore_down = 'echo gone >&2; exit 3'\n";
        let seams = Manifest::parse(text).unwrap().into_target().unwrap().seams;
        let set_role = seams.set_role.unwrap();
        assert_eq!(set_role("root", "admin,user"), Ok(()));
        assert!(set_role("root", "user").is_err());
        assert_eq!(seams.store_keys.unwrap()(), Ok(7));
        assert!(seams.store_down.unwrap()().is_err_and(|why| why.contains("gone")));
        assert!(seams.store_up.is_none());
    }

    #[test]
    fn three_lines_are_enough() {
        let manifest =
            Manifest::parse("url = \"http://localhost:1\"\nmechanism = \"cookie\"").unwrap();
        let target = manifest.into_target().unwrap();
        assert_eq!(
            (target.user.username.as_str(), target.profile),
            ("alice", Profile::Hardened)
        );
    }
}
