//! What every answer of the breakable server says.

use crate::fault::Fault;
use crate::http::{Answer, Request};
use crate::server::Server;

impl Server {
    pub(crate) fn finish(&self, request: &Request, answer: Answer) -> Answer {
        let mut answer = self
            .cors(request, answer)
            .with("Content-Security-Policy", "frame-ancestors 'none'")
            .with("Referrer-Policy", "no-referrer")
            .with("Cross-Origin-Resource-Policy", "same-origin");
        if !self.is(Fault::NoNosniff) {
            answer = answer.with("X-Content-Type-Options", "nosniff");
        }
        if self.is(Fault::NamesItsVersion) {
            answer = answer.with("Server", "breakable/1.2.3");
        }
        let kept = answer
            .headers
            .iter()
            .any(|(name, _)| *name == "Cache-Control")
            || self.is(Fault::NoNoStore)
            || self.is(Fault::NoNoStoreOnRefusals) && answer.status >= 400;
        if kept {
            answer
        } else {
            answer.with("Cache-Control", "no-store")
        }
    }

    /// Whole, it lets nobody read.
    fn cors(&self, request: &Request, answer: Answer) -> Answer {
        let Some(origin) = request.text("origin") else {
            return answer;
        };
        let lets = match self.fault {
            Some(Fault::CorsEchoes) => true,
            Some(Fault::NullMayRead) => origin == "null",
            Some(Fault::PreflightsAllow) => request.method == "OPTIONS",
            Some(Fault::NoVary) => origin == format!("http://localhost:{}", self.port),
            _ => false,
        };
        if !lets {
            return answer;
        }
        let answer = answer
            .with("Access-Control-Allow-Origin", origin)
            .with("Access-Control-Allow-Credentials", "true");
        if self.is(Fault::NoVary) {
            answer
        } else {
            answer.with("Vary", "Origin")
        }
    }
}
