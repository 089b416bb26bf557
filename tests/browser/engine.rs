//! Which of the two browsers.

use std::fmt;

use anyhow::Result;

use super::chrome::Chrome;
use super::firefox::Firefox;
use super::programs::Programs;
use super::session::Session;

/// What draws the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        })
    }
}

/// One that runs.
#[derive(Debug)]
pub(crate) enum Browser {
    Chromium(Chrome),
    Firefox(Firefox),
}

impl Browser {
    pub(crate) fn start(programs: &Programs, engine: Engine) -> Result<Self> {
        Ok(match engine {
            Engine::Chromium => Self::Chromium(Chrome::start(programs)?),
            Engine::Firefox => Self::Firefox(Firefox::start(programs.firefox()?, "")?),
        })
    }

    pub(crate) fn tab(&self) -> &Session {
        match self {
            Self::Chromium(chrome) => &chrome.tab,
            Self::Firefox(firefox) => &firefox.tab,
        }
    }
}
