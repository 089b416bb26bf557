//! auth-chain is tested against answers that Django REST framework has given: they lie beside its
//! tests, and here the real one gives them again.

use super::installed::Installed;

/// Beside this package.
const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../crates/auth-chain/tests/chain"
);

/// Every order of the three ways to log in, every credential: line by line.
pub(crate) fn the_recording_is_true() -> Result<(), String> {
    let recorded =
        std::fs::read_to_string(format!("{FOLDER}/drf.txt")).map_err(|error| error.to_string())?;
    let mut python = Installed::find()?.python();
    let said = python.arg(format!("{FOLDER}/drf.py")).output();
    let said = said.map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&said.stdout);
    let differing = recorded
        .lines()
        .zip(said.lines())
        .find(|(one, other)| one != other);
    match differing {
        Some((recorded, said)) => Err(format!("recorded: {recorded}\nsaid now: {said}")),
        None if recorded.lines().count() == said.lines().count() && !said.is_empty() => Ok(()),
        None => Err("there are not as many answers as were recorded".to_owned()),
    }
}
