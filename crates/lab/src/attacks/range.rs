//! Where an attack is tried: a server that is started for it and stopped after it.

use contract::accounts::{Accounts, Role};
use contract::settings::MasterKey;
use contract::{Running, Services};
use harness::{Case, Finding, Mechanism, Seam, Seams, ShortLived, SigningKey, Target, run_one};
use store::Source;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;

use crate::asker::{Asker, asker};
use crate::column::Column;
use crate::error::LabError;
use crate::fleet::start_as;
use crate::profile::Profile;
use crate::signing_keys::SigningKeys;
use crate::variants::Variants;

/// Bytes that the store of one attack may take.
const STORE: usize = 8 * 1024 * 1024;

/// Seconds that a credential of the short-lived server works.
const SHORT: u64 = 2;

/// The suite's word for a column.
pub(super) fn mechanism(column: Column) -> Mechanism {
    match column {
        Column::Cookie => Mechanism::Cookie,
        Column::Session => Mechanism::Session,
        Column::Jwt => Mechanism::Jwt,
    }
}

/// What an attack takes of the lab that it is tried in.
#[derive(Default)]
pub(crate) struct Ground {
    /// One of the places for attacks. It is free again when the servers have stopped.
    pub(crate) place: Option<OwnedSemaphorePermit>,
    /// Passwords are hashed in the turn of these accounts.
    pub(crate) accounts: Option<Accounts>,
}

/// The servers of one attack.
struct Range {
    column: Column,
    /// All but where sessions are: they are in a store of this attack's own.
    variants: Variants,
    key: MasterKey,
    signing: SigningKeys,
    services: Services,
    running: Vec<Running>,
    place: Option<OwnedSemaphorePermit>,
}

/// Runs one check against servers of its own. Where nobody waits for it any more, it ends early.
pub(super) async fn try_one(
    case: &'static Case,
    column: Column,
    variants: Variants,
    ground: Ground,
) -> Result<Finding, LabError> {
    Range::new(column, variants, ground)?.try_here(case).await
}

impl Range {
    fn new(column: Column, variants: Variants, ground: Ground) -> Result<Self, LabError> {
        let accounts = Accounts::in_memory()?;
        let accounts = match &ground.accounts {
            Some(others) => accounts.in_the_turn_of(others),
            None => accounts,
        };
        Ok(Self {
            column,
            variants,
            key: MasterKey::random(),
            signing: SigningKeys::default(),
            services: Services {
                accounts,
                store: Source::embedded(STORE),
            },
            running: Vec::new(),
            place: ground.place,
        })
    }

    /// In a task of its own: dropped halfway, it would leave its servers behind.
    async fn try_here(mut self, case: &'static Case) -> Result<Finding, LabError> {
        let (_present, asker) = asker();
        let task = tokio::spawn(async move {
            let finding = self.run(case, asker).await;
            self.stop().await;
            drop(self.place);
            finding
        });
        task.await.map_err(|_| unended())?
    }

    async fn run(&mut self, case: &'static Case, mut asker: Asker) -> Result<Finding, LabError> {
        let target = self.target(case)?;
        // The suite waits for its answers, and must not do so on a thread that serves others.
        let mut check = spawn_blocking(move || run_one(&target, case));
        let finding = tokio::select! {
            finding = &mut check => finding,
            () = asker.leaves() => {
                // No thread can be ended, but where nobody answers a check soon ends itself.
                self.stop().await;
                check.await
            }
        };
        finding.map_err(|_| unended())
    }

    async fn stop(&mut self) {
        for running in self.running.drain(..) {
            running.stop().await;
        }
    }

