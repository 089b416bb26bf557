use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation};

use crate::{RedisSettings, StoreError};

/// One multiplexed connection to Redis, which comes back by itself.
#[derive(Clone)]
pub(crate) struct Connection {
    manager: ConnectionManager,
    endpoint: Arc<str>,
    /// The end of the patience for one call, tries and waiting included.
    deadline: Duration,
}

/// May a command be sent again when it is not known whether Redis has done it?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Repeat {
    Yes,
    No,
}

impl Connection {
    pub(crate) fn open(client: Client, settings: &RedisSettings) -> Result<Self, StoreError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(StoreError::Settings(
                "a connection needs a tokio runtime; open the store inside one".to_owned(),
            ));
        }
        let endpoint: Arc<str> = client.get_connection_info().addr().to_string().into();
        // The library's defaults retry six times and wait for minutes. A visitor gets an answer
        // within a second, so: one more try, soon.
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(settings.connect_timeout))
            .set_response_timeout(Some(settings.response_timeout))
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(20))
            .set_max_delay(Duration::from_millis(100));
        let manager = ConnectionManager::new_lazy_with_config(client, config)
            .map_err(|error| describe(&endpoint, &error))?;
        Ok(Self {
            manager,
            endpoint,
            deadline: settings.connect_timeout
                + settings.response_timeout
                + Duration::from_millis(150),
        })
    }

    /// Sends a command that may safely be sent twice.
    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.attempt(Repeat::Yes, |mut manager| async move {
            command.query_async(&mut manager).await
        })
        .await
    }

    /// Runs a script, by its hash, that may safely be run twice.
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.attempt(Repeat::Yes, |mut manager| async move {
            script.invoke_async(&mut manager).await
        })
        .await
    }

    /// Runs a script that must not be run again when its first run may have happened.
    pub(crate) async fn run_once<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, StoreError> {
        self.attempt(Repeat::No, |mut manager| async move {
            script.invoke_async(&mut manager).await
        })
        .await
    }

    /// Sends several commands in one go; each may safely be sent twice.
    pub(crate) async fn ask_all<T: FromRedisValue>(
        &self,
        pipeline: &redis::Pipeline,
    ) -> Result<T, StoreError> {
        self.attempt(Repeat::Yes, |mut manager| async move {
            pipeline.query_async(&mut manager).await
        })
        .await
    }

    /// Deletes every key that starts with `prefix`, a batch at a time.
    pub(crate) async fn delete_prefix(&self, prefix: &str) -> Result<(), StoreError> {
        let mut cursor: u64 = 0;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(format!("{prefix}*"));
            scan.arg("COUNT").arg(500);
            let (next, found): (u64, Vec<String>) = self.ask(&scan).await?;
            let mut batch = redis::pipe();
            for key in found {
                batch.cmd("UNLINK").arg(key).ignore();
            }
            if !batch.is_empty() {
                self.ask_all::<()>(&batch).await?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }

    /// Tries once, and once more when that can help and cannot harm.
    ///
    /// The manager hands out the outcome of its *last* attempt to connect and starts a new one
    /// behind it. So after an outage the first command would fail although Redis is back; the
    /// second try waits for the new connection instead.
    async fn attempt<T, F>(
        &self,
        repeat: Repeat,
        mut once: impl FnMut(ConnectionManager) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let tries = async {
            match once(self.manager.clone()).await {
                Err(error) if may_try_again(&error, repeat) => once(self.manager.clone()).await,
                outcome => outcome,
            }
        };
        match tokio::time::timeout(self.deadline, tries).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(describe(&self.endpoint, &error)),
            Err(_) => Err(StoreError::Unavailable {
                endpoint: self.endpoint.to_string(),
                reason: format!("no answer within {} ms", self.deadline.as_millis()),
            }),
        }
    }
}

fn may_try_again(error: &RedisError, repeat: Repeat) -> bool {
    // A refused connection carried no command, so this is safe for any of them.
    error.is_connection_refusal()
        || (repeat == Repeat::Yes && error.is_connection_dropped() && !error.is_timeout())
}

/// Says what happened and what to do. Nothing here comes from the URL but host and port.
fn describe(endpoint: &str, error: &RedisError) -> StoreError {
    let endpoint = endpoint.to_owned();
    if error.is_timeout() {
        let reason = "no answer in time".to_owned();
        return StoreError::Unavailable { endpoint, reason };
    }
    if error.is_io_error() {
        let reason = error.to_string();
        return StoreError::Unavailable { endpoint, reason };
    }
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => {
            StoreError::Unreadable(error.to_string())
        }
        ErrorKind::AuthenticationFailed => StoreError::Refused {
            endpoint,
            reason: "user name or password is wrong; set both in the URL".to_owned(),
        },
        _ => StoreError::Refused {
            endpoint,
            reason: explain(error),
        },
    }
}

/// Adds what to do to Redis's own words.
fn explain(error: &RedisError) -> String {
    let said = error.to_string();
    let advice = match error.code() {
        Some("NOAUTH") => "set user name and password in the URL",
        Some("NOPERM") => "give the ACL user this command and the keys under the prefix",
        Some("OOM") => "raise its maxmemory",
        Some("MISCONF") => "see why it cannot save to disk",
        Some("READONLY") => "this is a replica; connect to the primary",
        Some("LOADING") => "it is still starting",
        _ if said.contains("unknown command") => "Redis 6.2 or newer is needed",
        _ => return said,
    };
    format!("{said} ({advice})")
}
