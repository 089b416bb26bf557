//! What is kept of one request and its answer.

use std::time::Duration;

use super::Leg;
use crate::http::{RequestHead, ResponseHead};
use crate::jar;

/// Who sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The visitor, through the front.
    Browser,
    /// The visitor's browser, on behalf of a page of another origin.
    Neighbour,
    /// The lab, with a credential that it read off the wire.
    Attacker,
}

impl By {
    /// Who sent what came through the front. A browser says on whose behalf it asks, and script
    /// cannot change that (Fetch Metadata, section 2; RFC 6454, section 7).
    pub(crate) fn of(request: &RequestHead, own: &str) -> Self {
        let head = &request.head;
        let is_foreign = match head.only("sec-fetch-site") {
            Some(site) => matches!(site, "cross-site" | "same-site"),
            None => head.only("origin").is_some_and(|origin| origin != own),
        };
        if is_foreign {
            Self::Neighbour
        } else {
            Self::Browser
        }
    }
}

/// The bytes of one exchange, as they went over the wire, bodies bounded.
///
/// Has credentials in it, so it has no `Debug` and is never logged.
pub struct Record {
    /// The request, parsed.
    pub request: RequestHead,
    /// The head as it was sent.
    pub request_head: Vec<u8>,
    /// The beginning of the body.
    pub request_body: Vec<u8>,
    /// The answer, parsed; `None` when none came.
    pub response: Option<ResponseHead>,
    /// The head as it came.
    pub response_head: Vec<u8>,
    /// The beginning of the body, decoded from its framing.
    pub response_body: Vec<u8>,
    /// Every byte towards the server.
    pub bytes_up: u64,
    /// Every byte back.
    pub bytes_down: u64,
    /// From the first byte sent to the last byte answered.
    pub duration: Duration,
}

impl Record {
    /// The status of the answer.
    pub fn status(&self) -> Option<u16> {
        self.response.as_ref().map(|response| response.status)
    }

    /// The answer is a 2xx.
    pub fn succeeded(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// The value of a cookie in the request.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// The cookies of the request.
    pub fn cookies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.request.head.texts("cookie").flat_map(jar::pairs)
    }

    /// The answer sets, or deletes, a cookie of this name.
    pub fn sets_cookie(&self, name: &str) -> bool {
        let lines = self
            .response
            .iter()
            .flat_map(|response| response.head.texts("set-cookie"));
        lines
            .filter_map(|line| line.split_once('='))
            .any(|(set, _)| set.trim() == name)
    }

    /// The token of the request.
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.request.head.only("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// What the credential weighs in the request: the whole header line.
    pub fn credential_bytes(&self) -> usize {
        self.request.head.weight("cookie") + self.request.head.weight("authorization")
    }
}

/// One command to the store and what came back.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreCommand {
    /// As one would type it.
    pub command: String,
    /// As one would read it; `None` where none came.
    pub reply: Option<String>,
    /// From the command to its reply.
    pub duration: Duration,
    /// How it went over the wire; `None` where the store is in this process.
    pub leg: Option<Leg>,
}

/// One exchange with what the server asked of the store meanwhile.
pub struct Exchange {
    /// Counts up over all columns.
    pub id: u64,
    /// When it began.
    pub at_ms: u64,
    /// How far the server's clock was ahead of the machine's, by which that is: simulated.
    pub ahead: Duration,
    /// Who asked.
    pub by: By,
    /// The bytes.
    pub record: Record,
    /// The server's commands, in their order.
    pub commands: Vec<StoreCommand>,
}
