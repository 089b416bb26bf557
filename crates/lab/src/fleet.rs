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
use crate::profile::Profile;
use crate::stores::Stores;

/// The servers that run.
pub(crate) struct Fleet {
    hosts: Hosts,
    accounts: Accounts,
    keys: [MasterKey; 3],
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
        profile: Profile,
    ) -> Result<Self, LabError> {
        let keys = new_keys();
        let running = start_all(hosts, &accounts, stores, profile, &keys)?;
        let addresses = Arc::new(Addresses::new(addresses(&running)));
        Ok(Self {
            hosts,
            accounts,
            keys,
            running,
            addresses,
        })
    }

    /// Starts all three anew, on other ports, and only then stops the old ones: no request
    /// finds nobody. With the old keys, credentials that are out stay good.
    pub(crate) fn restart(
        &mut self,
        stores: &Stores,
        profile: Profile,
        with_new_keys: bool,
    ) -> Result<(), LabError> {
        let keys = if with_new_keys {
            new_keys()
        } else {
            self.keys.clone()
        };
        let running = start_all(self.hosts, &self.accounts, stores, profile, &keys)?;
        self.addresses.replace(addresses(&running));
        let old = std::mem::replace(&mut self.running, running);
        self.keys = keys;
        tokio::spawn(stop_all(old));
        Ok(())
    }

    /// Stops all three.
    pub(crate) async fn stop(self) {
        stop_all(self.running).await;
    }
}

fn new_keys() -> [MasterKey; 3] {
    Column::ALL.map(|_| MasterKey::random())
}

fn addresses(running: &[Running]) -> [SocketAddr; 3] {
    Column::ALL.map(|column| running[column.index()].address)
}

async fn stop_all(running: Vec<Running>) {
    futures_util::future::join_all(running.into_iter().map(Running::stop)).await;
}

fn start_all(
    hosts: Hosts,
    accounts: &Accounts,
    stores: &Stores,
    profile: Profile,
    keys: &[MasterKey; 3],
) -> Result<Vec<Running>, LabError> {
    let start = |column: Column| {
        let services = Services {
            accounts: accounts.clone(),
            store: stores.source(column),
        };
        let key = keys[column.index()].clone();
        let origin = hosts.column(column);
        let arguments = [
            column.id(),
            "--listen",
            "127.0.0.1:0",
            "--workers",
            "1",
            "--origin",
            &origin,
            "--profile",
            profile.name(),
        ];
        start_one(column, &arguments, key, &services)
    };
    let mut running = Vec::new();
    for column in Column::ALL {
        match start(column) {
            Ok(one) => running.push(one),
            Err(error) => {
                tokio::spawn(stop_all(running));
                return Err(error);
            }
        }
    }
    Ok(running)
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
