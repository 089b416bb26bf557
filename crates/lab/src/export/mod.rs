//! Exchanges in the formats of other tools.
//!
//! Credentials are masked unless somebody asks for them: what is exported is mailed around.
//! `har` is what a browser's developer tools read, `curl` a command, `mermaid` the text of
//! a diagram.

mod curl;
mod har;
mod mermaid;
#[cfg(test)]
mod tests;

use harness::http::{mask_header, mask_members, mask_query};
use serde::Deserialize;

use crate::board::Exchange;
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
}

impl Format {
    /// Of a file.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Curl => "sh",
            Self::Har => "har",
            Self::Mermaid => "mmd",
        }
    }

    /// Never one that a browser would run.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Har => "application/json",
            Self::Curl | Self::Mermaid => "text/plain; charset=utf-8",
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
        }
    }

    /// The value of a header.
    fn value(&self, name: &str, value: &str) -> String {
        if self.shown {
            return value.to_owned();
        }
        let masked = mask_header(&format!("{name}: {value}"));
        masked
            .split_once(": ")
            .map_or_else(String::new, |(_, value)| value.to_owned())
    }

    fn body(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if self.shown {
            text
        } else {
            mask_members(&text)
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
