//! The three servers, in this process, and their restart in place.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Parser;
use contract::accounts::Accounts;
use contract::settings::MasterKey;
use contract::{Running, Services};

use crate::column::Column;
use crate::error::LabError;
use crate::front::Addresses;
use crate::hosts::Hosts;
use crate::signing_keys::SigningKeys;
use crate::stores::Stores;
use crate::variants::Variants;

/// The servers that run.
pub(crate) struct Fleet {
    hosts: Hosts,
    accounts: Accounts,
    keys: [MasterKey; 3],
    signing: SigningKeys,
    /// Left to right.
    running: Vec<Running>,
    /// Where they are reached.
    pub(crate) addresses: Arc<Addresses>,
}

impl Fleet {
    /// Starts all three with new keys.
    pub(crate) fn start(
        hosts: Hosts,
        accounts: Accounts,
        stores: &Stores,
        variants: Variants,
    ) -> Result<Self, LabError> {
        // Nobody asks before there is somewhere to ask.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut fleet = Self {
            hosts,
            accounts,
            keys: new_keys(),
            signing: SigningKeys::default(),
            running: Vec::new(),
            addresses: Arc::new(Addresses::new([nowhere; 3])),
        };
        fleet.running = fleet.start_all(stores, variants)?;
        fleet.announce();
        Ok(fleet)
    }

    /// Starts all three anew, on other ports, and only then stops the old ones: no request
    /// finds nobody. With the old keys, credentials that are out stay good.
    pub(crate) fn restart(
        &mut self,
        stores: &Stores,
        variants: Variants,
        with_new_keys: bool,
    ) -> Result<(), LabError> {
        let before = self.keys.clone();
        if with_new_keys {
            self.keys = new_keys();
            self.signing.forget();
        }
        let running = self.start_all(stores, variants);
        let running = running.inspect_err(|_| self.keys = before)?;
        let old = std::mem::replace(&mut self.running, running);
        self.announce();
        tokio::spawn(stop_all(old));
        Ok(())
    }

    /// The same for the server of one column, with the keys that it has.
    pub(crate) fn restart_one(
        &mut self,
        column: Column,
        stores: &Stores,
        variants: Variants,
    ) -> Result<(), LabError> {
        let running = self.launch(column, stores, variants)?;
        let old = std::mem::replace(&mut self.running[column.index()], running);
        self.announce();
        tokio::spawn(old.stop());
        Ok(())
    }

    /// Stops all three.
    pub(crate) async fn stop(self) {
        stop_all(self.running).await;
    }

    fn announce(&self) {
        let addresses = Column::ALL.map(|column| self.running[column.index()].address);
        self.addresses.replace(addresses);
    }

    fn start_all(&mut self, stores: &Stores, variants: Variants) -> Result<Vec<Running>, LabError> {
        let mut running = Vec::new();
        for column in Column::ALL {
            match self.launch(column, stores, variants) {
                Ok(one) => running.push(one),
                Err(error) => {
                    tokio::spawn(stop_all(running));
                    return Err(error);
                }
            }
        }
        Ok(running)
    }

    fn launch(
        &mut self,
        column: Column,
        stores: &Stores,
        variants: Variants,
    ) -> Result<Running, LabError> {
        let services = Services {
            accounts: self.accounts.clone(),
            store: stores.source(column, variants),
        };
        let origin = self.hosts.column(column);
        let more = ["--origin", &origin];
        let key = self.keys[column.index()].clone();
        start_as(column, variants, &mut self.signing, &more, key, &services)
    }
}

fn new_keys() -> [MasterKey; 3] {
    Column::ALL.map(|_| MasterKey::random())
}

async fn stop_all(running: Vec<Running>) {
    futures_util::future::join_all(running.into_iter().map(Running::stop)).await;
}

/// Starts one server that runs as the variants say, and with more settings.
pub(crate) fn start_as(
    column: Column,
    variants: Variants,
    signing: &mut SigningKeys,
    more: &[&str],
    key: MasterKey,
    services: &Services,
) -> Result<Running, LabError> {
    let file = match column {
        Column::Jwt => signing.file(variants)?,
        Column::Cookie | Column::Session => None,
    };
    let file = file.map(|file| file.display().to_string());
    let mut arguments = vec![column.id(), "--listen", "127.0.0.1:0", "--workers", "1"];
    arguments.extend(variants.arguments(column));
    if let Some(file) = &file {
        arguments.extend(["--signing-key", file]);
    }
    arguments.extend(more);
    start_one(column, &arguments, key, services)
}

/// Starts one server with these settings; the same three lines for each mechanism, because
/// nothing stands over them but their shape.
pub(crate) fn start_one(
    column: Column,
    arguments: &[&str],
    key: MasterKey,
    services: &Services,
) -> Result<Running, LabError> {
    let running = match column {
        Column::Cookie => {
            let mut settings = cookie_state::Settings::try_parse_from(arguments)?;
            settings.common.key = Some(key);
            cookie_state::start(&settings, services)
        }
        Column::Session => {
            let mut settings = session_state::Settings::try_parse_from(arguments)?;
            settings.common.key = Some(key);
            session_state::start(&settings, services)
        }
        Column::Jwt => {
            let mut settings = jwt_state::Settings::try_parse_from(arguments)?;
            settings.common.key = Some(key);
            jwt_state::start(&settings, services)
        }
    };
    Ok(running?)
}
