//! The table of cases, and each case as a list of things to ask.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::super::engine::Engine;

const TABLE: &str = include_str!("cases.toml");
/// Where a case is set and asked that says nothing else.
pub(super) const PAGE: &str = "http://www.lab.localhost/dir/page";

/// A case, as it stands in the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) what: String,
    #[serde(default)]
    latin1: bool,
    at: Option<String>,
    pub(super) set: Vec<Set>,
    get: Option<String>,
    #[serde(default)]
    how: How,
    from: Option<String>,
    pub(super) sent: String,
    chromium: Option<Otherwise>,
    firefox: Option<Otherwise>,
}

/// What a browser sends that does not do as 6265bis says, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Otherwise {
    pub(super) sent: String,
    pub(super) why: String,
}

/// A line on the page of the case, or one with more to say.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Set {
    Line(String),
    Step(Step),
}

/// One line somewhere else, or by other means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) line: String,
    at: Option<String>,
    from: Option<String>,
    #[serde(default)]
    how: How,
}

/// Who asks, and by which means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum How {
    /// The visitor, in the address bar.
    #[default]
    Typed,
    /// A link on another page.
    Link,
    /// A form on another page.
    Post,
    /// `fetch` on another page.
    Fetch,
    /// A frame in another page.
    Frame,
    /// `document.cookie` on this page.
    Script,
}

/// One request, and the lines of its answer (or, for script, what it assigns).
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) url: String,
    pub(super) from: Option<String>,
    pub(super) how: How,
    pub(super) lines: Vec<Vec<u8>>,
}

/// Every case; an id stands once.
pub(super) fn table() -> Result<Vec<Case>> {
    #[derive(Deserialize)]
    struct Table {
        case: Vec<Case>,
    }
    let table: Table = toml::from_str(TABLE).context("cases.toml")?;
    let ids: BTreeSet<&str> = table.case.iter().map(|case| case.id.as_str()).collect();
    ensure!(ids.len() == table.case.len(), "an id stands twice");
    Ok(table.case)
}

impl Case {
    /// What is set, in order; lines in a row come in one answer.
    pub(super) fn settings(&self) -> Vec<Ask> {
        let page = self.at.as_deref().unwrap_or(PAGE);
        let mut asks: Vec<Ask> = Vec::new();
        let mut continues = false;
        for set in &self.set {
            match set {
                Set::Line(line) => {
                    let line = self.octets(line);
                    match asks.last_mut().filter(|_| continues) {
                        Some(ask) => ask.lines.push(line),
                        None => asks.push(Ask {
                            url: page.to_owned(),
                            from: None,
                            how: How::Typed,
                            lines: vec![line],
                        }),
                    }
                }
                Set::Step(step) => asks.push(Ask {
                    url: step.at.as_deref().unwrap_or(page).to_owned(),
                    from: step.from.clone(),
                    how: step.how,
                    lines: vec![self.octets(&step.line)],
                }),
            }
            continues = matches!(set, Set::Line(_));
        }
        asks
    }

    /// What is asked in the end.
    pub(super) fn question(&self) -> Ask {
        Ask {
            url: self.get.as_deref().unwrap_or(PAGE).to_owned(),
            from: self.from.clone(),
            how: self.how,
            lines: Vec::new(),
        }
    }

    /// Every line as it stands in the table, with the request that it answers where that is
    /// not the usual one.
    pub(super) fn lines(&self) -> Vec<(&str, Option<Ask>)> {
        let page = self.at.as_deref().unwrap_or(PAGE);
        let unusual = |url: &str, from: &Option<String>, how| {
            (url != PAGE || how != How::Typed).then(|| Ask {
                url: url.to_owned(),
                from: from.clone(),
                how,
                lines: Vec::new(),
            })
        };
        let lines = self.set.iter().map(|set| match set {
            Set::Line(line) => (line.as_str(), unusual(page, &None, How::Typed)),
            Set::Step(step) => {
                let url = step.at.as_deref().unwrap_or(page);
                (step.line.as_str(), unusual(url, &step.from, step.how))
            }
        });
        lines.collect()
    }

    /// The field that 6265bis asks for.
    pub(super) fn sent(&self) -> Vec<u8> {
        self.octets(&self.sent)
    }

    /// How this browser is known to differ.
    pub(super) fn otherwise(&self, engine: Engine) -> Option<&Otherwise> {
        match engine {
            Engine::Chromium => self.chromium.as_ref(),
            Engine::Firefox => self.firefox.as_ref(),
        }
    }

    /// The field that this browser is known to send.
    pub(super) fn sent_by(&self, engine: Engine) -> Vec<u8> {
        let otherwise = self.otherwise(engine).map(|otherwise| &otherwise.sent);
        self.octets(otherwise.unwrap_or(&self.sent))
    }

    fn octets(&self, text: &str) -> Vec<u8> {
        let text = expanded(text);
        if !self.latin1 {
            return text.into_bytes();
        }
        text.chars()
            .map(|letter| u8::try_from(letter).expect("a case in latin1 has octets alone"))
            .collect()
    }
}

/// `{x:9}` stands for nine of x.
fn expanded(text: &str) -> String {
    let Some((before, rest)) = text.split_once('{') else {
        return text.to_owned();
    };
    let (inside, after) = rest.split_once('}').expect("a brace is closed");
    let (letter, count) = inside.split_once(':').expect("a letter and a number");
    let count = count.parse().expect("a number");
    format!("{before}{}{}", letter.repeat(count), expanded(after))
}

/// An address of the table as one that can be asked: `:other` and the rest get their ports.
pub(super) fn address(text: &str, http: u16, other: u16, https: u16) -> String {
    let (scheme, rest) = text.split_once("://").expect("an absolute address");
    let (host, path) = rest.split_once('/').expect("a path");
    let (host, port) = match host.strip_suffix(":other") {
        Some(host) => (host, other),
        None if scheme == "https" => (host, https),
        None => (host, http),
    };
    format!("{scheme}://{host}:{port}/{path}")
}
