//! A Simple JWT client's whole life, against a real Django and against jwt-state: the same
//! answers, member by member, but for what `flow/differences.rs` lists.

mod compare;
mod differences;
mod side;
mod steps;

use super::django::Django;
use super::library::new_key;
use super::server::Server;
use compare::compare;
pub(crate) use differences::{PARTS, WHOLES};
use side::Side;

/// How the two are set up.
pub(crate) struct SetUp {
    pub(crate) name: &'static str,
    /// Flags of jwt-state.
    flags: &'static [&'static str],
    /// Simple JWT's `ROTATE_REFRESH_TOKENS` and `BLACKLIST_AFTER_ROTATION`.
    rotates: bool,
}

/// By these names the differences say where they are.
pub(crate) const SET_UPS: [SetUp; 3] = [
    SetUp {
        name: "hardened",
        flags: &["--profile", "hardened"],
        rotates: true,
    },
    SetUp {
        name: "stateless",
        flags: &["--profile", "stateless"],
        rotates: true,
    },
    SetUp {
        name: "no rotation",
        flags: &["--profile", "hardened", "--rotation", "off"],
        rotates: false,
    },
];

/// Nothing differs that is not listed, and nothing is listed that does not differ.
pub(crate) fn is_the_same(set_up: &SetUp) -> Result<(), String> {
    let key = new_key("HS256")?;
    let secret = key["secret"].as_str().ok_or("the key is no secret")?;
    let django = Django::start(secret, set_up.rotates)?;
    let server = Server::start("HS256", key.clone(), set_up.flags)?;
    let mut theirs = Side::new(
        django.address,
        secret,
        Box::new(|username, active| django.set_active(username, active)),
    );
    let mut ours = Side::new(
        server.address,
        secret,
        Box::new(|username, active| server.set_disabled(username, !active)),
    );
    steps::run(&mut theirs).map_err(|fault| format!("Django: {fault}"))?;
    steps::run(&mut ours).map_err(|fault| format!("jwt-state: {fault}"))?;

    let faults = compare(set_up.name, &theirs, &ours);
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}
