//! A fresh server for one trial, as the suite sees it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Parser;
use contract::accounts::Role;
use contract::settings::MasterKey;
use contract::{Running, Services};
use harness::{Case, Mechanism, Profile, Seams, SigningKey, Target};
use tokio::runtime::Runtime;

use super::redis::{Backing, fresh_prefix};
use super::variants::{Variant, private_key};
use super::{instances, outside};

/// What all instances of one server have in common.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) on: (Mechanism, Profile),
    pub(crate) backing: Backing,
    pub(crate) services: Services,
    pub(crate) prefix: String,
    /// The secret key in base64, and those from before.
    pub(crate) keys: Vec<String>,
    /// What else is set, for each of them.
    pub(crate) variant: Variant,
}

/// A running server of its own, with a key and accounts of its own.
pub(crate) struct Fresh {
    pub(crate) setting: Setting,
    pub(crate) main: Instance,
    /// The others that a case needs.
    pub(crate) others: Vec<Running>,
}

/// One that can be ended and started where it was.
pub(crate) type Instance = Arc<Mutex<Option<Running>>>;

pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("threads for a runtime"))
}

impl Setting {
    pub(crate) fn new(
        on: (Mechanism, Profile),
        backing: Backing,
        variant: Variant,
    ) -> Result<Self, String> {
        let prefix = fresh_prefix();
        let services = opened(&arguments(on.1, &backing, &prefix, variant))?;
        Ok(Self {
            on,
            backing,
            services,
            prefix,
            keys: vec![fresh_key()?],
            variant,
        })
    }

    /// Starts an instance on a free port, with these settings more.
    pub(crate) fn start(&self, more: &[&str]) -> Result<Running, String> {
        self.start_at("127.0.0.1:0", more)
    }

    pub(crate) fn start_at(&self, place: &str, more: &[&str]) -> Result<Running, String> {
        let mut arguments = arguments(self.on.1, &self.backing, &self.prefix, self.variant);
        arguments.extend(self.variant.settings()?);
        arguments.extend(["--listen".to_owned(), place.to_owned()]);
        arguments.extend(more.iter().map(|word| (*word).to_owned()));
        let mut keys = Vec::new();
        for key in &self.keys {
            keys.push(MasterKey::from_base64(key).map_err(|error| error.to_string())?);
        }
        started(self.on.0, keys, &arguments, &self.services)
    }
}

pub(crate) fn fresh_key() -> Result<String, String> {
    let mut key = [0; 64];
    getrandom::fill(&mut key).map_err(|error| error.to_string())?;
    Ok(STANDARD.encode(key))
}

pub(crate) fn url(running: &Running) -> String {
    format!("http://localhost:{}", running.address.port())
}

impl Fresh {
    /// Starts it.
    pub(crate) fn start(
        on: (Mechanism, Profile),
        backing: Backing,
        variant: Variant,
    ) -> Result<Self, String> {
        let setting = Setting::new(on, backing, variant)?;
        let main = Arc::new(Mutex::new(Some(setting.start(&[])?)));
        Ok(Self {
            setting,
            main,
            others: Vec::new(),
        })
    }

    /// The server with the seams that this case needs.
    pub(crate) fn target(&mut self, case: &Case) -> Result<Target, String> {
        let on = self.setting.on;
        let main = locked(&self.main).as_ref().map(url);
        let mut target = Target::new(&main.ok_or("the server was stopped")?, on.0, on.1)?;
        let (roles, disabled) = (
            self.setting.services.accounts.clone(),
            &self.setting.services,
        );
        let disabled = disabled.accounts.clone();
        target.seams = Seams {
            signing_key: (on.0 == Mechanism::Jwt)
                .then(|| self.signing_key())
                .transpose()?,
            set_role: Some(Box::new(move |name, list| {
                let role = |text| {
                    if text == "admin" {
                        Role::Admin
                    } else {
                        Role::User
                    }
                };
                let list: Vec<Role> = list.split(',').map(role).collect();
                runtime()
                    .block_on(roles.set_roles(name, &list))
                    .map_err(|error| error.to_string())
            })),
            set_disabled: Some(Box::new(move |name, is_disabled| {
                runtime()
                    .block_on(disabled.set_disabled(name, is_disabled))
                    .map_err(|error| error.to_string())
            })),
            ..Seams::default()
        };
        self.setting.variant.promise(&mut target);
        instances::offer(self, case, &mut target.seams)?;
        outside::offer(&self.setting, &mut target.seams);
        Ok(target)
    }

    /// The key by which jwt-state signs, as its operator could work it out.
    fn signing_key(&self) -> Result<SigningKey, String> {
        if self.setting.variant == Variant::Es256 {
            return SigningKey::parse(&private_key()?.1);
        }
        let key = MasterKey::from_base64(&self.setting.keys[0]).map_err(|e| e.to_string())?;
        let secret = key.derive::<32>("jwt-state: HS256 signature of tokens");
        Ok(SigningKey::secret(secret))
    }
}

pub(crate) fn locked(instance: &Instance) -> std::sync::MutexGuard<'_, Option<Running>> {
    instance.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let main = locked(&self.main).take();
        for running in main.into_iter().chain(self.others.drain(..)) {
            runtime().block_on(running.stop());
        }
    }
}

fn arguments(profile: Profile, backing: &Backing, prefix: &str, variant: Variant) -> Vec<String> {
    let failures = variant.login_failures().to_string();
    let mut arguments = ["server", "--workers", "1", "--login-failures", &failures]
        .map(str::to_owned)
        .to_vec();
    arguments.extend(["--profile".to_owned(), profile.name().to_owned()]);
    arguments.extend(["--key-prefix".to_owned(), prefix.to_owned()]);
    if let Some(url) = backing.url() {
        arguments.extend(["--redis".to_owned(), url]);
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
    mut keys: Vec<MasterKey>,
    arguments: &[String],
    services: &Services,
) -> Result<Running, String> {
    let before = keys.split_off(1);
    let key = keys.pop();
    let _inside = runtime().enter();
    let running = match mechanism {
        Mechanism::Cookie => {
            let mut settings: cookie_state::Settings = parsed(arguments)?;
            (settings.common.key, settings.common.previous_keys) = (key, before);
            cookie_state::start(&settings, services)
        }
        Mechanism::Session => {
            let mut settings: session_state::Settings = parsed(arguments)?;
            (settings.common.key, settings.common.previous_keys) = (key, before);
            session_state::start(&settings, services)
        }
        Mechanism::Jwt => {
            let mut settings: jwt_state::Settings = parsed(arguments)?;
            (settings.common.key, settings.common.previous_keys) = (key, before);
            jwt_state::start(&settings, services)
        }
    };
    running.map_err(|error| error.to_string())
}

fn parsed<S: Parser>(arguments: &[String]) -> Result<S, String> {
    S::try_parse_from(arguments).map_err(|error| error.to_string())
}
