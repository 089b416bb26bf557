//! Exchanges in the formats of other tools.
//!
//! Credentials are masked unless somebody asks for them: what is exported is mailed around. Each
//! is masked where one usually stands, and each that the lab has seen wherever else it turns up:
//! `secrets` knows them, `index` finds them by what `spelling` and `encoded` read, `runs` finds
//! parts of them.
//! `har` is what a browser's developer tools read, `curl` a command, `mermaid` the text of
//! a diagram.

mod curl;
mod encoded;
mod har;
mod index;
mod markdown;
mod mermaid;
mod runs;
mod secrets;
mod sources;
mod spelling;
#[cfg(test)]
mod tests;
mod transcript;

use harness::http::{mask_header, mask_members, mask_query};
use serde::Deserialize;
use serde::de::IgnoredAny;

pub use secrets::Secrets;
pub use sources::Sources;

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
    /// What is masked; `None` leaves the credentials in it.
    pub masked: Option<Secrets>,
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

    fn shown(&self) -> bool {
        self.masked.is_none()
    }

    /// Without what is known to be a credential.
    fn hide(&self, text: &str) -> String {
        match &self.masked {
            None => text.to_owned(),
            Some(secrets) => secrets.hide(text),
        }
    }

    /// What stands where no credential belongs.
    fn anywhere(&self, text: &str) -> String {
        match self.shown() {
            true => text.to_owned(),
            false => without_tokens(&self.hide(text)),
        }
    }

    /// The value of a header.
    fn value(&self, name: &str, value: &str) -> String {
        if self.shown() {
            return value.to_owned();
        }
        let masked = mask_header(&format!("{name}: {}", self.hide(value)));
        let masked = masked.split_once(": ").map_or("", |(_, value)| value);
        without_tokens(masked)
    }

    /// Only of JSON is it known which members are secret. A form, or JSON of which the end is not
    /// kept, is left out as a whole.
    fn body(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if self.shown() || text.is_empty() {
            return text;
        }
        match is_json(bytes) {
            true => mask_members(&self.hide(&text)),
            false => format!("[masked {}]", bytes.len()),
        }
    }

    fn target(&self, target: &str) -> String {
        match self.shown() {
            true => target.to_owned(),
            false => mask_query(&self.hide(target)),
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
