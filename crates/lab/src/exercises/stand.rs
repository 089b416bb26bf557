//! Where an exercise is tried: our server with the learner's settings, or the learner's own.

use std::path::Path;
use std::sync::Arc;

use clap::Parser;
use contract::{Running, Services};
use harness::{Case, Finding, Manifest, Mechanism, Profile, Target, run_one};
use tokio::task::spawn_blocking;

use super::{Exercise, settings};
use crate::column::Column;
use crate::error::LabError;

/// A server that is asked.
pub struct Stand {
    target: Arc<Target>,
    running: Option<Running>,
}

/// Where the learner's own server is.
#[derive(Clone, Debug)]
pub enum Asked {
    /// At this address, with the contract of the servers here.
    Url(String, Option<Mechanism>),
    /// As a manifest says.
    Manifest(std::path::PathBuf),
}

impl Stand {
    /// Starts our server with these settings.
    ///
    /// # Errors
    /// A sentence for the learner: what is wrong with them.
    pub fn start(exercise: &Exercise, text: &str) -> Result<Self, String> {
        let mut words = vec![
            exercise.program().to_owned(),
            "--listen=127.0.0.1:0".to_owned(),
            "--workers=1".to_owned(),
        ];
        words.extend(settings::arguments(text)?);
        let running = serve(exercise.server, &words).map_err(|error| plain(&error))?;
        let url = format!("http://localhost:{}", running.address.port());
        let asked = Asked::Url(url, None);
        Ok(Self {
            running: Some(running),
            ..Self::own(exercise, &asked)?
        })
    }

    /// The learner's own.
    ///
    /// # Errors
    /// A sentence: what is wrong with its address or its manifest.
    pub fn own(exercise: &Exercise, asked: &Asked) -> Result<Self, String> {
        let mut target = match asked {
            Asked::Url(url, mechanism) => {
                let mechanism = mechanism.unwrap_or(match exercise.server {
                    Column::Cookie => Mechanism::Cookie,
                    Column::Session => Mechanism::Session,
                    Column::Jwt => Mechanism::Jwt,
                });
                Target::new(url, mechanism, Profile::Hardened)?
            }
            Asked::Manifest(path) => Manifest::read(Path::new(path))?.into_target()?,
        };
        target.profile = Profile::Hardened;
        let promised = &mut target.promises.login_failures;
        *promised = promised.or(exercise.wrong_passwords);
        Ok(Self {
            target: Arc::new(target),
            running: None,
        })
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.target.base().origin()
    }

    /// Does somebody listen there?
    pub async fn answers(&self) -> bool {
        let target = Arc::clone(&self.target);
        spawn_blocking(move || target.probe().is_ok())
            .await
            .unwrap_or(false)
    }

    /// Runs one check. It waits for answers, and must not do so on a thread that serves others.
    ///
    /// # Errors
    /// When the check did not end.
    pub async fn ask(&self, case: &'static Case) -> Result<Finding, LabError> {
        let target = Arc::clone(&self.target);
        let finding = spawn_blocking(move || run_one(&target, case)).await;
        finding.map_err(|_| LabError::Attack("the check did not end".to_owned()))
    }

    /// Stops our server.
    pub async fn stop(self) {
        if let Some(running) = self.running {
            running.stop().await;
        }
    }
}

/// As the server's own program does it, so that every setting means what it means there.
fn serve(column: Column, words: &[String]) -> Result<Running, LabError> {
    let running = match column {
        Column::Cookie => {
            let settings = cookie_state::Settings::try_parse_from(words)?;
            cookie_state::start(&settings, &Services::open(&settings.common)?)
        }
        Column::Session => {
            let settings = session_state::Settings::try_parse_from(words)?;
            session_state::start(&settings, &Services::open(&settings.common)?)
        }
        Column::Jwt => {
            let settings = jwt_state::Settings::try_parse_from(words)?;
            jwt_state::start(&settings, &Services::open(&settings.common)?)
        }
    };
    Ok(running?)
}

/// Without the usage of a command line that nobody has typed.
fn plain(error: &LabError) -> String {
    let said = match error {
        LabError::Settings(error) => error.to_string(),
        LabError::Server(error) => error.to_string(),
        other => other.to_string(),
    };
    let lines = said.lines().take_while(|line| !line.starts_with("Usage:"));
    let lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
    let said = lines.join("\n");
    said.trim_start_matches("error: ").to_owned()
}
