//! Exchanges as blocks of a Markdown file, with what the server asked of its store.

use super::{Export, simulated};
use crate::board::{By, Exchange};
use crate::export::mermaid::named;

pub(super) fn blocks(export: &Export, exchanges: &[&Exchange]) -> String {
    exchanges.iter().map(|one| block(export, one)).collect()
}

fn block(export: &Export, exchange: &Exchange) -> String {
    let by = match exchange.by {
        By::Browser => "browser",
        By::Neighbour => "browser, for a page of another origin",
        By::Attacker => "attacker",
    };
    let mut text = export.transcript(exchange);
    for command in &exchange.commands {
        text.push_str("\n= ");
        text.push_str(&export.hide(&named(command)));
    }
    let fence = fence(&text);
    format!(
        "{by}, {} ms{}\n\n{fence}http\n{text}\n{fence}\n\n",
        exchange.record.duration.as_millis(),
        simulated(exchange)
    )
}

/// Longer than any run of backticks in the text: what a visitor sent must not end the block
/// (CommonMark, section 4.5).
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_block() {
        assert_eq!(fence("a `b` c"), "```");
        assert_eq!(fence("x\n````\ny"), "`````");
    }
}
