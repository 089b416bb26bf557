//! A primary dies and its replica takes over, in a cluster and by Sentinel: what a visitor gets to
//! see of it.

use std::{
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use clap::Parser;
use contract::Services;
use tokio::runtime::Runtime;

use super::cases::Test;
use super::stand::{expect, is_honest, recovers};
use crate::patience::TOO_LATE;
use crate::processes::{Cluster, within};
use crate::sentinels::Watched;
use crate::visitor::Visitor;

pub(crate) const TESTS: [(&str, Test); 2] = [
    ("session::a_cluster_fails_over", cluster),
    ("session::sentinel_fails_over", sentinel),
];

/// So many that some are on each node of a cluster.
const VISITORS: usize = 6;
const PATIENCE: Duration = Duration::from_secs(30);

/// Visitors of a server that waits for a replica: some are logged in, some have logged out.
struct Crowd {
    here: Vec<Visitor>,
    gone: Vec<Visitor>,
    _runtime: Runtime,
}

impl Crowd {
    fn of(url: &str) -> Result<Self, String> {
        let runtime = Runtime::new().map_err(|e| e.to_string())?;
        let address = {
            let _inside = runtime.enter();
            let settings = session_state::Settings::parse_from([
                "session-state",
                "--listen=127.0.0.1:0",
                "--workers=2",
                "--redis-wait=1",
                "--redis",
                url,
            ]);
            let services = Services::open(&settings.common).map_err(|e| e.to_string())?;
            let running = session_state::start(&settings, &services);
            running.map_err(|e| e.to_string())?.address
        };
        let many = || -> Result<Vec<Visitor>, String> {
            (0..VISITORS)
                .map(|_| patiently(|| Visitor::log_in(address)))
                .collect()
        };
        let (here, gone) = (many()?, many()?);
        for visitor in &gone {
            patiently(|| expect(&visitor.send("POST", "/logout")?, 204))?;
        }
        Ok(Self {
            here,
            gone,
            _runtime: runtime,
        })
    }

    /// Nobody waits, nobody's cookie is touched, and who has logged out is not let in.
    fn looks(&self) -> Result<(), String> {
        for (visitor, right) in self
            .here
            .iter()
            .map(|visitor| (visitor, 200))
            .chain(self.gone.iter().map(|visitor| (visitor, 401)))
        {
            let answer = visitor.send("GET", "/me")?;
            if answer.status != right {
                is_honest(&answer)?;
            }
        }
        Ok(())
    }

    fn looks_until(&self, is_over: impl Fn() -> bool) -> Result<(), String> {
        let started = Instant::now();
        while !is_over() {
            self.looks()?;
            if started.elapsed() > PATIENCE {
                return Err("no replica has taken over".to_owned());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn nothing_is_undone(&self) -> Result<(), String> {
        let started = Instant::now();
        for visitor in &self.here {
            recovers(visitor)?;
        }
        for visitor in &self.gone {
            expect(&visitor.send("GET", "/me")?, 401)?;
        }
        match started.elapsed() {
            took if took < Duration::from_secs(3) => Ok(()),
            took => Err(format!("{TOO_LATE} took {took:?}")),
        }
    }
}

/// On a busy machine a replica may take longer than the 200 ms that are waited for it: then the
/// answer is 503, and a client that asks again gets what it asked for.
fn patiently<T>(mut ask: impl FnMut() -> Result<T, String>) -> Result<T, String> {
    let started = Instant::now();
    loop {
        let outcome = ask();
        if outcome.is_ok() || started.elapsed() > Duration::from_secs(10) {
            return outcome;
        }
        sleep(Duration::from_millis(100));
    }
}

fn cluster(binary: &Path) -> Result<(), String> {
    let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut cluster = Cluster::start(binary, &directory.path().join("cluster"), 2_000, None);
    let crowd = Crowd::of(&cluster.url())?;
    crowd.looks()?;
    let victim = (0..6).find(|node| cluster.is_primary(*node));
    let victim = victim.ok_or("there is no primary")?;
    cluster.nodes[victim].kill();
    crowd.looks_until(|| cluster.is_replaced(victim, (victim + 1) % 6))?;
    crowd.nothing_is_undone()
}

fn sentinel(binary: &Path) -> Result<(), String> {
    let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
    let mut watched = Watched::start(binary, &directory.path().join("watched"), None);
    let crowd = Crowd::of(&watched.url())?;
    crowd.looks()?;
    watched.redis[0].kill();
    let role = |node: usize| watched.redis[node].cli(&watched.password, &["ROLE"]);
    crowd.looks_until(|| role(1).starts_with("master"))?;
    crowd.nothing_is_undone()?;
    // No replica is left to confirm a logout, so it is not claimed; with one it is true.
    is_honest(&crowd.here[0].send("POST", "/logout")?)?;
    watched.redis[0].revive();
    let role = |node: usize| watched.redis[node].cli(&watched.password, &["ROLE"]);
    within(PATIENCE, "the old primary follows the new one", || {
        role(0).starts_with("slave") && role(0).contains("connected")
    });
    patiently(|| expect(&crowd.here[1].send("POST", "/logout")?, 204))?;
    expect(&crowd.here[1].send("GET", "/me")?, 401)
}
