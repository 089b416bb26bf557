//! What this machine has of what a lab needs: asked before a lesson, not in it.
//!
//! Nothing is changed: a port is taken and given back, a private Redis is started and stopped.

mod browser;
mod names;
mod store;

use std::io::ErrorKind::AddrInUse;

use serde::Serialize;

use crate::error::LabError;
use crate::front::listen;
use crate::running::RunningLab;
use crate::stores::StoreChoice;

/// How it stands with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Fine,
    /// The lab runs, and something is less than it could be.
    Note,
    /// The lab does not start like this.
    Trouble,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `port`, `store`, `names`, `browser`.
    pub about: &'static str,
    /// How it stands.
    pub state: State,
    /// The same in words.
    pub says: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Finding {
    fn new(about: &'static str, state: State, says: impl Into<String>) -> Self {
        Self {
            about,
            state,
            says: says.into(),
            hint: None,
        }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// Looks at everything, for a lab on this port or, without one, on the usual one.
pub async fn examine(choice: &StoreChoice, asked: Option<u16>) -> Vec<Finding> {
    vec![
        port(asked).await,
        store::look(choice).await,
        names::look().await,
        browser::look(),
    ]
}

async fn port(asked: Option<u16>) -> Finding {
    let next = match listen::take(asked).await {
        Ok(listeners) if !listeners.moved => {
            let says = format!("{} is free", listeners.port);
            return Finding::new("port", State::Fine, says);
        }
        Ok(listeners) => Some(listeners.port),
        Err(LabError::PortTaken { source, .. }) if source.kind() == AddrInUse => None,
        Err(error) => return Finding::new("port", State::Trouble, error.to_string()),
    };
    let wanted = asked.unwrap_or(listen::USUAL_PORT);
    let holder = tokio::task::spawn_blocking(move || RunningLab::on(wanted)).await;
    let says = match holder {
        Ok(Some(lab)) => lab.runs_already(),
        _ => format!("something else listens on {wanted}"),
    };
    match next {
        Some(next) => Finding::new("port", State::Note, says).hint(format!(
            "The next lab takes {next}; --port chooses another."
        )),
        None => Finding::new("port", State::Trouble, says).hint(
            "Choose another --port, or leave it out: the next free one from 8000 on is taken.",
        ),
    }
}
