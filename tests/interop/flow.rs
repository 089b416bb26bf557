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

/// Nothing differs that is not listed, and nothing is listed that does not differ.
pub(crate) fn is_the_same(profile: &'static str) -> Result<(), String> {
    let key = new_key("HS256")?;
    let secret = key["secret"].as_str().ok_or("the key is no secret")?;
    let (django, server) = (
        Django::start(secret)?,
        Server::start("HS256", key.clone(), &["--profile", profile])?,
    );
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

    let faults = compare(profile, &theirs, &ours);
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}
