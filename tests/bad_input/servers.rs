//! One of each server, on a free port, for as long as the test runs.

use std::net::SocketAddr;

use clap::Parser;
use contract::{Running, Services};
use tokio::runtime::Runtime;

#[derive(Clone, Copy)]
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
}

const ARGUMENTS: [&str; 5] = ["server", "--listen", "127.0.0.1:0", "--workers", "1"];

pub(crate) fn all(runtime: &Runtime) -> Vec<Server> {
    let _inside = runtime.enter();
    let cookie = cookie_state::Settings::parse_from(ARGUMENTS);
    let session = session_state::Settings::parse_from(ARGUMENTS);
    let jwt = jwt_state::Settings::parse_from(ARGUMENTS);
    let services = Services::open(&cookie.common).expect("the embedded services open");
    let started = [
        ("cookie-state", cookie_state::start(&cookie, &services)),
        ("session-state", session_state::start(&session, &services)),
        ("jwt-state", jwt_state::start(&jwt, &services)),
    ];
    let address = |running: Running| running.address;
    started
        .map(|(name, running)| Server {
            name,
            address: running.map(address).expect("it starts on a free port"),
        })
        .to_vec()
}
