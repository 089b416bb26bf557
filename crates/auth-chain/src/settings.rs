//! What can be set.

use std::{fmt, str::FromStr};

use clap::{Parser, ValueEnum};
use contract::{StartError, settings::Common};

use crate::Authenticator;

/// What `--help` says at its end.
const HELP: &str = "\
Log in at POST /jwt/login or POST /session/login, or send the password with each request (Basic).
What belongs to one way to log in is set by the variables of its server: STATELAB_ISSUER,
STATELAB_SIGNING_KEY_FILE and the others of jwt-state, STATELAB_LIFETIME and the others of
session-state. With the same --key-file, --redis and --accounts as those, their logins count here.
Listens on 127.0.0.1:8004 unless --listen says otherwise.
Accounts of the start: alice / wonderland, bob / builder, root / toor-toor (admin).
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings or address taken.";

/// The port, when none is given.
pub const PORT: u16 = 8004;

/// Puts one resource behind several ways to log in.
#[derive(Debug, Clone, Parser)]
#[command(name = "auth-chain", version, after_help = HELP)]
pub struct Settings {
    /// The settings that all servers have.
    #[command(flatten)]
    pub common: Common,

    /// Ways to log in, in the order in which they are asked: of jwt, session and basic each at most
    /// once, or none
    #[arg(
        long,
        env = "STATELAB_CHAIN",
        value_name = "LIST",
        default_value = "jwt,session,basic"
    )]
    pub chain: Order,
}

impl Settings {
    /// jwt-state's settings: what its variables say, and what both have as it is here.
    pub(crate) fn jwt(&self) -> Result<jwt_state::Settings, StartError> {
        let own: jwt_state::Settings = of_variables("jwt-state")?;
        Ok(jwt_state::Settings {
            common: self.common.clone(),
            ..own
        })
    }

    /// The same of session-state.
    pub(crate) fn session(&self) -> Result<session_state::Settings, StartError> {
        let own: session_state::Settings = of_variables("session-state")?;
        Ok(session_state::Settings {
            common: self.common.clone(),
            ..own
        })
    }
}

fn of_variables<S: Parser>(program: &str) -> Result<S, StartError> {
    S::try_parse_from([program]).map_err(|error| {
        let text = error.to_string();
        let text = text.trim_start_matches("error: ").trim_end();
        StartError::Setting(format!("a setting of {program}: {text}"))
    })
}

/// Ways to log in, each at most once, in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Vec<Authenticator>);

impl Order {
    /// Whether this way is one of them.
    pub fn has(&self, way: Authenticator) -> bool {
        self.0.contains(&way)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Authenticator> {
        self.0.iter().copied()
    }
}

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut order = Vec::new();
        if text == "none" {
            return Ok(Self(order));
        }
        for name in text.split(',') {
            let way = Authenticator::from_str(name.trim(), false)
                .map_err(|_| "write jwt, session and basic with commas between, or none")?;
            if order.contains(&way) {
                return Err(format!("{} stands in it twice", way.name()));
            }
            order.push(way);
        }
        Ok(Self(order))
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(Authenticator::name).collect();
        f.write_str(if names.is_empty() { "none" } else { "" })?;
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_reads_back_and_names_nobody_twice() {
        for text in ["jwt,session,basic", "basic", "session,jwt", "none"] {
            assert_eq!(text.parse::<Order>().unwrap().to_string(), text);
        }
        assert_eq!("jwt, basic".parse::<Order>(), "jwt,basic".parse());
        for bad in [
            "",
            "jwt,",
            "jwt,jwt",
            "digest",
            "JWT",
            "none,jwt",
            "jwt basic",
        ] {
            assert!(bad.parse::<Order>().is_err(), "{bad}");
        }
    }
}
