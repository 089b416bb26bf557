//! A request as a command of the shell.

use harness::http::Request;

use super::{Export, is_json};
use crate::board::{Exchange, Record};
use crate::stolen;

/// What curl writes by itself.
const OWN: [&str; 4] = ["host", "content-length", "connection", "accept-encoding"];

/// Where a secret stood the command reads a variable: `$CREDENTIAL`, `$PASSWORD`, `$REFRESH`.
/// With credentials shown the first of them is set in front.
pub(super) fn command(export: &Export, exchange: &Exchange) -> String {
    let record = &exchange.record;
    let line = request(export, record).curl(&export.origin, &[]);
    let credential = stolen::presented(export.column, record).filter(|_| export.shown());
    let set = credential.map(|secret| format!("CREDENTIAL='{}'\n", secret.replace('\'', r"'\''")));
    format!("{}{line}\n", set.unwrap_or_default())
}

/// What the suite's own masking knows, it replaces by a variable; the rest is masked here.
fn request(export: &Export, record: &Record) -> Request {
    let known =
        |name: &str| ["authorization", "cookie"].contains(&name.to_ascii_lowercase().as_str());
    let value = |name: &str, value: String| match known(name) {
        true => export.hide(&value).into_bytes(),
        false => export.anywhere(&value).into_bytes(),
    };
    let head = &record.request.head;
    let headers = head
        .lines()
        .filter(|(name, _)| !OWN.contains(&name.to_ascii_lowercase().as_str()))
        .map(|(name, text)| (export.hide(name), value(name, text)));
    let sent = &record.request_body;
    let body = match is_json(sent) {
        true => export.hide(&String::from_utf8_lossy(sent)).into_bytes(),
        false => export.body(sent).into_bytes(),
    };
    let [method, target] = [&record.request.method, &record.request.target];
    let mut request = Request::new(&export.hide(method), &export.hide(target));
    request.headers = headers.collect();
    request.body = (!body.is_empty()).then_some(body);
    request
}
