//! A lab in another process, as any program of this machine meets it.

use harness::http::{Base, Client, Request};
use serde_json::{Value, json};
use thiserror::Error;

use crate::front::listen::{TRIED_PORTS, USUAL_PORT};
use crate::hosts::Hosts;

/// How the page carries the token of its start.
const MARK: &str = "<meta name=\"lab-token\" content=\"";

/// A lab that answers.
pub struct RunningLab {
    client: Client,
    hosts: Hosts,
    token: String,
}

/// Why it did not do what was asked.
#[derive(Debug, Error)]
pub enum OrderError {
    /// It is gone, or hangs.
    #[error("the lab gives no answer: {0}")]
    Silent(String),
    /// It could not, and says why.
    #[error("{0}")]
    Refused(String),
}

/// The token is a secret of that lab.
impl std::fmt::Debug for RunningLab {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RunningLab({})", self.address())
    }
}

impl RunningLab {
    /// For somebody who wants its port.
    pub fn runs_already(&self) -> String {
        format!("a lab runs already: {}", self.address())
    }

    /// The lab on this port; `None` when nothing is there, or something else.
    pub fn on(port: u16) -> Option<Self> {
        let hosts = Hosts::new(port);
        let client = Client::new(Base::parse(&hosts.page()).ok()?, None).ok()?;
        let page = client.send(&Request::new("GET", "/")).ok()?.response.body;
        let page = String::from_utf8_lossy(&page).into_owned();
        let (_, rest) = page.split_once(MARK)?;
        let (token, _) = rest.split_once('"')?;
        Some(Self {
            client,
            hosts,
            token: token.to_owned(),
        })
    }

    /// The first on a port that a lab takes by itself.
    pub fn find() -> Option<Self> {
        (USUAL_PORT..USUAL_PORT + TRIED_PORTS).find_map(Self::on)
    }

    /// The address of its page.
    pub fn address(&self) -> String {
        self.hosts.page()
    }

    /// Its host names.
    pub fn hosts(&self) -> Hosts {
        self.hosts
    }

    /// All that its page knows at this moment.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn view(&self) -> Result<Value, OrderError> {
        self.ask("/__lab/view")
    }

    /// What it tells at an address of its own.
    pub(crate) fn ask(&self, path: &str) -> Result<Value, OrderError> {
        let answer = self.client.send(&Request::new("GET", path));
        let answer = answer.map_err(|error| OrderError::Silent(error.to_string()))?;
        let view = answer.response.json();
        view.ok_or_else(|| OrderError::Silent(answer.line()))
    }

    /// What the button Reset on the page does, except that no browser is emptied.
    ///
    /// # Errors
    /// When it does not answer, or could not.
    pub fn reset(&self) -> Result<(), OrderError> {
        self.order(&json!({ "action": "reset" }))
    }

    /// Tells it what a button of its page would.
    ///
    /// # Errors
    /// When it does not answer, or could not.
    pub fn order(&self, what: &Value) -> Result<(), OrderError> {
        let order = Request::new("POST", "/__lab/control")
            .header("Origin", self.hosts.page())
            .header("X-Lab-Token", &self.token)
            .json(what);
        let answer = self.client.send(&order);
        let response = answer
            .map_err(|error| OrderError::Silent(error.to_string()))?
            .response;
        if response.is_success() {
            return Ok(());
        }
        let said = response.json();
        let sentence = said.as_ref().and_then(|said| said["sentence"].as_str());
        Err(OrderError::Refused(match sentence {
            Some(sentence) => sentence.to_owned(),
            None => format!("the lab answers {}", response.status),
        }))
    }
}
