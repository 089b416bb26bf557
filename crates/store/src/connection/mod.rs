//! The way to Redis: time-outs, second tries, and what happens when Redis is gone.

mod cluster;
mod eviction;
mod link;
mod refusal;
mod scan;
mod sentinel;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult, ServerErrorKind,
};

use crate::deployment::Deployment;
use crate::script::Invocation;
use crate::settings::Wait;
use crate::{RedisSettings, StoreError};
use cluster::Cluster;
pub(crate) use eviction::Eviction;
use link::{Link, Wire};
use refusal::describe;
use sentinel::Primary;

/// One multiplexed connection to Redis, which comes back by itself.
#[derive(Clone)]
pub(crate) struct Connection {
    link: Link,
    /// Where writes go that wait for replicas: `WAIT` blocks its connection, and reads must not
    /// queue behind it.
    waiting: Option<(Link, Wait)>,
    endpoint: Arc<str>,
    /// The end of the patience for one call, tries and waiting included.
    deadline: Duration,
    eviction: Arc<Eviction>,
}

impl Connection {
    pub(crate) fn open(
        deployment: &Deployment,
        settings: &RedisSettings,
        eviction: Arc<Eviction>,
    ) -> Result<Self, StoreError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(StoreError::Settings(
                "a connection needs a tokio runtime; open the store inside one".to_owned(),
            ));
        }
        let endpoint: Arc<str> = deployment.endpoint().into();
        let open = || {
            Ok(match deployment {
                Deployment::One(client) => Link::One(
                    manage(client, settings).map_err(|error| describe(&endpoint, &error))?,
                ),
                Deployment::Cluster { client, .. } => {
                    Link::Cluster(Cluster::open(Arc::clone(client), settings))
                }
                Deployment::Sentinel(sentinels) => {
                    Link::Primary(Primary::open(Arc::clone(sentinels), settings))
                }
            })
        };
        Ok(Self {
            link: open()?,
            waiting: settings.wait.map(|wait| Ok((open()?, wait))).transpose()?,
            endpoint: Arc::clone(&endpoint),
            deadline: settings.deadline(),
            eviction,
        })
    }

    /// Sends a command. It may be sent twice, when the connection breaks before the answer: to read,
    /// and to take a name off a list, does no harm then.
    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.attempt(&self.link, |mut wire| async move {
            command.query_async(&mut wire).await
        })
        .await
    }

    /// Runs a script. It may be run twice, as a command may: what each does then stands beside it.
    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &Invocation<'_>,
    ) -> Result<T, StoreError> {
        self.run_noting(script).await.map(|(answer, _)| answer)
    }

    async fn run_noting<T: FromRedisValue>(
        &self,
        script: &Invocation<'_>,
    ) -> Result<(T, bool), StoreError> {
        let by_hash = script.by_hash();
        self.attempt_noting(&self.link, |mut wire| {
            let by_hash = &by_hash;
            async move {
                match by_hash.query_async(&mut wire).await {
                    Err(error) if is_unknown(&error) => {
                        script.by_code().query_async(&mut wire).await
                    }
                    outcome => outcome,
                }
            }
        })
        .await
    }

    /// Sends several commands on one key in one go.
    pub(crate) async fn ask_all<T: FromRedisValue>(
        &self,
        pipeline: &Pipeline,
    ) -> Result<T, StoreError> {
        self.attempt(&self.link, |mut wire| async move {
            pipeline.query_async(&mut wire).await
        })
        .await
    }

    /// Sends a write that begins or ends a login. It may be sent twice; whoever reads more from the
    /// answer than that it was done asks by [`Connection::commit_noting`]. Where the settings say
    /// so, it is only true when enough replicas have it: a fail-over must not undo an acknowledged
    /// logout.
    pub(crate) async fn commit<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.commit_noting(command).await.map(|(answer, _)| answer)
    }

    /// The same, and whether it was sent twice: then the first one may have done it, and the answer
    /// is that to the second. (A cluster's own library sends again too, and does not tell.)
    pub(crate) async fn commit_noting<T: FromRedisValue>(
        &self,
        command: &Cmd,
    ) -> Result<(T, bool), StoreError> {
        let Some((link, wait)) = &self.waiting else {
            return self
                .attempt_noting(&self.link, |mut wire| async move {
                    command.query_async(&mut wire).await
                })
                .await;
        };
        let both = confirmed(command.clone(), *wait);
        let ((answer, replicas), again): ((T, u32), bool) = self
            .attempt_noting(link, |mut wire| {
                let both = &both;
                async move { both.query_async(&mut wire).await }
            })
            .await?;
        self.enough(replicas, *wait).map(|()| (answer, again))
    }

    /// For an answer that says nothing: the first try may have done it, and nobody heard.
    pub(crate) fn unheard(&self) -> StoreError {
        StoreError::Unavailable {
            endpoint: self.endpoint.to_string(),
            reason: "the connection broke before the answer".to_owned(),
        }
    }

    /// The same for a script.
    pub(crate) async fn commit_script<T: FromRedisValue>(
        &self,
        script: &Invocation<'_>,
    ) -> Result<T, StoreError> {
        let noted = self.commit_script_noting(script).await;
        noted.map(|(answer, _)| answer)
    }

    /// The same, and whether it was sent twice.
    pub(crate) async fn commit_script_noting<T: FromRedisValue>(
        &self,
        script: &Invocation<'_>,
    ) -> Result<(T, bool), StoreError> {
        let Some((link, wait)) = &self.waiting else {
            return self.run_noting(script).await;
        };
        let by_hash = confirmed(script.by_hash(), *wait);
        let ((answer, replicas), again): ((T, u32), bool) = self
            .attempt_noting(link, |mut wire| {
                let by_hash = &by_hash;
                async move {
                    match by_hash.query_async(&mut wire).await {
                        Err(error) if is_unknown(&error) => {
                            let by_code = confirmed(script.by_code(), *wait);
                            by_code.query_async(&mut wire).await
                        }
                        outcome => outcome,
                    }
                }
            })
            .await?;
        self.enough(replicas, *wait).map(|()| (answer, again))
    }

    fn enough(&self, replicas: u32, wait: Wait) -> Result<(), StoreError> {
        if replicas >= wait.replicas {
            return Ok(());
        }
        Err(StoreError::Refused {
            endpoint: self.endpoint.to_string(),
            reason: format!(
                "{replicas} of {} replicas confirmed the write within {} ms; see why they lag, \
                 or wait for fewer",
                wait.replicas,
                wait.timeout.as_millis()
            ),
        })
    }

    /// Tries once, and once more when that can help.
    ///
    /// The manager hands out the outcome of its *last* attempt to connect and starts a new one
    /// behind it. So after an outage the first command would fail although Redis is back; the
    /// second try waits for the new connection instead.
    async fn attempt<T, F>(&self, link: &Link, once: impl FnMut(Wire) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let answer = self.attempt_noting(link, once).await?;
        Ok(answer.0)
    }

    async fn attempt_noting<T, F>(
        &self,
        link: &Link,
        mut once: impl FnMut(Wire) -> F,
    ) -> Result<(T, bool), StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let tries = async {
            let (wire, generation) = link.wire().await?;
            let error = match once(wire).await {
                Ok(answer) => return Ok((answer, false)),
                Err(error) => error,
            };
            link.failed(generation, &error);
            if !may_try_again(&error) {
                return Err(error);
            }
            let (wire, generation) = link.wire().await?;
            let outcome = once(wire).await;
            if let Err(error) = &outcome {
                link.failed(generation, error);
            }
            outcome.map(|answer| (answer, true))
        };
        match tokio::time::timeout(self.deadline, tries).await {
            Ok(Ok(answer)) => {
                if self.eviction.is_due() {
                    tokio::spawn(self.clone().warn_of_eviction());
                }
                Ok(answer)
            }
            Ok(Err(error)) => Err(describe(&self.endpoint, &error)),
            Err(_) => {
                link.silent();
                Err(StoreError::Unavailable {
                    endpoint: self.endpoint.to_string(),
                    reason: format!("no answer within {} ms", self.deadline.as_millis()),
                })
            }
        }
    }
}

/// The library's defaults retry six times and wait for minutes. A visitor gets an answer within a
/// second, so: one more try, soon.
fn manage(client: &Client, settings: &RedisSettings) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(settings.connect_timeout))
        .set_response_timeout(Some(settings.response_timeout))
        .set_number_of_retries(1)
        .set_min_delay(Duration::from_millis(20))
        .set_max_delay(Duration::from_millis(100));
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

/// A write, and how many replicas have it.
fn confirmed(write: Cmd, wait: Wait) -> Pipeline {
    let mut both = redis::pipe();
    both.add_command(write);
    both.cmd("WAIT").arg(wait.replicas);
    both.arg(u64::try_from(wait.timeout.as_millis()).unwrap_or(u64::MAX));
    both
}

fn is_unknown(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

/// A time-out is not tried again: the visitor has waited enough, and a Redis that is slow would
/// get twice the work. A replica has not done what it refused.
fn may_try_again(error: &RedisError) -> bool {
    (error.is_connection_dropped() && !error.is_timeout()) || error.code() == Some("READONLY")
}
