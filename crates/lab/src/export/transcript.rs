//! One exchange as the suite writes it: `>` before what was sent, `<` before what came.

use super::Export;
use crate::board::Exchange;

impl Export {
    /// Line by line, credentials masked unless they are to be shown.
    pub(crate) fn transcript(&self, exchange: &Exchange) -> String {
        let record = &exchange.record;
        let request = &record.request;
        // An address may carry a token as well.
        let target = self.target(&request.target);
        let first = format!("{} {target} HTTP/1.{}", request.method, request.version);
        let mut lines = vec![format!("> {first}")];
        let sent = request.head.lines();
        lines.extend(sent.map(|(name, value)| format!("> {name}: {}", self.value(name, &value))));
        lines.extend(body(">", &self.body(&record.request_body)));
        match &record.response {
            None => lines.push("no answer".to_owned()),
            Some(response) => {
                let first = String::from_utf8_lossy(&record.response_head);
                lines.push(format!("< {}", first.lines().next().unwrap_or_default()));
                let came = response.head.lines();
                let came =
                    came.map(|(name, value)| format!("< {name}: {}", self.value(name, &value)));
                lines.extend(came);
                lines.extend(body("<", &self.body(&record.response_body)));
            }
        }
        // Once more: names, the method and the reason are what somebody wrote there too.
        self.hide(&lines.join("\n"))
    }
}

fn body(mark: &str, text: &str) -> Vec<String> {
    match text.is_empty() {
        true => Vec::new(),
        false => vec![mark.to_owned(), format!("{mark} {text}")],
    }
}
