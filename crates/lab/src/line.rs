//! The line between the servers and Redis: as it is, or broken on purpose at the taps.
//!
//! The servers notice what they would notice of a real fault, and nothing tells them.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::sleep;

/// How much later each reply comes on a slow line. The servers wait 300 ms for one, so they
/// still work, and each look-up shows.
const DELAY: Duration = Duration::from_millis(100);

/// What the line does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// It carries everything.
    #[default]
    Well,
    /// Each reply comes late.
    Slow,
    /// Redis takes commands and does not answer.
    Hung,
    /// Connections are closed, and new ones too.
    Cut,
}

impl Line {
    /// What it means, as a sentence.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Well => "Redis answers as it should.",
            Self::Slow => "Redis is slow: each reply comes 100 ms later.",
            Self::Hung => "Redis hangs: it takes commands and does not answer.",
            Self::Cut => "Redis is cut off: no server reaches it.",
        }
    }
}

/// A tap's end of the switch.
#[derive(Clone, Debug)]
pub(crate) struct Switch(pub(crate) watch::Receiver<Line>);

impl Switch {
    pub(crate) fn is_cut(&self) -> bool {
        *self.0.borrow() == Line::Cut
    }

    /// What goes in now gets no answer.
    pub(crate) fn is_hung(&self) -> bool {
        *self.0.borrow() == Line::Hung
    }

    /// Ends when the line is cut.
    pub(crate) async fn cut(&mut self) {
        // Without a sender the lab is stopping, and so are its connections.
        let _ = self.0.wait_for(|line| *line == Line::Cut).await;
    }

    /// Holds a reply back as long as the line says.
    pub(crate) async fn reply(&mut self) -> io::Result<()> {
        let line = *self.0.borrow_and_update();
        match line {
            Line::Well => Ok(()),
            Line::Slow => {
                sleep(DELAY).await;
                Ok(())
            }
            Line::Hung => {
                let goes_on = self.0.wait_for(|line| *line != Line::Hung).await;
                match goes_on.map(|line| *line) {
                    Ok(Line::Cut) | Err(_) => Err(io::ErrorKind::ConnectionAborted.into()),
                    Ok(_) => Ok(()),
                }
            }
            Line::Cut => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn replies_come_as_the_line_says() {
        let (sender, receiver) = watch::channel(Line::Well);
        let mut switch = Switch(receiver);
        assert!(switch.reply().await.is_ok());
        let begun = std::time::Instant::now();
        sender.send_replace(Line::Slow);
        assert!(switch.reply().await.is_ok());
        assert!(begun.elapsed() >= DELAY);

        sender.send_replace(Line::Hung);
        let mut waiting = switch.clone();
        let held = tokio::spawn(async move { waiting.reply().await });
        sleep(2 * DELAY).await;
        assert!(!held.is_finished());
        sender.send_replace(Line::Well);
        assert!(held.await.unwrap().is_ok());

        sender.send_replace(Line::Cut);
        assert!(switch.is_cut());
        switch.cut().await;
        assert!(switch.reply().await.is_err());
    }
}
