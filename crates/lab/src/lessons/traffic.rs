//! What a step sent, as far as it is the same in each run: no times, sizes, ids, ports.

use serde_json::Value;

use crate::column::Column;
use crate::verdict::Word;

/// How a connection to the store is set up; that depends on who was there before.
const SETTING_UP: [&str; 6] = ["HELLO", "AUTH", "SELECT", "CLIENT", "PING", "SCRIPT"];

/// Who sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The visitor's browser, for a page of the application.
    Browser,
    /// The visitor's browser, for a page of the attacker's.
    Lured,
    /// The attacker's own machine.
    Thief,
}

/// One request, its answer, and what the server asked of the store meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// To which server.
    pub column: Column,
    /// Who sent it.
    pub sender: Sender,
    /// Method and path.
    pub request: String,
    /// A credential went along.
    pub carries: bool,
    /// The answer's status; none when none came.
    pub status: Option<u16>,
    /// What the server asked of the store: the names of the commands, and how often in a row.
    pub commands: Vec<String>,
    /// The verdict.
    pub word: Word,
}

/// What the newest exchange of a column was, in the view of a lab.
pub(super) fn newest(view: &Value, column: Column, word: Word) -> Option<Hop> {
    let exchange = view["columns"][column.index()]["wire"]["exchanges"]
        .as_array()?
        .last()?;
    let line = exchange["request_line"].as_str()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let path = target.split('?').next()?;
    let status = exchange["status"].as_u64();
    let status = status.and_then(|status| u16::try_from(status).ok());
    Some(Hop {
        column,
        sender: match exchange["by"].as_str()? {
            "attacker" => Sender::Thief,
            "neighbour" => Sender::Lured,
            _ => Sender::Browser,
        },
        request: format!("{method} {path}"),
        carries: exchange["credential_bytes"].as_u64()? > 0,
        status,
        // How often a server asks in vain before it gives up is a matter of time.
        commands: match status {
            Some(503) | None => Vec::new(),
            _ => commands(&exchange["store_commands"]),
        },
        word,
    })
}

/// Is this command about the connection, and not about the request?
pub(super) fn is_setting_up(command: &str) -> bool {
    let name = command.split(' ').next().unwrap_or_default();
    SETTING_UP.contains(&name)
}

fn commands(list: &Value) -> Vec<String> {
    let mut names: Vec<(&str, usize)> = Vec::new();
    for command in list.as_array().into_iter().flatten() {
        let name = command["command"].as_str().unwrap_or_default();
        let name = name.split(' ').next().unwrap_or_default();
        // A script is sent by its hash; whole, where the store has not seen it yet.
        let name = if name == "EVALSHA" { "EVAL" } else { name };
        if is_setting_up(name) {
            continue;
        }
        match names.last_mut() {
            Some((last, times)) if *last == name => *times += 1,
            _ => names.push((name, 1)),
        }
    }
    let counted = names.into_iter().map(|(name, times)| match times {
        1 => name.to_owned(),
        _ => format!("{name} ×{times}"),
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_book_that_counts_commands_counts_each() {
        let asked = ["HELLO 3", "EVALSHA a", "EVAL b", "SET k v", "EVAL c"];
        let asked = asked.map(|command| json!({ "command": command }));
        assert_eq!(commands(&json!(asked)), ["EVAL ×2", "SET", "EVAL"]);
    }
}
