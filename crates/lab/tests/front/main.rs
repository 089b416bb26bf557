//! The lab over real TCP, without a browser: what goes in at the front, what the view says.
//!
//! Reading order: [`client`] is the visitor, [`flow`] what a visitor does, [`telling`] what the page tells, [`safety`] what a
//! stranger tries, [`other_sites`] what their pages ask, [`lures`] what the attacker's pages are told and tell, [`variants`] what can be switched, [`ahead`] what time does, [`late_redis`] what it does when Redis is late, [`held`] what a client holds up, [`proxy`] how bytes get through, [`starting`] what can go wrong before.

// Clippy's setting for tests does not reach what a test calls.
#![allow(clippy::unwrap_used)]

mod ahead;
mod client;
mod flow;
mod gone;
mod held;
mod late_redis;
mod lures;
mod other_sites;
mod proxy;
mod safety;
mod starting;
mod telling;
mod variants;

use lab::column::Column;
use lab::{Lab, Options, Profile, StoreChoice, StoreKind};

/// A lab on a free port, in a runtime of its own.
struct Running {
    runtime: tokio::runtime::Runtime,
    lab: Option<Lab>,
    port: u16,
}

impl Running {
    fn start(store: StoreChoice, profile: Profile) -> Self {
        Self::with(Options {
            store,
            profile,
            ..Options::default()
        })
    }

    fn with(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let options = Options {
            port: Some(0),
            ..options
        };
        let lab = runtime.block_on(lab::start(options)).unwrap();
        Self {
            port: lab.port,
            lab: Some(lab),
            runtime,
        }
    }

    fn embedded(profile: Profile) -> Self {
        Self::start(StoreChoice::Embedded, profile)
    }

    fn in_variants(variants: &[(Column, &str)]) -> Self {
        let named = variants
            .iter()
            .map(|(column, word)| (*column, (*word).to_owned()));
        Self::with(Options {
            store: StoreChoice::Embedded,
            variants: named.collect(),
            ..Options::default()
        })
    }

    /// On a Redis of its own; `None` where there is no redis-server, unless it is required.
    fn on_redis(profile: Profile) -> Option<Self> {
        let running = Self::start(StoreChoice::Auto, profile);
        if running.lab.as_ref().unwrap().store.kind == StoreKind::PrivateRedis {
            return Some(running);
        }
        let required = std::env::var("STATELAB_REQUIRE").unwrap_or_default();
        assert!(
            !required.contains("redis"),
            "there is no redis-server on the PATH"
        );
        eprintln!("left out: there is no redis-server on the PATH");
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(lab) = self.lab.take() {
            self.runtime.block_on(lab.stop());
        }
    }
}
