//! A target described in TOML. `examples/target.toml` shows every key.

mod seam_lines;

use std::collections::BTreeMap;
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

/// `"POST /login"`; `false` where the target has no such thing, `true` where it is as in the contract.
#[derive(Deserialize)]
#[serde(untagged)]
enum RouteLine {
    Line(String),
    Absent(bool),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RouteLines {
    login: Option<String>,
    me: Option<String>,
    logout: Option<String>,
    #[serde(flatten)]
    optional: BTreeMap<String, RouteLine>,
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
        (target.routes, target.assumed) = self.routes.into_routes()?;
        target.promises = self.promises;
        target.seams = self.seams.into_seams()?;
        Ok(target)
    }
}

impl RouteLines {
    /// The routes, and the names of those that are only assumed.
    fn into_routes(mut self) -> Result<(Routes, Vec<&'static str>), String> {
        let mut routes = Routes::default();
        let needed = [
            (self.login, &mut routes.login),
            (self.me, &mut routes.me),
            (self.logout, &mut routes.logout),
        ];
        for (line, route) in needed {
            if let Some(line) = line {
                *route = Route::parse(&line)?;
            }
        }
        let mut assumed = Vec::new();
        for (name, route) in routes.optional() {
            match self.optional.remove(name) {
                None => assumed.push(name),
                Some(RouteLine::Absent(true)) => {}
                Some(RouteLine::Absent(false)) => *route = None,
                Some(RouteLine::Line(line)) => *route = Some(Route::parse(&line)?),
            }
        }
        match self.optional.into_keys().next() {
            None => Ok((routes, assumed)),
            Some(name) => {
                let names = Routes::default()
                    .optional()
                    .map(|(name, _)| name)
                    .join(", ");
                Err(format!(
                    "`[routes]` has no `{name}`; there are login, me, logout, {names}"
                ))
            }
        }
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
