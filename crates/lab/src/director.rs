//! Carries out what the page's buttons ask for, one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::accounts::{Account, Accounts, AccountsError, Role};
use store::StoreError;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::attacker::Attacker;
use crate::board::Board;
use crate::column::Column;
use crate::error::LabError;
use crate::fleet::Fleet;
use crate::line::Line;
use crate::profile::Profile;
use crate::stores::{Stores, Unmoved};
use crate::variants::Variants;
use crate::verdict::Cause;

/// The account whose role changes: the one of the seeds that has it.
const ADMIN: &str = "root";

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Replay,
    /// Present changed copies.
    Forge,
    Demote,
    Promote,
    /// As at the start; with `usual`, without the variants that the lab was started with.
    Reset {
        usual: bool,
    },
    Profile(Profile),
    /// One choice of one column.
    Variant {
        column: Column,
        word: &'static str,
    },
    /// All columns.
    Variants(Variants),
    /// Break the line to Redis, or mend it.
    Line(Line),
    /// Empty the store.
    Flush,
    /// Restart the servers, with the keys that they have or with others.
    Restart {
        with_new_keys: bool,
    },
    /// Move the servers' clock ahead, and what the store keeps.
    Ahead(Duration),
}

/// Why a command was not carried out; a sentence for the page.
#[derive(Debug, Error)]
pub(crate) enum DirectorError {
    #[error("The accounts could not be changed: {0}. Try again.")]
    Accounts(#[from] AccountsError),
    #[error("Nothing was reset, because the store does not do it: {store}. {hint}")]
    Store { store: String, hint: &'static str },
    #[error("The servers could not be restarted: {0}")]
    Restart(#[from] LabError),
    #[error(
        "The store is in the servers' own process: there is no line to break. Start the lab with a Redis."
    )]
    NoLine,
    #[error("There is no Redis here. Start the lab with one.")]
    NoRedis,
    #[error("The clock was not moved: {0}. Reset sets it back.")]
    Clock(#[from] Unmoved),
    /// The safe half: what is over stays over.
    #[error(
        "Simulated: the servers' clock is {0} ahead, but Redis did not confirm that what it keeps ends sooner. What has ended stays ended; Reset puts all in order."
    )]
    Keys(String),
    #[error("A request is still under way. Try again in a moment.")]
    Busy,
    #[error("The lab is stopping.")]
    Stopping,
}

/// What is left to do for whoever asked.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// The browser has to drop what it holds for these.
    pub(crate) forget: Vec<Column>,
}

type Request = (Command, oneshot::Sender<Result<Done, DirectorError>>);

/// The way to the director.
#[derive(Clone, Debug)]
pub(crate) struct Orders(mpsc::Sender<Request>);

impl Orders {
    /// Asks, and waits until it is done.
    pub(crate) async fn give(&self, command: Command) -> Result<Done, DirectorError> {
        let (answer, done) = oneshot::channel();
        self.0
            .send((command, answer))
            .await
            .map_err(|_| DirectorError::Stopping)?;
        done.await.map_err(|_| DirectorError::Stopping)?
    }
}

/// Owns what the commands change.
pub(crate) struct Director {
    pub(crate) fleet: Fleet,
    pub(crate) accounts: Accounts,
    pub(crate) stores: Arc<Stores>,
    pub(crate) board: Arc<Board>,
    pub(crate) attacker: Attacker,
    /// What the command line asked for.
    pub(crate) at_start: Variants,
    pub(crate) started_in: Profile,
}

impl Director {
    /// Starts listening for orders. It gives itself back when all of their senders are gone.
    pub(crate) fn listen(mut self) -> (Orders, JoinHandle<Self>) {
        let (sender, mut orders) = mpsc::channel::<Request>(8);
        let task = tokio::spawn(async move {
            while let Some((command, answer)) = orders.recv().await {
                let result = self.carry_out(command).await;
                // Whoever asked may have closed the page.
                let _ = answer.send(result);
            }
            self
        });
        (Orders(sender), task)
    }

    async fn carry_out(&mut self, command: Command) -> Result<Done, DirectorError> {
        match command {
            Command::Variant { column, word } => return self.switch_one(column, word),
            Command::Variants(variants) => return self.switch_to(variants),
            Command::Replay => self.hint(self.attacker.replay().await),
            Command::Forge => self.hint(self.attacker.forge().await),
            Command::Demote => self.set_admin(false).await,
            Command::Promote => self.set_admin(true).await,
            Command::Reset { usual } => self.reset(usual).await,
            Command::Profile(profile) => self.switch(profile),
            Command::Line(line) => self.set_line(line),
            Command::Flush => self.flush().await,
            Command::Restart { with_new_keys } => self.restart(with_new_keys),
            Command::Ahead(span) => self.move_ahead(span).await,
        }?;
        Ok(Done::default())
    }

