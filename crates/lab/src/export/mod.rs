//! Exchanges in the formats of other tools.
//!
//! Credentials are masked unless somebody asks for them: what is exported is mailed around.
//! `har` is what a browser's developer tools read, `curl` a command, `mermaid` the text of
//! a diagram.

mod curl;
mod har;
mod markdown;
mod mermaid;
#[cfg(test)]
mod tests;
mod transcript;

use harness::http::{mask_header, mask_members, mask_query};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::board::Exchange;
use crate::clock;
use crate::column::Column;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A command for each request.
    Curl,
    /// HTTP Archive 1.2.
    Har,
    /// A sequence diagram.
    Mermaid,
    /// Text for a report.
    Markdown,
}

impl Format {
    /// Of a file.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Curl => "sh",
            Self::Har => "har",
            Self::Mermaid => "mmd",
            Self::Markdown => "md",
        }
    }

    /// Never one that a browser would run.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Har => "application/json",
            Self::Curl | Self::Mermaid | Self::Markdown => "text/plain; charset=utf-8",
        }
    }
}

/// What is exported, and how.
#[derive(Clone, Debug)]
pub struct Export {
    /// Whose exchanges.
    pub column: Column,
    /// Where its server is reached.
    pub origin: String,
    /// With the credentials in it.
    pub shown: bool,
}

impl Export {
    /// The whole file.
    pub fn text(&self, format: Format, exchanges: &[&Exchange]) -> String {
        match format {
            Format::Curl => exchanges
                .iter()
                .map(|one| curl::command(self, one))
                .collect(),
            Format::Har => har::archive(self, exchanges),
            Format::Mermaid => mermaid::diagram(self, exchanges),
            Format::Markdown => markdown::blocks(self, exchanges),
        }
    }

    /// The value of a header.
    fn value(&self, name: &str, value: &str) -> String {
        if self.shown {
            return value.to_owned();
        }
        let masked = mask_header(&format!("{name}: {value}"));
        let masked = masked.split_once(": ").map_or("", |(_, value)| value);
        without_tokens(masked)
    }

    /// Only of JSON is it known which members are secret. A form, or JSON of which the end is not
    /// kept, is left out as a whole.
    fn body(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if self.shown || text.is_empty() {
            return text;
        }
        match is_json(bytes) {
            true => mask_members(&text),
            false => format!("[masked {}]", bytes.len()),
        }
    }

    fn target(&self, target: &str) -> String {
        if self.shown {
            target.to_owned()
        } else {
            mask_query(target)
        }
    }
}

/// That the server's clock was not the machine's; nothing where it was.
fn simulated(exchange: &Exchange) -> String {
    match exchange.ahead.is_zero() {
        true => String::new(),
        false => format!(
            "; the server's clock was {} ahead: simulated",
            clock::in_words(exchange.ahead)
        ),
    }
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// A server may be told to take tokens in a header of another name. One begins with base64url of
/// `{"` and has two dots.
fn without_tokens(value: &str) -> String {
    let is_token = |word: &str| word.starts_with("eyJ") && word.matches('.').count() == 2;
    let words = value.split(' ').map(|word| match is_token(word) {
        true => format!("[masked {}]", word.len()),
        false => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}
