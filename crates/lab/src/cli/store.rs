//! Which store a lab takes: the same settings for every verb that starts one.

use clap::Args;
use clap::error::ErrorKind;
use contract::settings::RedisUrl;
use lab::StoreChoice;

/// Which store.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// Redis to use [default: a private redis-server when one is on the PATH, else none]
    #[arg(long, env = "REDIS_URL", value_name = "URL", hide_env_values = true)]
    redis: Option<String>,

    /// Keep state in this process, use no Redis, whatever REDIS_URL says
    #[arg(long)]
    embedded: bool,
}

impl StoreArgs {
    /// A variable that is set and empty counts as not set.
    pub(super) fn choice(self) -> Result<StoreChoice, clap::Error> {
        let Some(url) = self.redis.filter(|url| !url.is_empty()) else {
            return Ok(if self.embedded {
                StoreChoice::Embedded
            } else {
                StoreChoice::Auto
            });
        };
        let from_variable = std::env::var("REDIS_URL").is_ok_and(|variable| variable == url);
        // The variable may be set for all of a shell; who says both here cannot mean both.
        if self.embedded && !from_variable {
            let sentence = "--embedded keeps the state in this process and --redis in a Redis: \
                            give one of them\n";
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, sentence));
        }
        if self.embedded {
            return Ok(StoreChoice::Embedded);
        }
        if !from_variable && RedisUrl::from(url.clone()).has_password() {
            let sentence = "a password on the command line can be read by every user of this \
                            machine: put the URL into the variable REDIS_URL\n";
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, sentence));
        }
        Ok(StoreChoice::Redis(url))
    }
}