    fn hint(&self, has_sent: bool) -> Result<(), DirectorError> {
        let hint = "There is no stolen credential yet. Log in first: the thief reads along.";
        self.board
            .update(|state| state.notice = (!has_sent).then(|| hint.to_owned()));
        Ok(())
    }

    /// Straight in the accounts, behind the servers' backs: an administrator's tool would do
    /// the same. Logins go on, which is the point.
    async fn set_admin(&self, admin: bool) -> Result<(), DirectorError> {
        let roles: &[Role] = if admin {
            &[Role::Admin, Role::User]
        } else {
            &[Role::User]
        };
        self.accounts.set_roles(ADMIN, roles).await?;
        let notice = if admin {
            format!("{ADMIN} has the role admin again. Who knows it already?")
        } else {
            format!("{ADMIN} is no admin any more. Who still opens /admin?")
        };
        self.tell(notice)
    }

    fn switch(&mut self, profile: Profile) -> Result<(), DirectorError> {
        let variants = self.variants().in_profile(profile);
        self.fleet.restart(&self.stores, variants, false)?;
        self.board.update(|state| {
            state.profile = profile;
            state.variants = variants;
        });
        self.tell(format!(
            "Profile {}: {} The servers were restarted with the same keys; logins stay.",
            profile.name(),
            profile.meaning()
        ))
    }

    fn set_line(&self, line: Line) -> Result<(), DirectorError> {
        if !self.stores.set_line(line) {
            return Err(DirectorError::NoLine);
        }
        self.board.update(|state| state.line = line);
        self.tell(line.meaning().to_owned())
    }

    /// As `FLUSHALL` would, for the lab's own keys.
    async fn flush(&self) -> Result<(), DirectorError> {
        let cleared = self.stores.clear().await;
        cleared.map_err(|error| self.unclear(&error))?;
        self.board.update(|state| {
            // A cookie has its login in itself; the store only says which were ended.
            for column in [Column::Session, Column::Jwt] {
                state.column_mut(column).loses(Cause::Store);
            }
        });
        self.tell("The store was emptied. Who is still logged in?".to_owned())
    }

    fn restart(&mut self, with_new_keys: bool) -> Result<(), DirectorError> {
        self.fleet
            .restart(&self.stores, self.variants(), with_new_keys)?;
        if with_new_keys {
            self.board.update(|state| {
                for column in Column::ALL {
                    state.column_mut(column).loses(Cause::Keys);
                }
            });
        }
        let notice = match with_new_keys {
            true => "The servers were restarted with new keys. Who is still logged in?",
            false => "The servers were restarted with the same keys. Who is still logged in?",
        };
        self.tell(notice.to_owned())
    }

    /// Names the store as it was named at the start: the error knows only the address of the
    /// lab's own tap, and nobody ever gave that one.
    pub(crate) fn unclear(&self, error: &StoreError) -> DirectorError {
        log::debug!("the store was not cleared: {error}");
        DirectorError::Store {
            store: self.stores.label.label.clone(),
            hint: match error {
                StoreError::Unavailable { .. } => "It does not answer. Start it, then reset again.",
                _ => "It refuses. May this user delete keys? RUST_LOG=lab=debug says more.",
            },
        }
    }

    /// A new situation: the notice says so, and the verdicts on the old one go.
    pub(crate) fn tell(&self, notice: String) -> Result<(), DirectorError> {
        let roles = self.roles()?;
        self.board.update(|state| {
            state.roles = roles;
            state.notice = Some(notice);
            for column in Column::ALL {
                state.column_mut(column).verdict = None;
            }
        });
        Ok(())
    }

    /// The roles of every account.
    pub(crate) fn roles(&self) -> Result<BTreeMap<String, Vec<String>>, AccountsError> {
        let named = |account: Arc<Account>| {
            let roles = account
                .roles
                .iter()
                .map(|role| role.name().to_owned())
                .collect();
            (account.username.clone(), roles)
        };
        Ok(self.every_account()?.into_iter().map(named).collect())
    }

    /// The accounts of the seeds; nothing here makes others.
    fn every_account(&self) -> Result<Vec<Arc<Account>>, AccountsError> {
        const SEEDED: [i64; 3] = [1, 2, 3];
        let mut accounts = Vec::new();
        for id in SEEDED {
            accounts.extend(self.accounts.by_id(id)?);
        }
        Ok(accounts)
    }
}
