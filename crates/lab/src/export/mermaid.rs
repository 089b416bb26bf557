//! A sequence diagram in the language of Mermaid, for a page of one's own.
//!
//! Sizes and names, no values: a diagram is shown to a class.

use std::fmt::Write as _;

use super::{Export, simulated};
use crate::board::{By, Exchange, StoreCommand};

pub(super) fn diagram(export: &Export, exchanges: &[&Exchange]) -> String {
    let server = format!("{}-state", export.column.id());
    let mut text =
        format!("sequenceDiagram\n    participant B as Browser\n    participant S as {server}\n");
    if exchanges.iter().any(|one| one.by == By::Attacker) {
        text.push_str("    participant T as Thief\n");
    }
    if exchanges.iter().any(|one| !one.commands.is_empty()) {
        text.push_str("    participant R as Store\n");
    }
    for exchange in exchanges {
        hops(export, &mut text, exchange);
    }
    text
}

fn hops(export: &Export, text: &mut String, exchange: &Exchange) {
    let escaped = |text: &str| escaped(&export.hide(text));
    let record = &exchange.record;
    let who = match exchange.by {
        By::Browser | By::Neighbour => 'B',
        By::Attacker => 'T',
    };
    let credential = match record.credential_bytes() {
        0 => "no credential".to_owned(),
        bytes => format!("credential {bytes} B"),
    };
    let request = format!("{} {}", record.request.method, record.request.path());
    if !exchange.ahead.is_zero() {
        let _ = writeln!(
            text,
            "    Note over S: {}",
            simulated(exchange).trim_start_matches([';', ' '])
        );
    }
    let _ = writeln!(text, "    {who}->>S: {} ({credential})", escaped(&request));
    for command in &exchange.commands {
        let name = escaped(&named(command));
        let _ = match &command.reply {
            Some(reply) => writeln!(text, "    S->>R: {name}\n    R-->>S: {} B", reply.len()),
            None => writeln!(text, "    S-xR: {name} (no answer)"),
        };
    }
    let answer = match record.status() {
        None => "no answer".to_owned(),
        Some(status) => {
            let head = record
                .response
                .iter()
                .flat_map(|one| one.head.texts("set-cookie"));
            let names: String = head
                .filter_map(|line| line.split_once('='))
                .map(|(name, _)| format!(", Set-Cookie {}", name.trim()))
                .collect();
            format!("{status}{names}")
        }
    };
    let _ = writeln!(text, "    S-->>{who}: {}", escaped(&answer));
}

/// The command and the family of its key, without what tells one key from another.
pub(super) fn named(command: &StoreCommand) -> String {
    let mut words = command.command.split_whitespace();
    let verb = words.next().unwrap_or_default();
    let key = words.find(|word| word.contains(':')).unwrap_or_default();
    match key.rsplit_once(':') {
        Some((family, _)) => format!("{verb} {family}:…"),
        None => verb.to_owned(),
    }
}

/// A line ends at a semicolon, and `#` begins an entity.
pub(super) fn escaped(text: &str) -> String {
    let plain = text.replace('#', "#35;").replace(';', "#59;");
    // The semicolon of the first entity was just taken for one of the text.
    plain.replace("#35#59;", "#35;").replace(['\r', '\n'], " ")
}
