//! What is counted of a column while somebody uses it.

use std::collections::VecDeque;
use std::time::Duration;

use super::{Figure, Revocation, Scores};
use crate::board::Exchange;
use crate::verdict::Action;

/// The oldest figures go when there are more.
const KEPT: usize = 500;

/// One visit.
#[derive(Clone, Copy, Debug)]
struct Visit {
    us: u64,
    credential: u64,
    commands: u64,
    round_trips: u64,
}

/// Figures of one column, bounded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    visits: VecDeque<Visit>,
    /// What logins handed out, in bytes.
    handed_out: VecDeque<u64>,
    /// How long after a logout the copy was refused, in microseconds.
    refused: VecDeque<u64>,
    /// The copy still worked after the last logout.
    lasts: Option<(Duration, Option<u64>)>,
}

impl Tally {
    /// Takes one exchange in. Only visits that were let in are compared: a refusal may be
    /// cheaper than an answer, and a login costs what the password costs.
    pub(crate) fn count(&mut self, exchange: &Exchange) {
        let record = &exchange.record;
        if !record.succeeded() {
            return;
        }
        match Action::of(&record.request, exchange.by) {
            Some(Action::Visit) => {
                let trips = exchange
                    .commands
                    .iter()
                    .filter(|one| one.leg.is_some_and(|leg| leg.round_trip));
                let visit = Visit {
                    us: micros(record.duration),
                    credential: record.credential_bytes() as u64,
                    commands: exchange.commands.len() as u64,
                    round_trips: trips.count() as u64,
                };
                keep(&mut self.visits, visit);
            }
            Some(Action::Login) => keep(&mut self.handed_out, record.handed_out_bytes() as u64),
            _ => {}
        }
    }

    /// A copy was refused so long after the logout.
    pub(crate) fn refused(&mut self, after: Duration) {
        self.lasts = None;
        keep(&mut self.refused, micros(after));
    }

    /// A copy was let in so long after the logout.
    pub(crate) fn let_in(&mut self, after: Duration, until_ms: Option<u64>) {
        self.lasts = Some((after, until_ms));
    }

    /// What it comes to. Without a wire to the store there are no round trips on it.
    pub(crate) fn scores(&self, over_a_wire: bool) -> Scores {
        let of = |read: fn(&Visit) -> u64| Figure::of(self.visits.iter().map(read));
        let refused = Figure::of(self.refused.iter().copied());
        Scores {
            visit_us: of(|visit| visit.us),
            request_bytes: of(|visit| visit.credential),
            answer_bytes: Figure::of(self.handed_out.iter().copied()),
            commands: of(|visit| visit.commands),
            round_trips: of(|visit| visit.round_trips).filter(|_| over_a_wire),
            // One copy that still works outweighs any number that do not.
            logout: match self.lasts {
                Some((tried, until_ms)) => Some(Revocation::Lasts {
                    tried_ms: u64::try_from(tried.as_millis()).unwrap_or(u64::MAX),
                    until_ms,
                }),
                None => refused.map(|after_us| Revocation::Refused { after_us }),
            },
            ..Scores::default()
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn keep<T>(list: &mut VecDeque<T>, one: T) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(one);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{By, Leg, Record, StoreCommand};
    use crate::http::{RequestHead, ResponseHead};

    fn exchange(by: By, request: &str, response: &str, body: &str, trips: &[bool]) -> Exchange {
        let commands = trips.iter().map(|&round_trip| StoreCommand {
            command: "GET k".to_owned(),
            reply: Some(String::new()),
            duration: Duration::ZERO,
            leg: Some(Leg {
                bytes_up: 1,
                bytes_down: 1,
                round_trip,
            }),
        });
        let request = format!("{request}\r\n\r\n");
        let response = format!("{response}\r\n\r\n");
        Exchange {
            id: 1,
            at_ms: 0,
            ahead: Duration::ZERO,
            by,
            record: Record {
                request: RequestHead::parse(request.as_bytes()).unwrap().unwrap(),
                request_head: Vec::new(),
                request_body: Vec::new(),
                response: ResponseHead::parse(response.as_bytes()).unwrap(),
                response_head: Vec::new(),
                response_body: body.into(),
                bytes_up: 0,
                bytes_down: 0,
                duration: Duration::from_micros(1_500),
            },
            commands: commands.collect(),
        }
    }

    const VISIT: &str = "GET /me HTTP/1.1\r\nCookie: a=b";

    #[test]
    fn visits_that_were_let_in_count_and_nothing_else() {
        let mut tally = Tally::default();
        let fine = "HTTP/1.1 200 OK";
        tally.count(&exchange(By::Browser, VISIT, fine, "", &[true, false]));
        tally.count(&exchange(By::Attacker, VISIT, fine, "", &[]));
        let refused = "HTTP/1.1 401 Unauthorized";
        tally.count(&exchange(By::Browser, VISIT, refused, "", &[]));
        let scores = tally.scores(true);
        let visit = scores.visit_us.unwrap();
        assert_eq!((visit.n, visit.p50), (1, 1_500));
        assert_eq!(scores.request_bytes.unwrap().p50, 13);
        assert_eq!(scores.commands.unwrap().p50, 2);
        assert_eq!(scores.round_trips.unwrap().p50, 1, "a pipeline is one");
        assert_eq!(scores.answer_bytes, None);
    }

    #[test]
    fn without_a_wire_there_are_no_round_trips() {
        let mut tally = Tally::default();
        let visit = exchange(By::Browser, VISIT, "HTTP/1.1 200 OK", "", &[]);
        tally.count(&visit);
        assert_eq!(tally.scores(false).round_trips, None);
        assert_eq!(tally.scores(true).round_trips.unwrap().p50, 0);
        assert_eq!(tally.scores(true).commands.unwrap().p50, 0);
    }

    #[test]
    fn a_login_hands_out_cookies_and_tokens() {
        let mut tally = Tally::default();
        let login = "POST /login HTTP/1.1";
        let sets = "HTTP/1.1 200 OK\r\nSet-Cookie: a=b";
        let body = r#"{"access":"12345","refresh":"678"}"#;
        tally.count(&exchange(By::Browser, login, sets, body, &[]));
        assert_eq!(tally.scores(true).answer_bytes.unwrap().p50, 17 + 8);
    }

    #[test]
    fn a_copy_that_works_outweighs_those_that_do_not() {
        let mut tally = Tally::default();
        tally.refused(Duration::from_millis(2));
        assert!(matches!(
            tally.scores(true).logout,
            Some(Revocation::Refused { after_us }) if after_us.p50 == 2_000
        ));
        tally.let_in(Duration::from_secs(1), Some(9));
        let lasts = Revocation::Lasts {
            tried_ms: 1_000,
            until_ms: Some(9),
        };
        assert_eq!(tally.scores(true).logout, Some(lasts));
    }

    #[test]
    fn it_is_bounded() {
        let mut tally = Tally::default();
        for _ in 0..=KEPT {
            tally.refused(Duration::ZERO);
        }
        assert_eq!(tally.refused.len(), KEPT);
    }
}
