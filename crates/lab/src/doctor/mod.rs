//! What this machine has of what a lab needs: asked before a lesson, not in it.
//!
//! Nothing is changed: a port is taken and given back, a private Redis is started and stopped.

mod browser;
mod names;
mod store;

use serde::Serialize;

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

/// Looks at everything.
pub async fn examine(choice: &StoreChoice) -> Vec<Finding> {
    vec![
        port().await,
        store::look(choice).await,
        names::look().await,
        browser::look(),
    ]
}

async fn port() -> Finding {
    let listeners = match listen::take(None).await {
        Ok(listeners) => listeners,
        Err(error) => return Finding::new("port", State::Trouble, error.to_string()),
    };
    let (port, usual) = (listeners.port, listen::USUAL_PORT);
    if !listeners.moved {
        return Finding::new("port", State::Fine, format!("{usual} is free"));
    }
    let holder = tokio::task::spawn_blocking(move || RunningLab::on(usual)).await;
    let says = match holder {
        Ok(Some(lab)) => format!("a lab runs already: {}", lab.address()),
        _ => format!("something else listens on {usual}"),
    };
    Finding::new("port", State::Note, says).hint(format!(
        "The next lab takes {port}; --port chooses another."
    ))
}
