//! A cookie-state of one's own, over the store in this process.

use clap::Parser;
use contract::{Running, Services, StartError, accounts::Accounts, settings::MasterKey};
use cookie_state::{Settings, start};
use store::Source;
use tokio::runtime::Runtime;

use crate::http::{Answer, Browser, send};

pub(crate) const ALICE: &str = r#"{"username":"alice","password":"wonderland"}"#;

pub(crate) struct Server {
    runtime: Runtime,
    running: Running,
    pub(crate) services: Services,
}

impl Server {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        Self::with_keys(arguments, MasterKey::random(), &[])
    }

    pub(crate) fn with_keys(arguments: &[&str], key: MasterKey, before: &[MasterKey]) -> Self {
        let services = Services {
            accounts: Accounts::in_memory().unwrap(),
            store: Source::embedded(16 << 20),
        };
        Self::try_new(arguments, Some(key), before, services).unwrap()
    }

    /// The same accounts and store, other settings and keys: after a restart, or beside it.
    pub(crate) fn beside(&self, arguments: &[&str], key: MasterKey, before: &[MasterKey]) -> Self {
        Self::try_new(arguments, Some(key), before, self.services.clone()).unwrap()
    }

    pub(crate) fn try_new(
        arguments: &[&str],
        key: Option<MasterKey>,
        before: &[MasterKey],
        services: Services,
    ) -> Result<Self, StartError> {
        let mut settings =
            Settings::parse_from(["cookie-state", "--workers=1"].iter().chain(arguments));
        settings
            .common
            .listen
            .get_or_insert("127.0.0.1:0".parse().unwrap());
        settings.common.key = key;
        settings.common.previous_keys = before.to_vec();
        let runtime = Runtime::new().unwrap();
        let running = {
            let _inside = runtime.enter();
            start(&settings, &services)?
        };
        Ok(Self {
            runtime,
            running,
            services,
        })
    }

    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.running.address
    }

    pub(crate) fn send(
        &self,
        browser: &mut Browser,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Answer {
        browser.send(self.address(), method, path, body)
    }

    /// With these header lines and nothing else.
    pub(crate) fn raw(&self, method: &str, path: &str, lines: &[u8]) -> Answer {
        send(self.address(), method, path, lines, None)
    }

    pub(crate) fn log_in(&self) -> Browser {
        let mut browser = Browser::default();
        self.send(&mut browser, "POST", "/login", Some(ALICE))
            .expect(200);
        browser
    }

    /// The status of `GET /me`; what the answer sets is not taken.
    pub(crate) fn me(&self, browser: &Browser) -> u16 {
        self.send(&mut browser.clone(), "GET", "/me", None).status
    }

    pub(crate) fn write(&self, browser: &mut Browser, value: u32) -> Answer {
        let body = format!(r#"{{"value":{value}}}"#);
        self.send(browser, "PUT", "/state/a", Some(&body))
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}
