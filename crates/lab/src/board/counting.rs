//! What an exchange adds to the scoreboard.

use serde_json::Value;

use super::{ColumnMemory, Exchange, Record};
use crate::scores::{Scores, Tally};
use crate::variants::Variants;
use crate::verdict::Action;

/// How a command and its reply went over the wire to Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Bytes of the command.
    pub bytes_up: usize,
    /// Bytes of the reply.
    pub bytes_down: usize,
    /// Nothing else was under way: the server waited for this one. The rest of a pipeline
    /// travels along.
    pub round_trip: bool,
}

impl Record {
    /// What the answer hands out that lets somebody in: lines of `Set-Cookie`, and tokens.
    pub fn handed_out_bytes(&self) -> usize {
        let head = self.response.iter();
        let cookies: usize = head.map(|one| one.head.weight("set-cookie")).sum();
        let body = serde_json::from_slice::<Value>(&self.response_body).unwrap_or_default();
        let tokens = ["access", "refresh"].map(|name| body[name].as_str().map_or(0, str::len));
        cookies + tokens.iter().sum::<usize>()
    }
}

impl ColumnMemory {
    /// Counts an exchange, before it is learnt from.
    pub(super) fn count(&mut self, exchange: &Exchange, variants: Variants) {
        let variants = Variants::default().taking(self.column, variants);
        // Figures of other settings say nothing of these.
        if self.counted_with != variants {
            self.counted_with = variants;
            self.tally = Tally::default();
        }
        self.tally.count(exchange);
        if Action::of(&exchange.record.request, exchange.by) == Some(Action::Replay) {
            self.tried_a_copy(&exchange.record);
        }
    }

    /// What a copy got after the logout: the first refusal counts, and each time that it was
    /// let in.
    pub(crate) fn tried_a_copy(&mut self, record: &Record) {
        let Some(ended) = &self.ended else {
            return;
        };
        let elapsed = ended.acknowledged.elapsed();
        match record.status() {
            Some(401 | 403) if ended.refused_after.is_none() => self.tally.refused(elapsed),
            Some(200..=299) => {
                let until = self.stolen.as_ref().and_then(|stolen| stolen.expires_at_ms);
                self.tally.let_in(elapsed, until);
            }
            _ => {}
        }
    }

    /// What was counted with these settings.
    pub(crate) fn scores(&self, variants: Variants, over_a_wire: bool) -> Scores {
        match self.counted_with == Variants::default().taking(self.column, variants) {
            true => self.tally.scores(over_a_wire),
            false => Scores::default(),
        }
    }
}
