//! What is done in a round, one column after the other, so that none takes the processor from
//! another while its time is taken.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::measure::MeasureError;
use super::{Figure, Revocation, Scores};
use crate::asker::Asker;
use crate::column::Column;
use crate::lessons::Act;
use crate::lessons::visitor::Visitor;
use crate::running::RunningLab;

/// For this long something that goes on working is tried again and again.
const PATIENCE: Duration = Duration::from_secs(2);
/// Then a round is broken off.
const LIMIT: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(20);
/// The first visits of each login are among them: what is cold shows in the spread.
const LOGINS: usize = 5;
const VISITS: usize = 12;
const DEMOTIONS: usize = 3;

const ALICE: (&str, &str) = ("alice", "wonderland");
const ROOT: (&str, &str) = ("root", "toor-toor");

type Outcome<T> = Result<T, MeasureError>;

/// The whole round.
pub(super) fn play(lab: &RunningLab, asker: &Asker) -> Outcome<[Scores; 3]> {
    let round = Round {
        lab,
        asker,
        until: Instant::now() + LIMIT,
    };
    let mut columns: [Scores; 3] = Default::default();
    for column in Column::ALL {
        let login_bytes = round.logins(column)?;
        let counted = round.seen(column)?.0;
        columns[column.index()] = Scores {
            login_bytes: Figure::of(login_bytes),
            demotion: Some(round.demotions(column)?),
            ..counted
        };
    }
    let restart = round.outlives(&json!({ "action": "restart", "new_keys": false }))?;
    let rekey = round.outlives(&json!({ "action": "restart", "new_keys": true }))?;
    let flush = round.outlives(&json!({ "action": "flush" }))?;
    for (at, scores) in columns.iter_mut().enumerate() {
        scores.restart = Some(restart[at]);
        scores.rekey = Some(rekey[at]);
        scores.flush = Some(flush[at]);
    }
    Ok(columns)
}

struct Round<'a> {
    lab: &'a RunningLab,
    asker: &'a Asker,
    until: Instant,
}