    fn target(&mut self, case: &Case) -> Result<Target, LabError> {
        let profile = match self.variants.profile(self.column) {
            Profile::Hardened => harness::Profile::Hardened,
            Profile::Stateless => harness::Profile::Stateless,
        };
        let url = self.start(&[])?;
        let mut target =
            Target::new(&url, mechanism(self.column), profile).map_err(LabError::Attack)?;
        let (accounts, runtime) = (self.services.accounts.clone(), Handle::current());
        if self.variants.has(Column::Jwt, "cookie") && self.column == Column::Jwt {
            target.cookie = Some(self.column.cookie_name().to_owned());
            target.refresh_cookie = Some("__Host-refresh".to_owned());
        }
        let signing_key = match self.column {
            Column::Jwt => Some(self.signing_key()?),
            Column::Cookie | Column::Session => None,
        };
        target.seams = Seams {
            signing_key,
            set_role: Some(Box::new(move |name, roles| {
                let roles: Vec<Role> = roles.split(',').filter_map(role).collect();
                let set = accounts.set_roles(name, &roles);
                runtime.block_on(set).map_err(|error| error.to_string())
            })),
            short_lived: self.short_lived(case)?,
            ..Seams::default()
        };
        Ok(target)
    }

    /// The key by which jwt-state signs: what an attacker would have to guess, and what the check
    /// signs its controls with.
    fn signing_key(&mut self) -> Result<SigningKey, LabError> {
        let Some(file) = self.signing.file(self.variants)? else {
            let purpose = "jwt-state: HS256 signature of tokens";
            return Ok(SigningKey::secret(self.key.derive::<32>(purpose)));
        };
        let pem = std::fs::read_to_string(file).map_err(|source| LabError::System {
            what: "the key of the attacked server cannot be read",
            source,
        })?;
        SigningKey::parse(&pem).map_err(LabError::Attack)
    }

    fn short_lived(&mut self, case: &Case) -> Result<Option<ShortLived>, LabError> {
        let is_needed = self.column == Column::Jwt && case.seams.contains(&Seam::ShortLived);
        if !is_needed {
            return Ok(None);
        }
        let url = self.start(&["--access-lifetime", &format!("{SHORT}s")])?;
        Ok(Some(ShortLived {
            url,
            seconds: SHORT,
        }))
    }

    /// Starts a server and says where it is.
    fn start(&mut self, more: &[&str]) -> Result<String, LabError> {
        let (column, key) = (self.column, self.key.clone());
        let signing = &mut self.signing;
        let running = start_as(column, self.variants, signing, more, key, &self.services)?;
        let url = format!("http://localhost:{}", running.address.port());
        self.running.push(running);
        Ok(url)
    }
}

fn unended() -> LabError {
    LabError::Attack("the check did not end".to_owned())
}

fn role(name: &str) -> Option<Role> {
    [Role::Admin, Role::User]
        .into_iter()
        .find(|role| role.name() == name)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::sync::Arc;
    use std::task::{Context, Waker};
    use std::time::Duration;

    use tokio::sync::Semaphore;
    use tokio::time::timeout;

    use super::*;
    use crate::attacks::Attack;

    #[tokio::test(flavor = "multi_thread")]
    async fn one_that_is_left_keeps_its_place_until_its_servers_have_stopped() {
        let places = Arc::new(Semaphore::new(1));
        let ground = Ground {
            place: Some(Arc::clone(&places).try_acquire_owned().unwrap()),
            accounts: None,
        };
        let variants = Variants::usual(Profile::Hardened);
        let mut range = Range::new(Column::Jwt, variants, ground).unwrap();
        range.start(&[]).unwrap();
        let address = range.running[0].address;
        let case = Attack::named("expired").unwrap().case(Column::Jwt).unwrap();
        let mut waiting = Box::pin(range.try_here(case));
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        TcpStream::connect(address).unwrap();
        drop(waiting);
        assert!(places.try_acquire().is_err(), "the servers still run");
        let ended = timeout(Duration::from_secs(60), places.acquire()).await;
        assert!(ended.is_ok(), "the check does not end");
        TcpStream::connect(address).expect_err("nobody listens any more");
    }
}
