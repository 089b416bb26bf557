//! A fresh server for one trial, as the suite sees it.

use std::sync::{Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Parser;
use contract::accounts::Role;
use contract::settings::MasterKey;
use contract::{Running, Services};
use harness::{Mechanism, Profile, Seams, ShortLived, SigningKey, Target};
use store::Source;
use tokio::runtime::Runtime;

use super::redis::{Backing, Dump, count, fresh_prefix};

/// Seconds that an access token of the short-lived instance works.
const SHORT: u64 = 3;

/// A running server of its own, with a key and accounts of its own.
pub(crate) struct Fresh {
    on: (Mechanism, Profile),
    backing: Backing,
    services: Services,
    prefix: String,
    key: String,
    running: Option<Running>,
    short: Option<Running>,
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("threads for a runtime"))
}

impl Fresh {
    /// Starts it; with `short` also the same server with short lifetimes.
    pub(crate) fn start(
        on: (Mechanism, Profile),
        backing: Backing,
        short: bool,
    ) -> Result<Self, String> {
        let mut key = [0; 64];
        getrandom::fill(&mut key).map_err(|error| error.to_string())?;
        let (key, prefix) = (STANDARD.encode(key), fresh_prefix());
        let arguments = arguments(on.1, &backing, &prefix);
        let services = opened(&arguments)?;
        let running = started(on.0, &key, &arguments, &services)?;
        let short = (short && on.0 == Mechanism::Jwt).then(|| {
            let mut arguments = arguments.clone();
            arguments.extend(["--access-lifetime".to_owned(), format!("{SHORT}s")]);
            started(on.0, &key, &arguments, &services)
        });
        let short = short.transpose()?;
        Ok(Self {
            on,
            backing,
            services,
            prefix,
            key,
            running: Some(running),
            short,
        })
    }

    /// The server with every seam that it has.
    pub(crate) fn target(&self) -> Result<Target, String> {
        let url = |running: &Option<Running>| {
            running
                .as_ref()
                .map(|running| format!("http://localhost:{}", running.address.port()))
        };
        let main = url(&self.running).ok_or("the server was stopped")?;
        let mut target = Target::new(&main, self.on.0, self.on.1)?;
        let accounts = self.services.accounts.clone();
        target.seams = Seams {
            signing_key: (self.on.0 == Mechanism::Jwt)
                .then(|| self.signing_key())
                .transpose()?
                .map(SigningKey::secret),
            short_lived: url(&self.short).map(|url| ShortLived {
                url,
                seconds: SHORT,
            }),
            set_role: Some(Box::new(move |name, roles| {
                let role = |text| {
                    if text == "admin" {
                        Role::Admin
                    } else {
                        Role::User
                    }
                };
                let roles: Vec<Role> = roles.split(',').map(role).collect();
                runtime()
                    .block_on(accounts.set_roles(name, &roles))
                    .map_err(|error| error.to_string())
            })),
            ..Seams::default()
        };
        self.store_seams(&mut target.seams);
        Ok(target)
    }

    /// The key by which jwt-state signs, as its operator could work it out.
    fn signing_key(&self) -> Result<Vec<u8>, String> {
        let key = MasterKey::from_base64(&self.key).map_err(|error| error.to_string())?;
        Ok(key
            .derive::<32>("jwt-state: HS256 signature of tokens")
            .to_vec())
    }

    fn store_seams(&self, seams: &mut Seams) {
        match &self.backing {
            Backing::Embedded => {
                let store: Source = self.services.store.clone();
                seams.store_keys = Some(Box::new(move || {
                    let keys = store
                        .embedded_keys()
                        .ok_or("the store is not in this process")?;
                    Ok(keys.len() as u64)
                }));
            }
            Backing::Redis { server, own } => {
                let (url, prefix) = (server.url.clone(), self.prefix.clone());
                seams.store_keys = Some(Box::new(move || count(&url, &prefix)));
                if !*own {
                    return;
                }
                let held = std::sync::Arc::new(Mutex::new(None::<Dump>));
                let (down, up) = (std::sync::Arc::clone(server), std::sync::Arc::clone(server));
                let kept = std::sync::Arc::clone(&held);
                seams.store_down = Some(Box::new(move || {
                    let dump = down.down()?;
                    kept.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .replace(dump);
                    Ok(())
                }));
                seams.store_up = Some(Box::new(move || {
                    let dump = held.lock().unwrap_or_else(PoisonError::into_inner).take();
                    up.up(&dump.ok_or("the store was not stopped")?)
                }));
            }
        }
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        for running in [self.running.take(), self.short.take()]
            .into_iter()
            .flatten()
        {
            runtime().block_on(running.stop());
        }
    }
}

fn arguments(profile: Profile, backing: &Backing, prefix: &str) -> Vec<String> {
    let mut arguments = [
        "server",
        "--listen",
        "127.0.0.1:0",
        "--workers",
        "1",
        "--login-failures",
        "1000",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.extend(["--profile".to_owned(), profile.name().to_owned()]);
    arguments.extend(["--key-prefix".to_owned(), prefix.to_owned()]);
    if let Backing::Redis { server, .. } = backing {
        arguments.extend(["--redis".to_owned(), server.url.clone()]);
    }
    arguments
}

fn opened(arguments: &[String]) -> Result<Services, String> {
    // The settings that services are opened by are the same for all three.
    let settings: cookie_state::Settings = parsed(arguments)?;
    let mut common = settings.common;
    // What the environment says of a developer's own servers is not meant here.
    common.accounts = None;
    common.redis_url_file = None;
    if !arguments.iter().any(|argument| argument == "--redis") {
        common.redis = None;
    }
    let _inside = runtime().enter();
    Services::open(&common).map_err(|error| error.to_string())
}

fn started(
    mechanism: Mechanism,
    key: &str,
    arguments: &[String],
    services: &Services,
) -> Result<Running, String> {
    let key = MasterKey::from_base64(key).map_err(|error| error.to_string())?;
    let _inside = runtime().enter();
    let running = match mechanism {
        Mechanism::Cookie => {
            let mut settings: cookie_state::Settings = parsed(arguments)?;
            settings.common.key = Some(key);
            cookie_state::start(&settings, services)
        }
        Mechanism::Session => {
            let mut settings: session_state::Settings = parsed(arguments)?;
            settings.common.key = Some(key);
            session_state::start(&settings, services)
        }
        Mechanism::Jwt => {
            let mut settings: jwt_state::Settings = parsed(arguments)?;
            settings.common.key = Some(key);
            jwt_state::start(&settings, services)
        }
    };
    running.map_err(|error| error.to_string())
}

fn parsed<S: Parser>(arguments: &[String]) -> Result<S, String> {
    S::try_parse_from(arguments).map_err(|error| error.to_string())
}