impl Round<'_> {
    /// Logs in, visits, logs out, several times; the lab tries the copy by itself. Returns by
    /// how much each login made the store grow.
    fn logins(&self, column: Column) -> Outcome<Vec<u64>> {
        let mut grown = Vec::new();
        for login in 1..=LOGINS {
            let before = self.seen(column)?.1;
            let mut visitor = self.logged_in(column, ALICE)?;
            if let (Some(before), Some(after)) = (before, self.seen(column)?.1) {
                grown.push(after.saturating_sub(before));
            }
            for _ in 0..VISITS {
                self.expect(&mut visitor, Act::Visit, 200)?;
            }
            self.expect(&mut visitor, Act::Logout, 204)?;
            let left = Instant::now();
            let still_works = self.copy_was_tried(column, login)?;
            while still_works && login == LOGINS && left.elapsed() < PATIENCE {
                self.lab.order(&json!({ "action": "replay" }))?;
                self.pause()?;
            }
        }
        Ok(grown)
    }

    /// Waits until the lab has tried the copy after this logout; `true` when it was let in.
    fn copy_was_tried(&self, column: Column, logout: usize) -> Outcome<bool> {
        loop {
            match self.seen(column)?.0.logout {
                Some(Revocation::Lasts { .. }) => return Ok(true),
                Some(Revocation::Refused { after_us }) if after_us.n == logout => return Ok(false),
                _ => self.pause()?,
            }
        }
    }

    /// Takes the role from an admin who is logged in, and opens `/admin` until that is refused.
    fn demotions(&self, column: Column) -> Outcome<Revocation> {
        let mut delays = Vec::new();
        for _ in 0..DEMOTIONS {
            let mut visitor = self.logged_in(column, ROOT)?;
            self.expect(&mut visitor, Act::Admin, 200)?;
            self.lab.order(&json!({ "action": "demote" }))?;
            let demoted = Instant::now();
            let delay = loop {
                let status = self.act(&mut visitor, Act::Admin, ("", ""))?;
                match (status, demoted.elapsed()) {
                    (401 | 403, after) => break Ok(after),
                    (200, after) if after < PATIENCE => self.pause()?,
                    (200, after) => break Err(after),
                    (other, _) => return Err(odd(column, Act::Admin, other)),
                }
            };
            let until_ms =
                self.lab.view()?["columns"][column.index()]["verdict"]["until_ms"].as_u64();
            self.lab.order(&json!({ "action": "promote" }))?;
            match delay {
                Ok(after) => delays.push(u64::try_from(after.as_micros()).unwrap_or(u64::MAX)),
                Err(after) => {
                    return Ok(Revocation::Lasts {
                        tried_ms: u64::try_from(after.as_millis()).unwrap_or(u64::MAX),
                        until_ms,
                    });
                }
            }
        }
        let after_us = Figure::of(delays).ok_or_else(|| broken("no role was taken away"))?;
        Ok(Revocation::Refused { after_us })
    }

    /// Does a login live on after this order?
    fn outlives(&self, order: &Value) -> Outcome<[bool; 3]> {
        let mut visitors = Vec::new();
        for column in Column::ALL {
            visitors.push((column, self.logged_in(column, ALICE)?));
        }
        self.lab.order(order)?;
        let mut outlived = [false; 3];
        for (column, visitor) in &mut visitors {
            let began = Instant::now();
            outlived[column.index()] = loop {
                match self.act(visitor, Act::Visit, ("", ""))? {
                    200 => break true,
                    401 => break false,
                    // It has not found its store again yet.
                    500.. if began.elapsed() < 2 * PATIENCE => self.pause()?,
                    other => return Err(odd(*column, Act::Visit, other)),
                }
            };
        }
        Ok(outlived)
    }

    fn logged_in(&self, column: Column, account: (&str, &str)) -> Outcome<Visitor> {
        let mut visitor = Visitor::before(column, self.lab.hosts()).map_err(MeasureError::Round)?;
        match self.act(&mut visitor, Act::Login, account)? {
            200 => Ok(visitor),
            other => Err(odd(column, Act::Login, other)),
        }
    }

    fn expect(&self, visitor: &mut Visitor, act: Act, status: u16) -> Outcome<()> {
        match self.act(visitor, act, ("", ""))? {
            came if came == status => Ok(()),
            came => Err(odd(visitor.column(), act, came)),
        }
    }

    fn act(&self, visitor: &mut Visitor, act: Act, account: (&str, &str)) -> Outcome<u16> {
        self.in_time()?;
        let (name, password) = account;
        visitor
            .act(act, name, password)
            .map_err(MeasureError::Round)
    }

    /// What the lab has counted in a column, and what its keys take in Redis.
    fn seen(&self, column: Column) -> Outcome<(Scores, Option<u64>)> {
        let board = self.lab.ask("/__lab/scoreboard")?;
        let scores = serde_json::from_value(board["live"][column.index()].clone());
        let scores = scores.map_err(|error| broken(&error.to_string()))?;
        Ok((scores, board["memory"][column.index()].as_u64()))
    }

    fn pause(&self) -> Outcome<()> {
        thread::sleep(PAUSE);
        self.in_time()
    }

    fn in_time(&self) -> Outcome<()> {
        if self.asker.has_left() {
            return Err(broken("nobody waits for it"));
        }
        match Instant::now() < self.until {
            true => Ok(()),
            false => Err(broken("it took too long")),
        }
    }
}

fn broken(why: &str) -> MeasureError {
    MeasureError::Round(why.to_owned())
}

fn odd(column: Column, act: Act, status: u16) -> MeasureError {
    let (column, act) = (column.id(), act.name());
    MeasureError::Round(format!("{column} answered {act} with {status}"))
}
